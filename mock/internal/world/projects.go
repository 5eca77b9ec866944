package world

import (
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

// DefaultTimezone is the time zone of a project that names none.
const DefaultTimezone = "UTC"

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
