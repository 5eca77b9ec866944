package mock

import (
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/clock"
	"github.com/understudy-dev/understudy/mock/internal/ids"
)

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
func (e *exporter) target(from *origin) *fixtures.Target {
	if from.fixture.Target == nil {
		return nil
	}
	target := *from.fixture.Target
	target.Projects = said(target.Projects)
	target.OtherOrganization, target.FeaturelessOrganization = own(target.OtherOrganization), own(target.FeaturelessOrganization)
	target.Credentials.Change(func(role string, c fixtures.Credential) fixtures.Credential {
		return e.credential(c, from.logins[role])
	})
	return &target
}

// credential is a caller with the session of its login, if that is still open.
func (e *exporter) credential(c fixtures.Credential, l login) fixtures.Credential {
	c.Session, c.CSRFToken = "", ""
	if l.user == nil {
		return c
	}
	user, ok := e.view.User(l.user.ID)
	if !ok {
		c.User = "" // another may have the address by now
		return c
	}
	c.User = user.Email
	if s, open := e.view.Session(l.key); open && s.User == user.ID {
		c.Session, c.CSRFToken = l.key, l.csrf
	}
	return c
}
