package suite

import (
	"maps"
	"net/http"
	"regexp"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/journal"
)

// Thing is something that a scenario made, or that the target has.
type Thing struct {
	*Response        // what came back when it was made; nil for known things
	ID        string // its identifier
	base      string // its path, with a final slash
}

// Path is the path of the thing, or of an action below it.
func (t Thing) Path(action ...string) string {
	if len(action) == 0 {
		return t.base
	}
	return t.base + strings.Join(action, "/") + "/"
}

// Org is a path in the target's organization, with a final slash.
func (s *S) Org(parts ...string) string { return OrgPath(s.Target().Organization.ID, parts...) }

// OrgPath is a path in any organization, with a final slash.
func OrgPath(organization string, parts ...string) string {
	return "/api/organizations/" + strings.Join(append([]string{organization}, parts...), "/") + "/"
}

// Collections of an organization.
const (
	Domains      = "domains"
	Configs      = "identity_provider_configs"
	Integrations = "integrations"
	Invites      = "invites"
	Members      = "members"
	Roles        = "roles"
	Projects     = "projects"
)

// RoleMemberships is the collection below a role.
const RoleMemberships = "role_memberships"

// Nowhere is a UUID that no object has.
const Nowhere = "00000000-0000-4000-8000-000000000000"

// Made is the thing of a collection that an answer says was created.
func (s *S) Made(collection string, created *Response) Thing {
	created.Status(http.StatusCreated)
	return Thing{created, created.Text("id"), s.Org(collection, created.Text("id"))}
}

// NewDomain claims a domain of a new name. more are further fields.
func (s *S) NewDomain(more ...JSON) Thing {
	return s.Made(Domains, s.Admin().Post(s.Org(Domains), Together(JSON{"domain": s.Domain()}, more...)))
}

// NewVerifiedDomain claims a domain and verifies it through DNS.
func (s *S) NewVerifiedDomain() Thing {
	domain := s.NewDomain()
	s.Publish(domain)
	s.Session("admin").Post(domain.Path("verify"), nil).Status(http.StatusOK).Has("is_verified", true)
	return domain
}

// NewConfig makes an identity provider config, of a new name unless fields have one
// or are there and empty.
func (s *S) NewConfig(fields JSON) Thing {
	body := maps.Clone(fields)
	if _, named := fields["name"]; !named && (fields == nil || len(fields) > 0) {
		body = Together(JSON{"name": s.Name()}, fields)
	}
	return s.Made(Configs, s.Admin().Post(s.Org(Configs), body))
}

// NewInvite invites somebody who does not exist, without a mail.
func (s *S) NewInvite(fields JSON) Thing {
	body := Together(JSON{"target_email": s.Email(), "send_email": false}, fields)
	return s.Made(Invites, s.Admin().Post(s.Org(Invites), body))
}

// NewIntegration installs an integration through the control plane.
func (s *S) NewIntegration(fields JSON) Thing {
	body := Together(JSON{"organization": s.Target().Organization.ID, "integration_id": s.Name()}, fields)
	installed := s.Anonymous().Post(s.Target().Control+"/integrations", body).Status(http.StatusCreated)
	return s.Made(Integrations, installed)
}

// NewKey makes a personal API key of a role and returns who calls with it: through the control
// plane, else in a session of the role, as people make their own; see [Minting]. It is gone when
// the story ends.
func (s *S) NewKey(role string, scopes ...string) *Caller {
	who := role + " with " + strings.Join(scopes, ", ")
	if s.Target().Control == "" {
		return s.ownKey(s.Session(role), who, scopes...)
	}
	return s.mintedKey(s.Target().Credentials[role].Email, who, scopes...)
}

// mintedKey has the control plane make a key of a user, and returns who calls with it.
func (s *S) mintedKey(email, who string, scopes ...string) *Caller {
	body := JSON{"label": s.Name(), "scopes": scopes, "user": email}
	return s.KeyValue(s.Anonymous().Post(s.Target().Control+"/keys", body).Status(http.StatusCreated).Text("value"), who)
}

// ownKey has somebody in a session make a key of their own, and returns who calls with it.
func (s *S) ownKey(by *Caller, who string, scopes ...string) *Caller {
	body := JSON{"label": s.Name(), "scopes": scopes, "scoped_teams": []int{}, "scoped_organizations": []string{}}
	made := by.Post(keysPath, body)
	if detail := made.value("detail").String(); made.code() == http.StatusBadRequest && tooManyKeys.MatchString(detail) {
		s.cannotRun("somebody of the profile, for " + who + ", cannot make another personal API key: " + detail)
	}
	made.Status(http.StatusCreated).That("value", gomega.Not(gomega.BeNil()))
	return s.KeyValue(made.Text("value"), who)
}

