package world

import (
	"math"
	"slices"
	"time"
)

// Project is what a team analyses: the real server's team of the same number.
type Project struct {
	ID                       int
	UUID, Organization       string
	Name, APIToken, Timezone string
	ProductDescription       *string
	Private                  bool
	Onboarded                bool    // its set-up is complete, and events have come in
	Grants                   []Grant // at most one for each user
	CreatedAt, UpdatedAt     time.Time
}

// The access levels of a project, lowest first.
const (
	AccessNone   = "none" // shut out, even of an open project
	AccessMember = "member"
	AccessAdmin  = "admin"
)

// Grant is the access that one user has to a project, whatever the project gives
// to all. It ends with the user's membership of the organization.
type Grant struct {
	User  int
	Level string
}

// Grant returns the access that was granted to a user.
func (p *Project) Grant(user int) (level string, ok bool) {
	for _, g := range p.Grants {
		if g.User == user {
			return g.Level, true
		}
	}
	return "", false
}

// WithGrant returns a copy of the project in which user has been granted level, in
// place of what was granted before; "" takes the grant away.
func (p *Project) WithGrant(user int, level string) *Project {
	changed := *p
	changed.Grants = slices.DeleteFunc(slices.Clone(p.Grants), func(g Grant) bool { return g.User == user })
	if level != "" {
		changed.Grants = append(changed.Grants, Grant{User: user, Level: level})
	}
	return &changed
}

// PutProject stores a project.
func (tx *Tx) PutProject(p *Project) {
	tx.lastProject = max(tx.lastProject, p.ID)
	edit(tx, &tx.projects).put(p)
}

// Project finds a project of any organization.
func (w *World) Project(id int) (*Project, bool) { return w.projects.primary.get(&Project{ID: id}) }

// Projects lists the projects of an organization by number.
func (w *World) Projects(organization string) List[Project] { return w.projects.of(organization) }

// DeleteProject deletes a project and what integrations have in it.
func (tx *Tx) DeleteProject(p *Project) {
	for _, part := range tx.projectParts.primary.page(0, math.MaxInt) {
		if part.Project == p.ID {
			edit(tx, &tx.projectParts).remove(part)
		}
	}
	edit(tx, &tx.projects).remove(p)
}
