package worldfile

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Export describes an initial state, and where the source of identifiers stands, as a
// fixture world. Starting from that gives the same state again; what it has by default is
// left out. The cost grows with the number of rows.
func Export(from *InitialState, at ids.State) (*fixtures.World, error) {
	e := &exporter{view: from.World}
	w := &fixtures.World{
		Name: from.Fixture.Name, Description: from.Fixture.Description,
		Deployment: fixtures.Deployment{SiteURL: from.Fixture.Deployment.SiteURL, Cloud: own(from.Fixture.Deployment.Cloud)},
		Clock:      e.clock(from.Clock), Users: e.users(), Organizations: e.organizations(),
		Keys: e.keys(), Sessions: e.sessions(),
		DNS: e.dns(), Upstream: e.upstream(), Outbox: e.outbox(),
		Target: e.target(from), State: e.state(at),
	}
	if at, found := FindNullCharacter(reflect.ValueOf(w)); found {
		e.fail("%s contains a null character, which no world can say", strings.TrimPrefix(at, "."))
	}
	if e.err != nil {
		return nil, fmt.Errorf("export of %s: %w", from.Name, e.err)
	}
	w.PruneTarget()
	return w, nil
}

// exporter describes rows. Its methods are about one resource each.
type exporter struct {
	view *world.World
	err  error // the first
}

// fail notes the first thing that no world can say.
func (e *exporter) fail(format string, args ...any) {
	if e.err == nil {
		e.err = fmt.Errorf(format, args...)
	}
}

// email names a user who must be there.
func (e *exporter) email(user int) string {
	u, ok := e.view.User(user)
	if !ok {
		e.fail("there is no user %d any more", user)
		return ""
	}
	return u.Email
}

// maker names a user who made something. One who is gone is nobody, for the API too:
// numbers are not used again.
func (e *exporter) maker(user int) string {
	if u, ok := e.view.User(user); ok {
		return u.Email
	}
	return ""
}

// at is a moment, which a world can say in the years that RFC 3339 has.
func (e *exporter) at(moment time.Time) fixtures.Time {
	if year := moment.UTC().Year(); year < 0 || year > 9999 {
		e.fail("the year %d is beyond what a world can say: set the clock to one before 10000", year)
	}
	return fixtures.At(moment)
}

func (e *exporter) optional(moment *time.Time) *fixtures.Time {
	if moment == nil {
		return nil
	}
	at := e.at(*moment)
	return &at
}

// unless is a moment, or nothing where it is the one that goes without saying.
func (e *exporter) unless(moment, usual time.Time) fixtures.Time {
	if moment.Equal(usual) {
		return fixtures.Time{}
	}
	return e.at(moment)
}

// own copies a value that may not be there: whoever changes the description must not
// change a row.
func own[T any](value *T) *T {
	if value == nil {
		return nil
	}
	copied := *value
	return &copied
}

// onlyFalse leaves out what is true without saying.
func onlyFalse(value bool) *bool {
	if value {
		return nil
	}
	return &value
}

// What a running sandbox has beside its rows.

func (e *exporter) clock(c clock.State) fixtures.Clock {
	return fixtures.Clock{Offset: c.Offset, Frozen: e.optional(c.Frozen)}
}

// state says which numbers are spent where no user or project shows it.
func (e *exporter) state(at ids.State) *fixtures.State {
	text, err := at.MarshalText()
	if err != nil {
		e.fail("identifiers: %w", err)
	}
	s := &fixtures.State{Identifiers: string(text), LastUser: e.view.LastUserID(), LastProject: e.view.LastProjectID()}
	if _, there := e.view.User(s.LastUser); there {
		s.LastUser = 0
	}
	if _, there := e.view.Project(s.LastProject); there {
		s.LastProject = 0
	}
	return s
}

// target is the target section with the sessions that are still open, and the
// addresses that its users have now. What else no longer holds is for the caller to
// take out.
func (e *exporter) target(from *InitialState) *fixtures.Target {
	if from.Fixture.Target == nil {
		return nil
	}
	target := *from.Fixture.Target
	target.Projects = said(target.Projects)
	target.OtherOrganization, target.FeaturelessOrganization = own(target.OtherOrganization), own(target.FeaturelessOrganization)
	target.Credentials.Change(func(role string, c fixtures.Credential) fixtures.Credential {
		return e.credential(c, from.Logins[role])
	})
	return &target
}

// credential is a caller with the session of its login, if that is still open.
func (e *exporter) credential(c fixtures.Credential, l Login) fixtures.Credential {
	c.Session, c.CSRFToken = "", ""
	if l.User == nil {
		return c
	}
	user, ok := e.view.User(l.User.ID)
	if !ok {
		c.User = "" // another may have the address by now
		return c
	}
	c.User = user.Email
	if s, open := e.view.Session(l.Key); open && s.User == user.ID {
		c.Session, c.CSRFToken = l.Key, l.CSRF
	}
	return c
}
