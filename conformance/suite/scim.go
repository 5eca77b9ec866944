package suite

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/onsi/gomega"
)

// MediaSCIM is the media type of SCIM.
const MediaSCIM = "application/scim+json"

// scimRoot is where the SCIM servers of all domains are.
const scimRoot = "/scim/v2/"

// The schemas that SCIM answers name.
const (
	SCIMError = "urn:ietf:params:scim:api:messages:2.0:Error"
	SCIMList  = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	SCIMPatch = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	SCIMUser  = "urn:ietf:params:scim:schemas:core:2.0:User"
	SCIMGroup = "urn:ietf:params:scim:schemas:core:2.0:Group"
)

// Provider is an identity provider that calls the SCIM server of a domain.
type Provider struct {
	*Caller
	domain string
}

// scimOf begins the names of identity providers.
const scimOf = "SCIM of "

// SCIM calls the target's known SCIM domain with its token.
func (s *S) SCIM() *Provider {
	known := s.Target().Known.SCIM
	return s.SCIMOf(known.Segment(), known.Token)
}

// SCIMOf calls the SCIM server of any domain with any token, "" for none.
func (s *S) SCIMOf(domain, token string) *Provider {
	header := http.Header{"Accept": {MediaSCIM}}
	if token != "" {
		header.Set("Authorization", "Bearer "+token)
	}
	return &Provider{&Caller{s: s, who: scimOf + domain, header: header, media: MediaSCIM}, domain}
}

// Once is [Caller.Once].
func (p *Provider) Once() *Provider { return &Provider{p.Caller.Once(), p.domain} }

// With returns the provider with a header set; an empty value removes it.
func (p *Provider) With(name, value string) *Provider {
	return &Provider{p.Caller.With(name, value), p.domain}
}

// Path is a path of the domain's SCIM server.
func (p *Provider) Path(parts ...string) string {
	return scimRoot + strings.Join(append([]string{p.domain}, parts...), "/")
}

// SCIMPerson is the body of a user with an address.
func SCIMPerson(email string) JSON {
	return JSON{
		"schemas": []string{SCIMUser}, "userName": email, "active": true,
		"name":   JSON{"givenName": "Ada", "familyName": "Finch"},
		"emails": []JSON{{"value": email, "type": "work", "primary": true}},
	}
}

// NewUser provisions a user in the known SCIM domain, whose address the story must leave
// as it is.
func (p *Provider) NewUser() Thing { return p.NewUserAt(p.s.SCIMEmail()) }

// NewUserAt provisions a user of an address. One whose address changes has a new one, see
// [S.NewSCIMEmail].
func (p *Provider) NewUserAt(email string) Thing {
	return p.made("Users", p.Post(p.Path("Users"), SCIMPerson(email)))
}

// NewNamedUser makes a user in the known SCIM domain whose userName is no address.
func (p *Provider) NewNamedUser() Thing { return p.NewNamedUserAt(p.s.SCIMEmail()) }

// NewNamedUserAt is NewNamedUser of an address.
func (p *Provider) NewNamedUserAt(email string) Thing {
	body := SCIMPerson(email)
	body["userName"] = p.s.Name()
	return p.made("Users", p.Post(p.Path("Users"), body))
}

// NewGroup makes a group of a new name.
func (p *Provider) NewGroup(users ...Thing) Thing {
	body := JSON{"schemas": []string{SCIMGroup}, "displayName": p.s.Name(), "members": InGroup(users...)}
	return p.made("Groups", p.Post(p.Path("Groups"), body))
}

func (p *Provider) made(collection string, created *Response) Thing {
	created.Status(http.StatusCreated)
	id := created.Text("id")
	return Thing{created, id, p.Path(collection, id)}
}

// InGroup are users as the members of a group.
func InGroup(users ...Thing) []JSON {
	list := []JSON{}
	for _, user := range users {
		list = append(list, JSON{"value": user.ID})
	}
	return list
}

// Change sends a patch of operations.
func (p *Provider) Change(thing Thing, operations ...JSON) *Response {
	return p.Patch(thing.Path(), JSON{"schemas": []string{SCIMPatch}, "Operations": operations})
}

// SCIM wants a refusal in SCIM's form. Without a detail any will do.
func (r *Response) SCIM(status int, detail string) *Response {
	r.Status(status)
	r.s.Expect(strings.ToLower(r.Header("Content-Type"))).To(gomega.HavePrefix(MediaSCIM), "Content-Type")
	r.Keys("", "schemas", "status", "detail")
	r.Has("schemas", []string{SCIMError}).Has("status", status)
	if detail == "" {
		return r.That("detail", gomega.Not(gomega.BeEmpty()))
	}
	return r.Has("detail", detail)
}

// Leads is [Response.Has] for paths of the SCIM server, or what holds such. A target
// below a path of its own may write it in front of them or leave it out: PostHog's
// server leaves it out, a proxy before it may add it.
func (r *Response) Leads(path string, want any) *Response {
	r.s.countCheck()
	wanted, got := string(encode(want)), compact(r.value(path).Raw)
	bare := got
	if base, err := url.Parse(r.s.Target().BaseURL); err == nil && base.Path != "" {
		bare = strings.ReplaceAll(got, `"`+base.Path+scimRoot, `"`+scimRoot)
	}
	if bare != wanted {
		r.s.fail(fmt.Sprintf("expected %s to be %s, got %s", path, wanted, orNothing(got)))
	}
	r.noteValue(path, wanted)
	return r
}

// rememberAccepted remembers whose token a domain accepted.
func (c *Caller) rememberAccepted(e *Exchange) {
	path, ok := strings.CutPrefix(e.URL, c.s.Target().BaseURL+scimRoot)
	if !ok || e.Status == 0 || e.Status >= http.StatusMultipleChoices {
		return
	}
	domain, resource, _ := strings.Cut(path, "/")
	if !strings.HasPrefix(resource, "Users") && !strings.HasPrefix(resource, "Groups") {
		return // discovery may be open to anybody
	}
	accepted := *c
	accepted.once = false
	c.s.client.mu.Lock()
	defer c.s.client.mu.Unlock()
	c.s.client.scim[domain] = &accepted
}

// acceptedBy is whose token a domain accepted last, nil if it was nobody's.
func (c *Client) acceptedBy(domain string) *Caller {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.scim[domain]
}
