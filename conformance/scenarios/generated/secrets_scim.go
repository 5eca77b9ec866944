package generated

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// scimToken is where answers show the token of a SCIM server, once.
const scimToken = "scim_bearer_token"

// scimTokens end the tokens of SCIM servers: replaced, replaced again, switched off and on again,
// at every operation of the server.
// Source: ee/api/scim/auth.py; posthog/api/identity_provider_config.py.
func scimTokens(d *spec.Document) []suite.Scenario {
	return family{
		name: "secrets.everywhere_ended", title: "A SCIM token that was replaced or switched off opens no operation, and no answer but its own shows one",
		rule:  "scim.auth.everywhere_ended callers.everywhere_shown_once",
		needs: []suite.Need{suite.SessionOf("admin"), suite.AnyVerifiedDomain, suite.Feature("scim")}, access: suite.Write, aspect: suite.Authentication,
		about: func(o *spec.Operation) bool { return strings.HasSuffix(o.Path, "/scim/token/") },
		tell: func(s *suite.S, operations []*spec.Operation) {
			t := openSCIM(s, operations[0].Tag)
			t.replace()
			t.ended(t.operations()...)
			t.replace()
			t.ended()
			s.Admin().Patch(t.at.Path(), suite.JSON{"scim_enabled": false}).Status(http.StatusOK)
			t.ended(t.operations()...)
			t.enable()
			t.ended()
			t.shown()
		},
	}.scenarios(d)
}

// scimServer is a SCIM server, and the tokens that it has had, the last of which opens it.
type scimServer struct {
	s          *suite.S
	domain, at suite.Thing // what is served, and what has the setting
	segment    string      // of its path
	tokens     []string
}

// openSCIM switches the SCIM server of a verified domain on, by the domain or by a config.
func openSCIM(s *suite.S, tag string) *scimServer {
	domain := s.VerifiedDomain()
	t := &scimServer{s: s, domain: domain, at: domain, segment: domain.ID}
	if s.Has(spec.SCIMByConfig) {
		t.at = s.NewConfig(suite.JSON{configScope: "scim", "organization_domain_ids": []string{domain.ID}})
		t.segment = lastSegment(t.at.Text("scim_base_url"))
	}
	t.enable()
	if tag == suite.Configs && !s.Has(spec.SCIMByConfig) {
		t.at = s.Known(suite.Configs, s.Admin().Get(domain.Path()).Status(http.StatusOK).Text("identity_provider_config"))
		s.Admin().Get(t.at.Path()).Status(http.StatusOK)
	}
	return t
}

// enable switches the server on.
func (t *scimServer) enable() {
	t.opens(t.s.Admin().Patch(t.at.Path(), suite.JSON{"scim_enabled": true}).Status(http.StatusOK).Text(scimToken))
}

// replace has a new token made.
func (t *scimServer) replace() {
	t.opens(t.s.Session("admin").Post(t.at.Path("scim", "token"), nil).Status(http.StatusOK).Text(scimToken))
}

// opens wants a new token to open the server.
func (t *scimServer) opens(token string) {
	t.tokens = append(t.tokens, token)
	p := t.s.SCIMOf(t.segment, token)
	p.Get(p.Path("Users")).Status(http.StatusOK)
}

// ended wants tokens that are over to open no operation: not the list of users, and the last of
// them none of those that are named. While SCIM is off, all are over.
func (t *scimServer) ended(operations ...*spec.Operation) {
	over := t.tokens
	if t.s.Admin().Get(t.at.Path()).Status(http.StatusOK).Get("scim_enabled").Bool() {
		over = over[:len(over)-1]
	}
	for _, token := range over {
		p := t.s.SCIMOf(t.segment, token)
		p.Get(p.Path("Users")).SCIM(http.StatusForbidden, badToken).Hides(token)
	}
	last := t.s.SCIMOf(t.segment, over[len(over)-1])
	for _, o := range operations {
		last.Send(o.Method, t.path(o), emptyBody(o)).SCIM(http.StatusForbidden, badToken)
	}
}

// badToken is the refusal of every token that is none.
const badToken = "Authentication failed"

// operations are those of the SCIM server.
func (t *scimServer) operations() (list []*spec.Operation) {
	for _, o := range t.s.Document().Operations() {
		if o.IsSCIM() {
			list = append(list, o)
		}
	}
	return list
}

var serverParameter = regexp.MustCompile(`/scim/v2/\{\w+\}`)

// path is the address of an operation of the server, at nothing that is there.
func (t *scimServer) path(o *spec.Operation) string {
	path := serverParameter.ReplaceAllString(o.Path, "/scim/v2/"+t.segment)
	return pathParameter.ReplaceAllString(path, suite.Nowhere)
}

// shown wants nothing that reads to show a token: not the settings, not the lists of them, nor the
// log of who called.
func (t *scimServer) shown() {
	g := nothing(t.s, t.s.Target().Organization.ID)
	for _, thing := range []suite.Thing{t.domain, t.at} {
		tag := segments(thing.Path())[3]
		g.made["id"] = thing.ID
		for _, o := range operations(t.s.Document(), tag, (*spec.Operation).Reads) {
			g.send(g.caller(o), o).Status(http.StatusOK).Hides(t.tokens...)
		}
		t.s.Admin().Patch(thing.Path(), suite.JSON{}).Status(http.StatusOK).Hides(t.tokens...)
		t.s.Admin().Put(thing.Path(), suite.JSON{}).Status(http.StatusOK).Hides(t.tokens...)
	}
}
