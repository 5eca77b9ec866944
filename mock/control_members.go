package mock

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// memberRequest asks for somebody who can log in, as a member of an organization
// where one is named.
type memberRequest struct {
	Email        string `json:"email"`
	Organization string `json:"organization"` // id or slug; "" is none
	Level        int    `json:"level"`        // default: 1
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	Password     string `json:"password"` // "" is none: no login but through the control plane
}

// addMember makes a user, or takes the one with that address, and a membership.
func (b *Sandbox) addMember(g *gin.Context) {
	var body memberRequest
	if !b.core.controlBody(g, &body) {
		return
	}
	var user *world.User
	err := b.store.Update(func(tx *world.Tx) (err error) {
		user, err = b.enrol(tx, &body)
		return err
	})
	if err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	g.JSON(http.StatusCreated, gin.H{"id": user.ID, "uuid": user.UUID, "email": user.Email})
}

func (b *Sandbox) enrol(tx *world.Tx, body *memberRequest) (*world.User, error) {
	if body.Email == "" {
		return nil, fmt.Errorf(`"email" is missing`)
	}
	now := b.clock.Now()
	user, known := tx.UserByEmail(body.Email)
	if !known {
		user = &world.User{
			ID: tx.NextUserID(), UUID: b.ids.UUID(now), DistinctID: b.ids.Alphanumeric(43), Email: body.Email,
			FirstName: body.FirstName, LastName: body.LastName, Password: body.Password, EmailVerified: true, JoinedAt: now,
		}
		tx.PutUser(user)
	}
	if body.Organization == "" {
		return user, nil
	}
	o, ok := findOrganization(&tx.World, body.Organization)
	if !ok {
		return nil, fmt.Errorf("there is no organization %s", body.Organization)
	}
	if _, member := tx.Membership(user.ID, o.ID); member {
		return nil, fmt.Errorf("%s is a member already", body.Email)
	}
	level := world.Level(cmp.Or(body.Level, int(world.Member)))
	if !slices.Contains([]world.Level{world.Member, world.Administrator, world.Owner}, level) {
		return nil, fmt.Errorf("level %d: want 1, 8 or 15", level)
	}
	b.join(tx, now, user, o, level)
	return user, nil
}

// forgetMember removes a user from the world: every membership, key and session.
func (b *Sandbox) forgetMember(g *gin.Context) {
	err := b.store.Update(func(tx *world.Tx) error {
		user, ok := tx.UserByEmail(g.Param("email"))
		if !ok {
			return noUser(g.Param("email"))
		}
		tx.DeleteUser(user)
		return nil
	})
	if err != nil {
		controlError(g, http.StatusNotFound, "no_such_user", "There is no user "+g.Param("email")+".")
		return
	}
	g.Status(http.StatusNoContent)
}
