package suite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/understudy-dev/understudy/conformance/target"
)

// footing is what a run stands on: credentials that the target has taken. Before a failure
// counts, those that its story used are tried again by a read that worked before. So a key
// that dies midway, or an outage that answers with 500, fails no rule.
type footing struct {
	checking sync.Mutex // one check at a time

	mu    sync.Mutex
	known map[string]read   // by who called
	lost  map[string]string // why a credential is not counted on any more, by who called
}

// read is a request that reads, and that the target has answered.
type read struct {
	who, url string
	header   http.Header
}

// learn remembers a read that worked.
func (c *Client) learn(who string, e *Exchange) {
	if e.Method != http.MethodGet || e.Status != http.StatusOK || !isRole(who) || !c.isPlainRead(e.URL) {
		return
	}
	f := &c.footing
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.known[who]; !known {
		f.known[who] = read{who, e.URL, e.RequestHeader.Clone()}
	}
}

// isRole reports whether a name is that of a credential of the profile.
func isRole(who string) bool {
	return who == oldSession || slices.Contains(target.Roles, strings.TrimSuffix(who, sessionSuffix))
}

// isPlainRead reports whether an address is of something that no story takes away: the profile's
// organization, a list of it, or who calls.
func (c *Client) isPlainRead(address string) bool {
	path, ours := c.pathOf(address)
	if !ours {
		return false
	}
	rest, inOrganization := strings.CutPrefix(path, OrgPath(c.Target.Organization.ID))
	return path == mePath || inOrganization && strings.Count(rest, "/") <= 1
}

// reads are those that worked, of credentials that are still counted on.
func (f *footing) reads() (list []read) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for who, r := range f.known {
		if f.lost[who] == "" {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b read) int { return strings.Compare(a.who, b.who) })
	return list
}

// whyLost says why a credential is not counted on any more, "" while it is.
func (f *footing) whyLost(who string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lost[who]
}

// of is the read that shows that a credential works.
func (f *footing) of(who string) (r read, known bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r, known = f.known[who]
	return r, known
}

// lose notes that a credential is not counted on any more.
func (f *footing) lose(who, why string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lost[who] = why
}

// again repeats a read, with less time for it than other requests have.
func (c *Client) again(ctx context.Context, r read) (*Exchange, error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	e := &Exchange{Method: http.MethodGet, URL: r.url, Caller: r.who, RequestHeader: r.header.Clone(), cutOff: true}
	return e, c.send(ctx, e)
}

// checkFooting tries the credentials of a story whose expectation did not hold. shaken tells
// that the target or a credential was not well, and is again: what the story saw shows
// nothing. lost says that a credential that worked is refused for good.
func (c *Client) checkFooting(ctx context.Context, whos []string) (shaken bool, lost string) {
	c.footing.checking.Lock()
	defer c.footing.checking.Unlock()
	for _, who := range whos {
		if why := c.footing.whyLost(who); why != "" {
			return false, why
		}
		r, known := c.footing.of(who)
		if !known {
			continue
		}
		if c.breaker.pass(ctx, c) != nil {
			return true, ""
		}
		switch e, err := c.again(ctx, r); {
		case ctx.Err() != nil:
			return true, ""
		case !isWell(e, err):
			c.suspect(trouble(e, err))
			return true, ""
		case e.Status >= http.StatusBadRequest:
			if c.suspectUnlessWell(ctx) {
				return true, "" // it refuses everybody
			}
			return c.renew(ctx, r, e.Status)
		}
	}
	return false, ""
}

// suspectUnlessWell probes, and holds back requests if the target is not well.
func (c *Client) suspectUnlessWell(ctx context.Context) bool {
	why, _ := c.probe(ctx)
	if why != "" && ctx.Err() == nil {
		c.suspect(why)
	}
	return why != ""
}

