package mock

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/ids"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Export describes the sandbox as it is now as a fixture world. A sandbox that starts
// from it, in this process or another, goes on where this one stands: it gives the
// same answers and makes the same identifiers. What the rate limits have counted does
// not travel.
func (b *Sandbox) Export() (*fixtures.World, error) {
	b.wake()
	b.turning.RLock()
	defer b.turning.RUnlock()
	at := b.present()
	return exportWorld(b.forkAt(at, "sandbox "+b.name), at.ids)
}

// exportWorld describes an origin, and where the source of identifiers stands, as a
// fixture world. Starting from that gives the origin again; what it has by default is
// left out. The cost grows with the number of rows.
func exportWorld(from *origin, at ids.State) (*fixtures.World, error) {
	e := &exporter{view: from.world}
	w := &fixtures.World{
		Name: from.fixture.Name, Description: from.fixture.Description,
		Deployment: fixtures.Deployment{SiteURL: from.fixture.Deployment.SiteURL, Cloud: own(from.fixture.Deployment.Cloud)},
		Clock:      e.clock(from.clock), Users: e.users(), Organizations: e.organizations(),
		Keys: e.keys(), Sessions: e.sessions(),
		DNS: e.dns(), Upstream: e.upstream(), Outbox: e.outbox(),
		Target: e.target(from), State: e.state(at),
	}
	if at, found := nullCharacter(reflect.ValueOf(w)); found {
		e.fail("%s contains a null character, which no world can say", strings.TrimPrefix(at, "."))
	}
	if e.err != nil {
		return nil, fmt.Errorf("export of %s: %w", from.name, e.err)
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
