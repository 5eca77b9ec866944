package generated

import (
	"net/http"
	"net/url"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// keyPlaces put personal API keys into each place of a request that may hold one, beside others
// and beside a session: the first that is found counts alone, right or wrong. What a wrong one
// refuses changes nothing, whatever the target does.
//
// Source: PersonalAPIKeyAuthentication.find_key_with_source in posthog/auth.py looks at the
// header, the body and the query, in that order; get_authenticators in posthog/api/routing.py
// asks it before SessionAuthentication.
func keyPlaces() []family {
	withKey := func(o *spec.Operation) bool { return keyed(o) && !o.Public }
	asked := func(name, title string, about func(*spec.Operation) bool, ask func(*placing, *spec.Operation), needs ...suite.Need) family {
		return family{
			name: name, title: title, aspect: suite.Authentication, needs: needs, about: about,
			tell: func(s *suite.S, operations []*spec.Operation) {
				p := &placing{newGround(s, operations[0].Tag)}
				suite.EachOffered(s, operations, func(o *spec.Operation) { ask(p, o) })
				p.stands()
			},
		}
	}
	return []family{
		asked("key_in_header", "A key in the header counts, whatever keys are in the body and the query", withKey, (*placing).header),
		asked("key_in_body", "A key in the body counts where there is none in the header, whatever is in the query", both(withKey, readsBody), (*placing).body),
		asked("key_in_query", "A key in the query counts where there is no other", withKey, (*placing).query),
		asked("key_scheme", "What follows another word than Bearer is no key, and blanks around a key are none of it", withKey, (*placing).scheme),
		asked("key_or_session", "Of a key and a session, the key counts, also a wrong one", withKey, (*placing).session, suite.SessionOf("admin")),
		asked("key_and_session", "Beside a session, a key is refused by what is for sessions", forSessions, (*placing).forSession, suite.SessionOf("admin")),
	}
}

// placing puts keys into requests for things on a ground.
type placing struct{ *ground }

// keyParameter is what a key is called in bodies and queries.
const keyParameter = "personal_api_key"

func (p *placing) right() string { return p.s.Target().Credentials["admin"].PersonalAPIKey }

func (p *placing) wrong() string { return "phx_" + p.s.Name() }

// send makes the request of an operation with keys in the body and the query; "" is none.
func (p *placing) send(c *suite.Caller, o *spec.Operation, inBody, inQuery string) *suite.Response {
	path := p.path(o)
	if inQuery != "" {
		path += "?" + keyParameter + "=" + url.QueryEscape(inQuery)
	}
	if inBody != "" {
		return c.Send(o.Method, path, suite.JSON{keyParameter: inBody})
	}
	return c.Send(o.Method, path, emptyBody(o))
}

// refused wants a key to be refused, and the place where it stood to be named.
func refused(answer *suite.Response, place string) {
	answer.Refused(http.StatusUnauthorized, "authentication_failed", wording.InvalidKey+place+" is invalid.", "")
}

// reached wants what a reader with a right key gets.
func (p *placing) reached(answer *suite.Response, o *spec.Operation) {
	if p.complete(o) {
		answer.Status(http.StatusOK)
		return
	}
	answer.NotFound()
}

func (p *placing) header(o *spec.Operation) {
	inBody := ""
	if readsBody(o) {
		inBody = p.right()
	}
	refused(p.send(p.s.KeyValue(p.wrong(), "nobody"), o, inBody, p.right()), "Authorization header")
	if o.Reads() {
		p.reached(p.send(p.s.Admin(), o, "", p.wrong()), o)
	}
}

// offers asks with a key where it always counts: an operation that is not offered to keys says so
// there, and not to who seems to be nobody.
func (p *placing) offers(o *spec.Operation) {
	if !o.Reads() && namesThing(o) && !creates(o) {
		away := &placing{nothing(p.s, p.organization)}
		away.send(p.s.Admin(), o, "", "").NotFound()
	}
}

func (p *placing) body(o *spec.Operation) {
	p.offers(o)
	refused(p.send(p.s.Anonymous(), o, p.wrong(), p.right()), "body")
	if namesThing(o) && !creates(o) {
		away := &placing{nothing(p.s, p.organization)}
		away.send(p.s.Anonymous(), o, p.right(), p.wrong()).NotFound()
	}
}

func (p *placing) query(o *spec.Operation) {
	p.offers(o)
	refused(p.send(p.s.Anonymous(), o, "", p.wrong()), "query string")
	switch away := (&placing{nothing(p.s, p.organization)}); {
	case o.Reads():
		p.reached(p.send(p.s.Anonymous().With("Authorization", "Bearer"), o, "", p.right()), o)
	case namesThing(o) && !creates(o):
		away.send(p.s.Anonymous(), o, "", p.right()).NotFound()
	}
}

func (p *placing) scheme(o *spec.Operation) {
	for _, word := range []string{"bearer ", "BEARER ", "Token ", "Bearer"} {
		p.send(p.s.Anonymous().With("Authorization", word+p.right()), o, "", "").Unauthenticated()
	}
	if o.Reads() {
		p.reached(p.send(p.s.Anonymous().With("Authorization", "Bearer   "+p.right()), o, "", ""), o)
	}
}

func (p *placing) session(o *spec.Operation) {
	page := p.s.Session("admin")
	refused(p.send(page.With("Authorization", "Bearer "+p.wrong()), o, "", ""), "Authorization header")
	refused(p.send(page, o, "", p.wrong()), "query string")
	if readsBody(o) {
		refused(p.send(page, o, p.wrong(), ""), "body")
	}
	if o.Reads() {
		p.reached(p.send(page.With("Authorization", "bearer "+p.wrong()), o, "", ""), o)
	}
}

func (p *placing) forSession(o *spec.Operation) {
	page := p.s.Session("admin")
	p.send(page.With("Authorization", "Bearer "+p.right()), o, "", "").Denied(wording.NoKeyAccess)
	p.send(page, o, "", p.right()).Denied(wording.NoKeyAccess)
}