// renew tries a few times whether a credential that was refused is taken again; a session that
// can be had by password is made anew.
func (c *Client) renew(ctx context.Context, r read, status int) (renewed bool, lost string) {
	for pause := time.Second; pause <= 4*time.Second; pause *= 2 {
		if c.logInAgain(ctx, r.who) {
			return true, ""
		}
		if c.wait(ctx, pause) != nil {
			return true, ""
		}
		e, err := c.again(ctx, r)
		if !isWell(e, err) || e.Status < http.StatusBadRequest {
			return true, "" // it was the target that was not well
		}
		status = e.Status
	}
	why := fmt.Sprintf("%s worked before and is refused now, with status %d", credentialPath(r.who), status)
	c.notify("%s", why)
	c.footing.lose(r.who, why)
	return false, why
}

// logInAgain makes a new session where the old one was had by a password.
func (c *Client) logInAgain(ctx context.Context, who string) bool {
	role, session := strings.CutSuffix(who, sessionSuffix)
	if !session {
		return false
	}
	header, err := c.logIn(ctx, role, c.Target.Credentials[role])
	if err != nil {
		return false
	}
	c.mu.Lock()
	c.sessions[role] = header
	c.mu.Unlock()
	c.footing.mu.Lock()
	defer c.footing.mu.Unlock()
	r := c.footing.known[who]
	r.header = header.Clone()
	c.footing.known[who] = r
	return true
}

// credentialPath is where a profile has a credential.
func credentialPath(who string) string {
	if who == oldSession {
		return "known.old_session"
	}
	if role, session := strings.CutSuffix(who, sessionSuffix); session {
		return "credentials." + role + ".session"
	}
	return "credentials." + who + ".personal_api_key"
}

// countOn ends the story where a credential is not counted on any more. What cleans up does
// with another that may as much.
func (s *S) countOn(caller *Caller) *Caller {
	why := s.client.footing.whyLost(caller.who)
	if why == "" {
		return caller
	}
	if s.unchecked {
		if other := s.substitute(caller.who); other != nil {
			return other
		}
	}
	s.cannotRun(why)
	return nil
}

// substitute is another credential that may all that one may; nil if there is none that works.
func (s *S) substitute(who string) *Caller {
	role := strings.TrimSuffix(who, sessionSuffix)
	for _, other := range []string{role, role + sessionSuffix, "owner", "owner" + sessionSuffix, "admin", "admin" + sessionSuffix} {
		if s.client.footing.whyLost(other) != "" {
			continue
		}
		otherRole, session := strings.CutSuffix(other, sessionSuffix)
		credential := s.Target().Credentials[otherRole]
		switch {
		case session && credential.HasSession():
			if header, err := s.client.session(s.ctx, otherRole); err == nil {
				return s.withCookies(otherRole, header.Clone())
			}
		case !session && credential.PersonalAPIKey != "":
			return s.KeyValue(credential.PersonalAPIKey, otherRole)
		}
	}
	return nil
}

// doubtful are the callers of a story whose answers may be what is wrong with their
// credentials, or with the target as a whole.
func (s *S) doubtful() (whos []string) {
	for _, e := range s.exchanges {
		if e.Status < http.StatusBadRequest {
			continue
		}
		for _, who := range append(s.keysIn(e), e.who) {
			if who != "" && !slices.Contains(whos, who) {
				whos = append(whos, who)
			}
		}
	}
	return whos
}

// keysIn are the roles whose personal API keys a request has somewhere, whoever calls.
func (s *S) keysIn(e *Exchange) (roles []string) {
	for role, c := range s.Target().Credentials {
		if key := c.PersonalAPIKey; key != "" && e.carries(key) {
			roles = append(roles, role)
		}
	}
	return roles
}

// failedOn is the request whose answer a story failed on, or its last one; nil where there is none.
func (s *S) failedOn(end ending) *Exchange { return cmp.Or(end.exchange, s.last()) }

// sawTrouble reports whether the answer that a story failed on, or its last one, is such as an
// outage gives that may be over by now: that of a server that crashed, that knows nobody, or has too
// much to do.
func (s *S) sawTrouble(end ending) bool {
	failed := s.failedOn(end)
	return failed != nil && (failed.Status >= http.StatusInternalServerError || failed.Status == http.StatusUnauthorized || failed.Status == http.StatusTooManyRequests)
}

// isGone reports whether an error is that the target counts as gone.
func isGone(err error) bool {
	var gone *GoneError
	return errors.As(err, &gone)
}