// tooManyKeys is how the real server refuses a key to who has as many as it lets anybody have.
// Source: posthog/api/personal_api_key.py.
var tooManyKeys = regexp.MustCompile(`^You can only have \d+ personal API keys\.`)

// keysPath is the collection of one's own personal API keys.
const keysPath = "/api/personal_api_keys/"

// OldSession is a session of the administrator that is too old for what needs a recent login: that
// of the profile, or a new one where the control plane can date it back.
func (s *S) OldSession() *Caller {
	if s.Target().Control != "" {
		return s.AgedSession("3h")
	}
	return &Caller{s: s, who: oldSession, header: s.Target().Known.OldSession.Header()}
}

// oldSession is who calls in the old session of the profile.
const oldSession = "old session"

// AgedSession is a session of the administrator that the control plane starts. age is how long ago
// that was, such as 3h.
func (s *S) AgedSession(age string) *Caller {
	return s.sessionOf("admin", s.Target().Credentials["admin"].Email, age)
}

func (s *S) sessionOf(who, email, age string) *Caller {
	body := JSON{"user": email, "age": age}
	started := s.Anonymous().Post(s.Target().Control+"/sessions", body).Status(http.StatusCreated)
	return s.inSession(who, started)
}

// inSession calls in a session that the control plane has started.
func (s *S) inSession(who string, started *Response) *Caller {
	header := http.Header{}
	header.Set("Cookie", started.Text("cookie"))
	header.Set("X-CSRFToken", started.Text("csrf_token"))
	return s.withCookies(who, header)
}

// Known is a thing of a collection that the target has.
func (s *S) Known(collection, id string) Thing { return Thing{ID: id, base: s.Org(collection, id)} }

// KnownIntegration is an integration that the target has, by its part.
func (s *S) KnownIntegration(kind string) Thing {
	return s.Known(Integrations, s.Target().Known.Integrations.Of(kind))
}

// Challenge is where a domain's challenge must be published.
func (s *S) Challenge(domain Thing) (name, value string) {
	return "_posthog-challenge." + domain.Text("domain"), domain.Text("verification_challenge")
}

// Publish publishes the challenge of a domain, until the scenario ends.
func (s *S) Publish(domain Thing) {
	name, value := s.Challenge(domain)
	s.PublishTXT(name, value)
}

// PublishTXT publishes TXT records of a name, in this order, until the scenario ends.
func (s *S) PublishTXT(name string, values ...string) {
	t := s.Target()
	for _, value := range values {
		n, err := s.client.Journal.Intent(journal.Event{Kind: txtRecord, Collection: name, Sent: value})
		if err != nil {
			s.giveUp(err.Error())
		}
		s.Cleanup(txtRecord+" "+name, func(s *S) *Response {
			answer := s.removeTXT(name, value)
			if answer == nil || answer.gone() {
				_ = s.client.Journal.Gone(n)
			}
			return answer
		})
		if len(t.Hooks.PublishTXT) > 0 {
			s.runHook(t.Hooks.PublishTXT, name, value)
		}
	}
	if len(t.Hooks.PublishTXT) == 0 {
		s.Anonymous().Put(t.Control+"/dns/"+name, JSON{"values": values}).Status(http.StatusOK)
	}
}

// txtRecord is what journals and reports call a TXT record.
const txtRecord = "TXT record"

// removeTXT removes a TXT record that was published.
func (s *S) removeTXT(name, value string) *Response {
	t := s.Target()
	if len(t.Hooks.PublishTXT) == 0 {
		return s.Anonymous().Delete(t.Control + "/dns/" + name)
	}
	s.runHook(t.Hooks.RemoveTXT, name, value)
	return nil
}

// RootProjects is where projects are without their organization, with a final slash.
const RootProjects = "/api/projects/"

// NewProject makes a project of a new name in the target's organization.
func (s *S) NewProject(fields JSON) Thing {
	return s.Made(Projects, s.Admin().Post(s.Org(Projects), Together(JSON{"name": s.Name()}, fields)))
}

// Root is the path of a project without its organization.
func (t Thing) Root() string { return RootProjects + t.ID + "/" }

// FinishDeleting has a project that was deleted be gone at once, through the control plane:
// a deployment deletes it by and by.
func (s *S) FinishDeleting(project *Response) {
	s.Anonymous().Delete(s.Target().Control + "/projects/" + project.Text("id"))
}

// Gone wants a project not to be there any more, or to be on its way out: a
// deployment may delete what is in it first.
func (r *Response) Gone() *Response {
	if r.code() == http.StatusOK {
		return r.Has("is_pending_deletion", true)
	}
	return r.NotFound()
}
