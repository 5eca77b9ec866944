package control

import (
	"time"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// projectRow is a project as the control plane shows it.
type projectRow struct {
	ID           int        `json:"id"`
	UUID         string     `json:"uuid"`
	Organization string     `json:"organization"`
	Name         string     `json:"name"`
	APIToken     string     `json:"api_token"`
	Timezone     string     `json:"timezone"`
	Private      bool       `json:"private"`
	Onboarded    bool       `json:"onboarded"`
	CreatedAt    time.Time  `json:"created_at"`
	Grants       []grantRow `json:"grants"`
}

// grantRow is the access that one user has to a project.
type grantRow struct {
	Email string `json:"email"`
	Level string `json:"level"`
}

func showProjectRow(e *edit, p *world.Project) projectRow {
	row := projectRow{
		ID: p.ID, UUID: p.UUID, Organization: p.Organization, Name: p.Name, APIToken: p.APIToken,
		Timezone: p.Timezone, Private: p.Private, Onboarded: p.Onboarded, CreatedAt: p.CreatedAt, Grants: []grantRow{},
	}
	for _, grant := range p.Grants {
		row.Grants = append(row.Grants, grantRow{e.emailOf(grant.User), grant.Level})
	}
	return row
}

var projectKind = kind[world.Project, projectRow]{
	name: "project", list: (*world.World).Projects, row: showProjectRow,
}
