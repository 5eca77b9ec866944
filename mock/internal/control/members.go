package control

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// memberRow represents a membership and its user.
type memberRow struct {
	ID           string     `json:"id"` // of the membership
	Organization string     `json:"organization"`
	UUID         string     `json:"uuid"` // of the user
	Email        string     `json:"email"`
	FirstName    string     `json:"first_name"`
	LastName     string     `json:"last_name"`
	Level        int        `json:"level"`
	JoinedAt     time.Time  `json:"joined_at"`
	LastLogin    *time.Time `json:"last_login"`
	HasPassword  bool       `json:"has_password"`
	TwoFactor    bool       `json:"two_factor"` // a second factor is set up
	Roles        []string   `json:"roles"`      // their names
}

func showMemberRow(c *call, m *world.Membership) memberRow {
	row := memberRow{ID: m.ID, Organization: m.Organization, Level: int(m.Level), JoinedAt: m.JoinedAt, Roles: []string{}}
	if user, ok := c.view.User(m.User); ok {
		row.UUID, row.Email, row.FirstName, row.LastName = user.UUID, user.Email, user.FirstName, user.LastName
		row.LastLogin, row.HasPassword, row.TwoFactor = user.LastLogin, user.Password != "", user.TwoFactor
	}
	for _, in := range c.view.RolesOf(m.Organization, m.User) {
		if role, ok := c.view.Role(in.Organization, in.Role); ok {
			row.Roles = append(row.Roles, role.Name)
		}
	}
	return row
}

var memberResource = resource[world.Membership, memberRow]{
	name: "member", list: (*world.World).Members, represent: showMemberRow,
}

// memberRequest asks for a user, and for a membership if an organization is named.
type memberRequest struct {
	Email        string `json:"email"`
	Organization string `json:"organization"` // id or slug; "" is none
	Level        int    `json:"level"`        // default: 1
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name"`
	Password     string `json:"password"` // "" is none: the user gets sessions only through the control plane
	TwoFactor    bool   `json:"two_factor"`
}

// addMember creates a user, unless there is one of that address, and a membership.
func addMember(s *sandbox.Sandbox, g *gin.Context) {
	var body memberRequest
	if !readBody(g, &body) {
		return
	}
	var user *world.User
	err := s.Store.Update(func(tx *world.Tx) (err error) {
		user, err = createMember(s, tx, &body)
		return err
	})
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	g.JSON(http.StatusCreated, gin.H{"id": user.ID, "uuid": user.UUID, "email": user.Email})
}

