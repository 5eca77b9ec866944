package suite

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/conformance/target"
)

// Nothing in this API deletes a user: whoever joins or is provisioned leaves an account
// behind when their membership ends. So stories that need somebody, and not somebody new,
// share a few, one after another. Where there is a control plane, which deletes users too,
// each story has people of its own.

// accounts are the users that a run leaves behind, and who of them can be used again.
type accounts struct {
	shares  bool
	mu      sync.Mutex
	made    map[string]bool // by their address
	free    []*account      // whom no story has now
	shared  int             // how many there are to be used again
	current map[*S][]*account
	places  []string        // domains that no story has now
	placed  map[*S][]string // those that a story has
}

// account is somebody who is used again: by an invite, with their password, or by a SCIM
// server, at their address alone.
type account struct {
	email, password string
	provisioned     bool
	place           string // the domain of the address, where a story chose it; see [S.Place]
}

// SharingPeople has stories share people though there is a control plane, as they do where
// there is none.
func SharingPeople() ClientOption {
	return func(c *Client) error {
		c.accounts.shares = true
		return nil
	}
}

// Accounts is how many users the run left behind, and how many of them stories share: so
// many more may be needed for each further story that runs at the same time.
func (c *Client) Accounts() (left, shared int) {
	c.accounts.mu.Lock()
	defer c.accounts.mu.Unlock()
	return len(c.accounts.made), c.accounts.shared
}

// AccountsLeft are the addresses of the users that the run leaves behind; nobody where a
// control plane deletes them.
func (c *Client) AccountsLeft() []string {
	if c.Target.Control != "" {
		return nil
	}
	c.accounts.mu.Lock()
	defer c.accounts.mu.Unlock()
	return slices.Sorted(maps.Keys(c.accounts.made))
}

// note notes a user who was made, or found to be there.
func (a *accounts) note(email string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.made == nil {
		a.made = map[string]bool{}
	}
	if email != "" {
		a.made[strings.ToLower(email)] = true
	}
}

// take gives somebody to a story, of a place if that is one; nil if there is nobody.
func (a *accounts) take(s *S, provisioned bool, place string) *account {
	a.mu.Lock()
	defer a.mu.Unlock()
	i := slices.IndexFunc(a.free, func(one *account) bool { return one.provisioned == provisioned && one.place == place })
	if i < 0 {
		return nil
	}
	found := a.free[i]
	a.free = slices.Delete(a.free, i, i+1)
	a.keep(s, found)
	return found
}

// add has somebody be used again after a story.
func (a *accounts) add(s *S, one *account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.shared++
	a.keep(s, one)
}

func (a *accounts) keep(s *S, one *account) {
	if a.current == nil {
		a.current = map[*S][]*account{}
	}
	a.current[s] = append(a.current[s], one)
}

// release frees who a story had, if they left: nobody who is still a member may be met by
// another story.
func (a *accounts) release(s *S) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, one := range a.current[s] {
		if s.left(one.email) {
			a.free = append(a.free, one)
		}
	}
	delete(a.current, s)
	if s.leftNothing() {
		a.places = append(a.places, a.placed[s]...)
	}
	delete(a.placed, s)
}

// Place is a domain that nobody claims, for this story alone: it may claim it, and have people with
// an address on it. Where people are shared it may be one that another story had, whose people
// are used again.
func (s *S) Place() (domain string) {
	a := &s.client.accounts
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(a.places); n > 0 {
		domain, a.places = a.places[n-1], a.places[:n-1]
	} else {
		domain = s.Domain()
	}
	if a.placed == nil {
		a.placed = map[*S][]string{}
	}
	if a.shares {
		a.placed[s] = append(a.placed[s], domain)
	}
	return domain
}

// leftNothing reports whether everything that a story made is gone.
func (s *S) leftNothing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !slices.ContainsFunc(s.cleanups, func(job cleanup) bool { return isThere(job.creation) })
}

// isThere reports whether something that a story made, or may have made, may still be there.
func isThere(made *pendingCreation) bool {
	return made != nil && (!made.gone || made.lingers) && made.state != stateUnsent && made.state != stateNotMade
}

// left reports whether everything that a story made of an address is gone.
func (s *S) left(email string) bool {
	label := s.labelPattern().FindString(email)
	s.mu.Lock()
	defer s.mu.Unlock()
	return !slices.ContainsFunc(s.cleanups, func(job cleanup) bool {
		return isThere(job.creation) && strings.EqualFold(job.creation.label, label)
	})
}

// deleted reports whether the story itself deleted what is at a path.
func (s *S) deleted(path string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.exchanges, func(e *Exchange) bool {
		return e.Method == http.MethodDelete && e.Status >= http.StatusOK && e.Status < http.StatusMultipleChoices && strings.HasSuffix(e.URL, path)
	})
}

// SCIMEmail returns an address in the known SCIM domain that nobody else uses at the time. It
// may be that of a user whom no SCIM server provisions now.
func (s *S) SCIMEmail() string {
	if !s.client.accounts.shares {
		return s.NewSCIMEmail()
	}
	one := s.client.accounts.take(s, true, "")
	if one == nil {
		one = &account{email: s.NewSCIMEmail(), provisioned: true}
		s.client.accounts.add(s, one)
	}
	return one.email
}

// NewSCIMEmail returns an address in the known SCIM domain that nobody has.
func (s *S) NewSCIMEmail() string { return s.Name() + "@" + s.Target().Known.SCIM.EmailDomain }

// rejoin has somebody who is used again join by an invite; nil if there is nobody.
func (s *S) rejoin(fields JSON, place string, inviting func(JSON) Thing) *Recruit {
	if _, named := fields["target_email"]; named || !s.client.accounts.shares {
		return nil
	}
	one := s.client.accounts.take(s, false, place)
	if one == nil {
		return nil
	}
	invite := inviting(Together(fields, JSON{"target_email": one.email}))
	opened := s.Anonymous().Post(loginPath, JSON{"email": one.email, "password": one.password}).Status(http.StatusOK)
	session := s.SessionFrom(opened, one.email)
	accepted := s.Accept(session, invite, JSON{}).Status(http.StatusCreated)
	if accepted.Text("first_name") != recruitName || accepted.Text("last_name") != "" {
		session.Patch(mePath, JSON{"first_name": recruitName, "last_name": ""}).Status(http.StatusOK)
	}
	return &Recruit{session, accepted, accepted.Text("uuid"), one.email, one.password}
}

// makesAccount reports whether a request makes a user if it is let through.
func (a *aim) makesAccount() bool {
	last := a.steps[len(a.steps)-1]
	switch {
	case a.e.Method != http.MethodPost:
		return false
	case last.collection == invitations:
		_, organization := a.s.client.labelOf(last.id)
		return organization != "" && !a.by.carriesCredentials()
	}
	return last == step{collection: "Users"} && a.holder().collection == scimServers && !a.makesNothing()
}

// mayMakeUsers reports whether users may stay behind.
func mayMakeUsers(t *target.Profile) bool {
	return t.Control != "" || slices.Contains(t.Allow, target.CreateUsers)
}
