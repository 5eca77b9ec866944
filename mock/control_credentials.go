package mock

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// keyRequest asks for a personal API key.
type keyRequest struct {
	User          string   `json:"user"`          // the e-mail of its owner
	Scopes        []string `json:"scopes"`        // default: all, "*"
	Organizations []string `json:"organizations"` // the only ones it reaches; empty is all
	Projects      []int    `json:"projects"`      // the only ones it reaches; empty is all
	Label         string   `json:"label"`
}

func (b *Sandbox) mintKey(g *gin.Context) {
	var body keyRequest
	if !b.core.controlBody(g, &body) {
		return
	}
	key, err := b.mint(body)
	if err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	g.JSON(http.StatusCreated, gin.H{"id": key.ID, "value": key.Value, "user": body.User, "scopes": key.Scopes, "label": key.Label, "created_at": key.CreatedAt})
}

// mint makes a personal API key. Its callers need not name the sandbox.
func (b *Sandbox) mint(wanted keyRequest) (*world.Key, error) {
	if len(wanted.Scopes) == 0 {
		wanted.Scopes = []string{"*"}
	}
	var key *world.Key
	err := b.store.Update(func(tx *world.Tx) error {
		user, ok := tx.UserByEmail(wanted.User)
		if !ok {
			return noUser(wanted.User)
		}
		now := b.clock.Now()
		key = &world.Key{
			ID: b.ids.UUID(now), Label: wanted.Label, Value: "phx_" + b.ids.Alphanumeric(43), User: user.ID,
			Scopes: wanted.Scopes, Organizations: wanted.Organizations, Projects: wanted.Projects, CreatedAt: now,
		}
		tx.PutKey(key)
		return nil
	})
	if err == nil {
		b.core.mints(b, key.Value)
	}
	return key, err
}

// keyRow is a personal API key as the control plane shows it.
type keyRow struct {
	ID            string    `json:"id"`
	Label         string    `json:"label"`
	User          string    `json:"user"` // an e-mail
	Scopes        []string  `json:"scopes"`
	Organizations []string  `json:"organizations"` // the only ones it reaches; empty is all
	Projects      []int     `json:"projects"`      // the only ones it reaches; empty is all
	CreatedAt     time.Time `json:"created_at"`
	Value         string    `json:"value,omitempty"`
}

// listKeys shows every personal API key, with its value only when asked to.
func (b *Sandbox) listKeys(g *gin.Context) {
	values, ok := wantsValues(g)
	if !ok {
		return
	}
	c := b.operator(g)
	keys := []keyRow{}
	for _, key := range c.view.AllKeys() {
		row := keyRow{
			ID: key.ID, Label: key.Label, User: c.emailOf(key.User), Scopes: append([]string{}, key.Scopes...),
			Organizations: append([]string{}, key.Organizations...), Projects: append([]int{}, key.Projects...),
			CreatedAt: key.CreatedAt,
		}
		if values {
			row.Value = key.Value
		}
		keys = append(keys, row)
	}
	g.JSON(http.StatusOK, gin.H{"keys": keys})
}

// wantsValues tells whether secrets are asked for. Who may ask is for [shutOut] to say.
// It answers itself and returns false when it cannot tell.
func wantsValues(g *gin.Context) (values, ok bool) {
	switch g.DefaultQuery("values", "false") {
	case "false":
		return false, true
	case "true":
		return true, true
	}
	controlError(g, http.StatusBadRequest, "invalid_query", `"values" is true or false.`)
	return false, false
}

// deleteKey takes a personal API key away.
func (b *Sandbox) deleteKey(g *gin.Context) {
	found := false
	_ = b.store.Update(func(tx *world.Tx) error {
		for _, key := range tx.AllKeys() {
			if key.ID == g.Param("id") {
				tx.DeleteKey(key)
				found = true
			}
		}
		return nil
	})
	if !found {
		controlError(g, http.StatusNotFound, "no_such_key", "There is no personal API key with the id "+g.Param("id")+".")
		return
	}
	g.Status(http.StatusNoContent)
}

func noUser(email string) error {
	return fmt.Errorf(`"user" names no user: %q; send the e-mail of a user of the world`, email)
}

// sessionRequest asks for a login without a password.
type sessionRequest struct {
	User string   `json:"user"` // an e-mail
	Age  duration `json:"age"`  // how long ago the login was, "3h" or seconds
}

func (b *Sandbox) startSession(g *gin.Context) {
	var body sessionRequest
	if !b.core.controlBody(g, &body) {
		return
	}
	var key, csrf string
	err := b.store.Update(func(tx *world.Tx) error {
		user, ok := tx.UserByEmail(body.User)
		if !ok {
			return noUser(body.User)
		}
		login := b.clock.Now().Add(-time.Duration(body.Age)).Truncate(time.Microsecond)
		if body.Age < 0 || login.Year() < clock.FirstYear {
			return fmt.Errorf(`"age" is how long ago the login was: send a duration from 0 that leads to no earlier than the year %d`, clock.FirstYear)
		}
		key, csrf = b.ids.Alphanumeric(32), b.ids.Alphanumeric(32)
		tx.PutSession(&world.Session{Key: key, User: user.ID, LoggedInAt: login})
		return nil
	})
	if err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	g.JSON(http.StatusCreated, sessionJSON(key, csrf))
}

// sessionJSON is a session as a target profile names it.
func sessionJSON(key, csrf string) gin.H {
	return gin.H{"cookie": sessionCookie + "=" + key + "; " + csrfCookie + "=" + csrf, "csrf_token": csrf}
}