func createMember(s *sandbox.Sandbox, tx *world.Tx, body *memberRequest) (*world.User, error) {
	if body.Email == "" {
		return nil, fmt.Errorf(`"email" is missing`)
	}
	now := s.Clock.Now()
	user, known := tx.UserByEmail(body.Email)
	if !known {
		user = &world.User{
			ID: tx.NextUserID(), UUID: s.IDs.UUID(now), DistinctID: s.IDs.Alphanumeric(43), Email: body.Email,
			FirstName: body.FirstName, LastName: body.LastName, Password: body.Password, EmailVerified: true, TwoFactor: body.TwoFactor, JoinedAt: now,
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
	level, err := checkLevel(cmp.Or(body.Level, int(world.Member)))
	if err != nil {
		return nil, err
	}
	tx.Join(user, o, level, now, s.IDs)
	return user, nil
}

// checkLevel fails for an unknown level.
func checkLevel(sent int) (world.Level, error) {
	level := world.Level(sent)
	if !slices.Contains([]world.Level{world.Member, world.Administrator, world.Owner}, level) {
		return 0, fmt.Errorf("level %d: want 1, 8 or 15", sent)
	}
	return level, nil
}

// memberChange is the body of a change to a membership.
type memberChange struct {
	Organization string `json:"organization"` // id or slug
	Level        *int   `json:"level"`
	TwoFactor    *bool  `json:"two_factor"` // of the user, wherever they are a member
}

// patchMember changes the level of a member, and whether the user has a second factor.
func patchMember(c *call, g *gin.Context, body *memberChange) (shown memberRow, err error) {
	m, err := c.memberNamed(g.Param("email"), body.Organization)
	switch {
	case err != nil:
		return shown, err
	case body.Level == nil && body.TwoFactor == nil:
		return shown, errors.New(`send "level" or "two_factor"`)
	}
	if user, ok := c.view.User(m.User); ok && body.TwoFactor != nil {
		own := *user
		own.TwoFactor = *body.TwoFactor
		c.tx.PutUser(&own)
	}
	if body.Level != nil {
		if m, err = c.setLevel(m, *body.Level); err != nil {
			return shown, err
		}
	}
	return showMemberRow(c, m), nil
}

// memberNamed finds the membership of a user, by e-mail, in an organization, by id or slug.
func (c *call) memberNamed(email, organization string) (*world.Membership, error) {
	user, ok := c.view.UserByEmail(email)
	if !ok {
		return nil, refusal.New(http.StatusNotFound, "no_such_user", "There is no user "+email+".")
	}
	o, ok := findOrganization(c.view, organization)
	if !ok {
		return nil, fmt.Errorf(`"organization" names no organization: %q; send its id or slug`, organization)
	}
	m, ok := c.view.Membership(user.ID, o.ID)
	if !ok {
		return nil, refusal.New(http.StatusNotFound, "no_such_member", email+" is not a member of "+o.Name+".")
	}
	return m, nil
}

// setLevel changes the level of a member and returns the changed membership.
func (c *call) setLevel(found *world.Membership, sent int) (*world.Membership, error) {
	level, err := checkLevel(sent)
	if err != nil {
		return nil, err
	}
	m := *found
	m.Level, m.UpdatedAt = level, c.now
	c.tx.PutMembership(&m)
	return &m, nil
}

// removeMember removes a user from an organization if one is named. Otherwise it deletes
// the user, with every membership, key and session.
func removeMember(s *sandbox.Sandbox, g *gin.Context) {
	email := g.Param("email")
	organization, named := g.GetQuery("organization")
	err := updateWorld(s, g, func(c *call) error {
		if named {
			m, err := c.memberNamed(email, organization)
			if err == nil {
				c.tx.Leave(m)
			}
			return err
		}
		user, ok := c.view.UserByEmail(email)
		if !ok {
			return refusal.New(http.StatusNotFound, "no_such_user", "There is no user "+email+".")
		}
		c.tx.DeleteUser(user)
		return nil
	})
	if err != nil {
		refuseWith(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}

// userRow represents a user.
type userRow struct {
	ID            int        `json:"id"`
	UUID          string     `json:"uuid"`
	Email         string     `json:"email"`
	FirstName     string     `json:"first_name"`
	LastName      string     `json:"last_name"`
	EmailVerified bool       `json:"email_verified"`
	HasPassword   bool       `json:"has_password"`
	TwoFactor     bool       `json:"two_factor"`
	JoinedAt      time.Time  `json:"joined_at"`
	LastLogin     *time.Time `json:"last_login"`
	// CurrentOrganization is what @current means to the user.
	CurrentOrganization *string         `json:"current_organization"`
	Organizations       []membershipRow `json:"organizations"`
}

// membershipRow represents an organization that a user is a member of.
type membershipRow struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Slug  string `json:"slug"`
	Level int    `json:"level"`
}

func showUserRow(c *call, user *world.User) userRow {
	row := userRow{
		ID: user.ID, UUID: user.UUID, Email: user.Email, FirstName: user.FirstName, LastName: user.LastName,
		EmailVerified: user.EmailVerified, HasPassword: user.Password != "", TwoFactor: user.TwoFactor,
		JoinedAt: user.JoinedAt, LastLogin: user.LastLogin, Organizations: []membershipRow{},
	}
	if current, ok := c.view.CurrentOrganization(user); ok {
		row.CurrentOrganization = &current.ID
	}
	for _, m := range c.view.MembershipsOf(user.ID) {
		if o, ok := c.view.Organization(m.Organization); ok {
			row.Organizations = append(row.Organizations, membershipRow{o.ID, o.Name, o.Slug, int(m.Level)})
		}
	}
	return row
}

func listUsers(s *sandbox.Sandbox, g *gin.Context) {
	c := newCall(s, g)
	writePage(g, c, c.view.Users(), showUserRow)
}

// roleRow represents a role.
type roleRow struct {
	ID           string    `json:"id"`
	Organization string    `json:"organization"`
	Name         string    `json:"name"`
	IsDefault    bool      `json:"is_default"` // new members get it
	CreatedBy    string    `json:"created_by"` // an e-mail; "" is nobody
	CreatedAt    time.Time `json:"created_at"`
	Members      []string  `json:"members"` // their e-mails
}

func showRoleRow(c *call, r *world.Role) roleRow {
	o, ok := c.view.Organization(r.Organization)
	row := roleRow{
		ID: r.ID, Organization: r.Organization, Name: r.Name, IsDefault: ok && o.DefaultRole == r.ID,
		CreatedBy: c.emailOf(r.CreatedBy), CreatedAt: r.CreatedAt, Members: []string{},
	}
	c.view.RoleMembers(r.ID).All(func(m *world.RoleMembership) bool {
		row.Members = append(row.Members, c.emailOf(m.User))
		return true
	})
	return row
}

var roleResource = resource[world.Role, roleRow]{
	name: "role", notFound: "no_such_role",
	list: (*world.World).Roles, find: (*world.World).RoleByID,
	represent: showRoleRow, delete: (*world.Tx).DeleteRole,
}
