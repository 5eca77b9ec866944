package control

import (
	"time"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

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
