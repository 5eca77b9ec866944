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

// memberRow is a member of an organization as the control plane shows it.
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
	Roles        []string   `json:"roles"` // their names
}

func showMemberRow(e *edit, m *world.Membership) memberRow {
	row := memberRow{ID: m.ID, Organization: m.Organization, Level: int(m.Level), JoinedAt: m.JoinedAt, Roles: []string{}}
	if user, ok := e.view.User(m.User); ok {
		row.UUID, row.Email, row.FirstName, row.LastName = user.UUID, user.Email, user.FirstName, user.LastName
		row.LastLogin, row.HasPassword = user.LastLogin, user.Password != ""
	}
	for _, in := range e.view.RolesOf(m.Organization, m.User) {
		if role, ok := e.view.Role(in.Organization, in.Role); ok {
			row.Roles = append(row.Roles, role.Name)
		}
	}
	return row
}

var memberKind = kind[world.Membership, memberRow]{
	name: "member", list: (*world.World).Members, row: showMemberRow,
}

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
func addMember(s *sandbox.Sandbox, g *gin.Context) {
	var body memberRequest
	if !readBody(g, &body) {
		return
	}
	var user *world.User
	err := s.Store.Update(func(tx *world.Tx) (err error) {
		user, err = enrol(s, tx, &body)
		return err
	})
	if err != nil {
		refuse(g, http.StatusBadRequest, "invalid_body", err.Error())
		return
	}
	g.JSON(http.StatusCreated, gin.H{"id": user.ID, "uuid": user.UUID, "email": user.Email})
}

