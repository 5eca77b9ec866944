package world

import (
	"math"
	"slices"
	"time"
)

// Project is a project, which the real server stores as the team of the same number.
type Project struct {
	ID                       int
	UUID, Organization       string
	Name, APIToken, Timezone string
	ProductDescription       *string
	Private                  bool
	Onboarded                bool    // its set-up is complete, and it has received events
	Grants                   []Grant // at most one for each user
	CreatedAt, UpdatedAt     time.Time
	DeletionStartedAt        *time.Time // it is being deleted since then; nil is not
}

// ProjectDeletionTime is how long deleting a project takes. The real server does it in the
// background; it takes as long as there is much in the project.
const ProjectDeletionTime = 10 * time.Minute

// BeingDeleted reports whether the project is marked, and goes by and by.
func (p *Project) BeingDeleted() bool { return p.DeletionStartedAt != nil }

// DefaultTimezone is the time zone of a project that names none.
const DefaultTimezone = "UTC"

// The access levels of a project, lowest first.
const (
	AccessNone   = "none" // no access, even to an open project
	AccessMember = "member"
	AccessAdmin  = "admin"
)

// Grant is the access of one user to a project, which overrides the project's access
// for all. It ends with the user's membership of the organization.
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

// WithGrant returns a copy of the project in which user is granted level, in place of
// any other grant; "" removes the grant.
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
	tx.expectDeletion(p)
}

// expectDeletion notes when the first project goes that is being deleted.
func (tx *Tx) expectDeletion(p *Project) {
	if !p.BeingDeleted() {
		return
	}
	if due := p.DeletionStartedAt.Add(ProjectDeletionTime); tx.projectDue.IsZero() || due.Before(tx.projectDue) {
		tx.projectDue = due
	}
}

// HasDeletedProjects reports whether there are projects whose deletion is over by now.
func (w *World) HasDeletedProjects(now time.Time) bool {
	return !w.projectDue.IsZero() && !now.Before(w.projectDue)
}

// FinishDeletions deletes the projects whose deletion is over by now.
func (tx *Tx) FinishDeletions(now time.Time) {
	tx.projectDue = time.Time{}
	for _, p := range tx.projects.primary.page(0, math.MaxInt) {
		switch {
		case !p.BeingDeleted():
		case now.Before(p.DeletionStartedAt.Add(ProjectDeletionTime)):
			tx.expectDeletion(p)
		default:
			tx.DeleteProject(p)
		}
	}
}

// Project finds a project of any organization.
func (w *World) Project(id int) (*Project, bool) { return w.projects.primary.get(&Project{ID: id}) }

// Projects lists the projects of an organization by number.
func (w *World) Projects(organization string) List[Project] { return w.projects.listOf(organization) }

// DeleteProject deletes a project and the project-level parts of integrations.
func (tx *Tx) DeleteProject(p *Project) {
	for _, part := range tx.projectParts.primary.page(0, math.MaxInt) {
		if part.Project == p.ID {
			edit(tx, &tx.projectParts).remove(part)
		}
	}
	edit(tx, &tx.projects).remove(p)
}

// LiveProjects counts the projects of an organization that are not being deleted.
func (w *World) LiveProjects(organization string) (live int) {
	w.Projects(organization).All(func(p *Project) bool {
		if !p.BeingDeleted() {
			live++
		}
		return true
	})
	return live
}
