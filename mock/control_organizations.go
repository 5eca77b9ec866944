package mock

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// organizationChange is what the API itself cannot change of an organization.
// What is not sent stays.
type organizationChange struct {
	Features         *[]string       `json:"features"` // all of them
	Feature          map[string]bool `json:"feature"`  // single ones, on or off
	MembersCanInvite *bool           `json:"members_can_invite"`
	Levels           map[string]int  `json:"levels"` // by the member's e-mail
}

func (b *Sandbox) controlShowOrganization(g *gin.Context) {
	view := b.store.View()
	o, ok := findOrganization(view, g.Param("id"))
	if !ok {
		controlError(g, http.StatusNotFound, "no_such_organization", "There is no organization "+g.Param("id")+".")
		return
	}
	levels := map[string]int{}
	view.Members(o.ID).All(func(m *world.Membership) bool {
		if user, ok := view.User(m.User); ok {
			levels[user.Email] = int(m.Level)
		}
		return true
	})
	g.JSON(http.StatusOK, gin.H{
		"id": o.ID, "name": o.Name, "slug": o.Slug, "features": append([]string{}, o.Features...),
		"members_can_invite": o.MembersCanInvite, "levels": levels,
	})
}

// findOrganization finds an organization by id or by slug.
func findOrganization(view *world.World, name string) (*world.Organization, bool) {
	if id, err := uuid.Parse(name); err == nil {
		return view.Organization(id.String())
	}
	return view.OrganizationBySlug(name)
}

func (b *Sandbox) controlPatchOrganization(g *gin.Context) {
	var change organizationChange
	if !b.core.controlBody(g, &change) {
		return
	}
	if _, ok := findOrganization(b.store.View(), g.Param("id")); !ok {
		b.controlShowOrganization(g)
		return
	}
	err := b.store.Update(func(tx *world.Tx) error { return change.apply(tx, g.Param("id")) })
	if err != nil {
		controlError(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	b.controlShowOrganization(g)
}

func (change *organizationChange) apply(tx *world.Tx, name string) error {
	found, ok := findOrganization(&tx.World, name)
	if !ok {
		return fmt.Errorf("there is no organization %s", name)
	}
	o := *found
	if change.Features != nil {
		o.Features = *change.Features
	}
	o.Features = switchFeatures(o.Features, change.Feature)
	if change.MembersCanInvite != nil {
		o.MembersCanInvite = change.MembersCanInvite
	}
	tx.PutOrganization(&o)
	for email, level := range change.Levels {
		if err := setLevel(tx, o.ID, email, level); err != nil {
			return err
		}
	}
	return nil
}

func switchFeatures(features []string, changes map[string]bool) []string {
	switched := slices.DeleteFunc(slices.Clone(features), func(f string) bool { _, named := changes[f]; return named })
	for feature, on := range changes {
		if on {
			switched = append(switched, feature)
		}
	}
	slices.Sort(switched)
	return slices.Compact(switched)
}

func setLevel(tx *world.Tx, organization, email string, level int) error {
	user, ok := tx.UserByEmail(email)
	if !ok {
		return fmt.Errorf("there is no user %s", email)
	}
	found, ok := tx.Membership(user.ID, organization)
	if !ok {
		return fmt.Errorf("%s is not a member", email)
	}
	if !slices.Contains([]int{int(world.Member), int(world.Administrator), int(world.Owner)}, level) {
		return fmt.Errorf("level %d of %s: want 1, 8 or 15", level, email)
	}
	m := *found
	m.Level = world.Level(level)
	tx.PutMembership(&m)
	return nil
}