func enrol(s *sandbox.Sandbox, tx *world.Tx, body *memberRequest) (*world.User, error) {
	if body.Email == "" {
		return nil, fmt.Errorf(`"email" is missing`)
	}
	now := s.Clock.Now()
	user, known := tx.UserByEmail(body.Email)
	if !known {
		user = &world.User{
			ID: tx.NextUserID(), UUID: s.IDs.UUID(now), DistinctID: s.IDs.Alphanumeric(43), Email: body.Email,
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
	level, err := checkLevel(cmp.Or(body.Level, int(world.Member)))
	if err != nil {
		return nil, err
	}
	tx.Join(user, o, level, now, s.IDs)
	return user, nil
}

// checkLevel wants a level that there is.
func checkLevel(sent int) (world.Level, error) {
	level := world.Level(sent)
	if !slices.Contains([]world.Level{world.Member, world.Administrator, world.Owner}, level) {
		return 0, fmt.Errorf("level %d: want 1, 8 or 15", sent)
	}
	return level, nil
}

// memberChange is what a test or a developer may change of a member.
type memberChange struct {
	Organization string `json:"organization"` // id or slug
	Level        *int   `json:"level"`
}

// patchMember gives a member of an organization another level.
func patchMember(e *edit, g *gin.Context, body *memberChange) (shown memberRow, err error) {
	m, err := e.memberNamed(g.Param("email"), body.Organization)
	switch {
	case err != nil:
		return shown, err
	case body.Level == nil:
		return shown, errors.New(`send "level"`)
	}
	m, err = e.setLevel(m, *body.Level)
	if err != nil {
		return shown, err
	}
	return showMemberRow(e, m), nil
}

// memberNamed finds the membership of a user, named by e-mail, in an organization.
func (e *edit) memberNamed(email, organization string) (*world.Membership, error) {
	user, ok := e.view.UserByEmail(email)
	if !ok {
		return nil, refusal.New(http.StatusNotFound, "no_such_user", "There is no user "+email+".")
	}
	o, ok := findOrganization(e.view, organization)
	if !ok {
		return nil, fmt.Errorf(`"organization" names no organization: %q; send its id or slug`, organization)
	}
	m, ok := e.view.Membership(user.ID, o.ID)
	if !ok {
		return nil, refusal.New(http.StatusNotFound, "no_such_member", email+" is not a member of "+o.Name+".")
	}
	return m, nil
}

// setLevel gives a member a level, and returns the membership as it is then.
func (e *edit) setLevel(found *world.Membership, sent int) (*world.Membership, error) {
	level, err := checkLevel(sent)
	if err != nil {
		return nil, err
	}
	m := *found
	m.Level, m.UpdatedAt = level, e.now
	e.tx.PutMembership(&m)
	return &m, nil
}

// forgetMember takes a user out of an organization where one is named, else out of the
// world: with every membership, key and session.
func forgetMember(s *sandbox.Sandbox, g *gin.Context) {
	email := g.Param("email")
	organization, named := g.GetQuery("organization")
	err := apply(s, g, func(e *edit) error {
		if named {
			m, err := e.memberNamed(email, organization)
			if err == nil {
				e.tx.Leave(m)
			}
			return err
		}
		user, ok := e.view.UserByEmail(email)
		if !ok {
			return refusal.New(http.StatusNotFound, "no_such_user", "There is no user "+email+".")
		}
		e.tx.DeleteUser(user)
		return nil
	})
	if err != nil {
		refuseWith(g, err)
		return
	}
	g.Status(http.StatusNoContent)
}

// userRow is a user as the control plane shows it.
type userRow struct {
	ID            int        `json:"id"`
	UUID          string     `json:"uuid"`
	Email         string     `json:"email"`
	FirstName     string     `json:"first_name"`
	LastName      string     `json:"last_name"`
	EmailVerified bool       `json:"email_verified"`
	HasPassword   bool       `json:"has_password"`
	JoinedAt      time.Time  `json:"joined_at"`
	LastLogin     *time.Time `json:"last_login"`
	// CurrentOrganization is what @current means to the user.
	CurrentOrganization *string         `json:"current_organization"`
	Organizations       []membershipRow `json:"organizations"`
}

// membershipRow is an organization that a user is a member of.
type membershipRow struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Slug  string `json:"slug"`
	Level int    `json:"level"`
}

func showUserRow(e *edit, user *world.User) userRow {
	row := userRow{
		ID: user.ID, UUID: user.UUID, Email: user.Email, FirstName: user.FirstName, LastName: user.LastName,
		EmailVerified: user.EmailVerified, HasPassword: user.Password != "",
		JoinedAt: user.JoinedAt, LastLogin: user.LastLogin, Organizations: []membershipRow{},
	}
	if current, ok := e.view.CurrentOrganization(user); ok {
		row.CurrentOrganization = &current.ID
	}
	for _, m := range e.view.MembershipsOf(user.ID) {
		if o, ok := e.view.Organization(m.Organization); ok {
			row.Organizations = append(row.Organizations, membershipRow{o.ID, o.Name, o.Slug, int(m.Level)})
		}
	}
	return row
}

func listUsers(s *sandbox.Sandbox, g *gin.Context) {
	e := look(s, g)
	onPage(g, e, e.view.Users(), showUserRow)
}

// roleRow is a role as the control plane shows it.
type roleRow struct {
	ID           string    `json:"id"`
	Organization string    `json:"organization"`
	Name         string    `json:"name"`
	IsDefault    bool      `json:"is_default"` // new members get it
	CreatedBy    string    `json:"created_by"` // an e-mail; "" is nobody
	CreatedAt    time.Time `json:"created_at"`
	Members      []string  `json:"members"` // their e-mails
}

func showRoleRow(e *edit, r *world.Role) roleRow {
	o, ok := e.view.Organization(r.Organization)
	row := roleRow{
		ID: r.ID, Organization: r.Organization, Name: r.Name, IsDefault: ok && o.DefaultRole == r.ID,
		CreatedBy: e.emailOf(r.CreatedBy), CreatedAt: r.CreatedAt, Members: []string{},
	}
	e.view.RoleMembers(r.ID).All(func(m *world.RoleMembership) bool {
		row.Members = append(row.Members, e.emailOf(m.User))
		return true
	})
	return row
}

var roleKind = kind[world.Role, roleRow]{
	name: "role", code: "no_such_role",
	list: (*world.World).Roles, find: (*world.World).RoleByID,
	row: showRoleRow, delete: (*world.Tx).DeleteRole,
}
