package suite

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

// Things of the profile that the tests of aims have.
const (
	ownOrg, otherOrg, plainOrg  = "01900000-0001-7000-8000-000000000001", "01900000-0001-7000-8000-000000000002", "01900000-0001-7000-8000-000000000003"
	knownDomain, foreignDomain  = "01900000-0004-7000-8000-000000000001", "01900000-0004-7000-8000-000000000006"
	plainDomain, scimDomain     = "01900000-0004-7000-8000-000000000007", "01900000-0004-7000-8000-000000000002"
	foreignConfig, someConfig   = "01900000-0005-7000-8000-000000000005", "01900000-0005-7000-8000-000000000009"
	connectable, disposable     = "01900000-0006-7000-8000-000000000001", "01900000-0006-7000-8000-000000000003"
	unpaid, marketplace         = "01900000-0006-7000-8000-000000000004", "01900000-0006-7000-8000-000000000002"
	memberUUID, made            = "01900000-0002-7000-8000-000000000003", "01a00000-0004-7000-8000-000000000001"
	ownOrganizationID, ownFirst = "01a00000-0001-7000-8000-000000000001", "77"
)

// aimed plays a story against a target that shows some things and counts what it is sent.
func aimed(t *testing.T, change func(*target.Profile), story func(*S)) (result Result, sent []string) {
	t.Helper()
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		sent = append(sent, r.Method+" "+r.URL.Path)
		w.Header().Set("Content-Type", "application/json")
		switch path := r.URL.Path; {
		case r.Method == http.MethodPost && strings.HasSuffix(path, "/domains/"):
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"id": "` + made + `", "domain": "us-aim-1.example.com"}`))
		case r.Method == http.MethodPost && path == "/api/organizations/":
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"id": "` + ownOrganizationID + `", "name": "us-aim-1"}`))
		case path == "/api/organizations/@current/":
			_, _ = w.Write([]byte(`{"id": "` + ownOrg + `"}`))
		case strings.HasSuffix(path, "/members/"):
			_, _ = w.Write([]byte(`{"results": [{"id": "x", "user": {"uuid": "` + memberUUID + `", "email": "mia@example.org"}}]}`))
		case strings.HasSuffix(path, ownOrganizationID+"/projects/"):
			_, _ = w.Write([]byte(`{"results": [{"id": ` + ownFirst + `, "organization": "` + ownOrganizationID + `"}]}`))
		case strings.HasSuffix(path, "/identity_provider_configs/"):
			_, _ = w.Write([]byte(`{"results": [{"id": "` + someConfig + `", "name": "ours"}]}`))
		default:
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{}`))
		}
	}, target.Limits{})
	profile := client.Target
	profile.Organization.ID, profile.Allow = ownOrg, []string{target.CreateUsers}
	profile.Credentials["outsider"] = target.Credential{PersonalAPIKey: "phx_key_of_the_outsider", Email: "otto@example.org"}
	profile.Known = target.Known{
		VerifiedDomain: &target.Domain{ID: knownDomain}, Projects: []int{1, 2},
		Integrations:            target.Integrations{Connectable: connectable, Disposable: disposable, Unpaid: unpaid, Marketplace: marketplace},
		SCIM:                    &target.SCIM{DomainID: scimDomain, EmailDomain: "example.org", Token: "token"},
		OtherOrganization:       &target.OtherOrganization{ID: otherOrg, DomainID: foreignDomain, IdentityProviderConfigID: foreignConfig, ProjectID: 3},
		FeaturelessOrganization: &target.Featureless{ID: plainOrg, DomainID: plainDomain},
	}
	if change != nil {
		change(profile)
	}
	scenario := &Scenario{Run: story}
	return Play(t.Context(), client, scenario, "aim"), sent
}

// unchecked asks without looking at the answer's form.
func unchecked(s *S) *Caller { return s.Admin().Undocumented() }

// TestAims: what would touch a thing of others if it were let through is not sent.
func TestAims(t *testing.T) {
	lend := func(p *target.Profile) { p.Allow = []string{target.ChangeKnown} }
	nobodyNew := func(p *target.Profile) { p.Allow = nil }
	lendOther := func(p *target.Profile) { p.Known.OtherOrganization.Lent = true }
	own := func(parts ...string) string { return OrgPath(ownOrg, parts...) }
	for _, tc := range []struct {
		name         string
		profile      func(*target.Profile)
		method, path string
		body         string
		touched      string // "" is that it is sent
	}{
		{"nothing there", nil, "DELETE", own(Domains, Nowhere), "", ""},
		{"a word for an id", nil, "DELETE", own(Domains, "nothing"), "", ""},
		{"an id from nowhere", nil, "DELETE", own(Domains, "01a00000-0004-7000-8000-00000000ffff"), "", ""},
		{"the known domain", nil, "DELETE", own(Domains, knownDomain), "", "domains " + knownDomain},
		{"the known domain in capitals", nil, "DELETE", own(Domains, strings.ToUpper(knownDomain)), "", "domains " + knownDomain},
		{"the known domain through nowhere", nil, "DELETE", OrgPath(Nowhere, Domains, knownDomain), "", "domains " + knownDomain},
		{"the known domain without a slash", nil, "DELETE", strings.TrimSuffix(own(Domains, knownDomain), "/"), "", "domains " + knownDomain},
		{"the known domain, escaped", nil, "DELETE", own("%64omains", knownDomain), "", "domains " + knownDomain},
		{"deleting what is borrowed", lend, "DELETE", own(Domains, knownDomain), "", "domains " + knownDomain},
		{"changing it", nil, "PATCH", own(Domains, knownDomain), `{"sso_enforcement": "saml"}`, "domains " + knownDomain},
		{"changing what is borrowed", lend, "PATCH", own(Domains, knownDomain), `{"sso_enforcement": "saml"}`, ""},
		{"a body without properties", nil, "PATCH", own(Domains, knownDomain), `{}`, ""},
		{"a body that is broken", nil, "PATCH", own(Domains, knownDomain), `{`, ""},
		{"a form", nil, "PATCH", own(Domains, knownDomain), "form", "domains " + knownDomain},
		{"verifying it again", nil, "POST", own(Domains, knownDomain, "verify"), "", "domains " + knownDomain},
		{"its token", nil, "POST", own(Domains, scimDomain, "scim", "token"), "", "domains " + scimDomain},
		{"a domain of others", nil, "PATCH", own(Domains, foreignDomain), `{"jit_provisioning_enabled": true}`, "domains " + foreignDomain},
		{"a domain of others that is lent", lendOther, "DELETE", own(Domains, foreignDomain), "", ""},
		{"the domain without features", nil, "PATCH", OrgPath(plainOrg, Domains, plainDomain), `{"scim_enabled": true}`, "domains " + plainDomain},
		{"the domain without features, borrowed", lend, "PATCH", OrgPath(plainOrg, Domains, plainDomain), `{"scim_enabled": true}`, ""},
		{"the organization", nil, "DELETE", own(), "", "organizations " + ownOrg},
		{"the current organization", nil, "DELETE", OrgPath("@current"), "", "organizations @current"},
		{"throwing people out", nil, "POST", own("remove_blocked_members_and_enforce_verified_domains"), "", "organizations " + ownOrg},
		{"oneself as a member", nil, "DELETE", own(Members, "@me"), "", "members @me"},
		{"one's name", nil, "PATCH", "/api/users/@me/", `{"first_name": "x"}`, "users @me"},
		{"one's current project", nil, "PATCH", "/api/users/@me/", `{"set_current_team": 2}`, ""},
		{"one's key", nil, "DELETE", "/api/personal_api_keys/@current/", "", "personal_api_keys @current"},
		{"a project", nil, "DELETE", "/api/projects/1/", "", "projects 1"},
		{"a project that nobody named", nil, "DELETE", "/api/projects/4711/", "", "projects 4711"},
		{"a project that there is not", nil, "DELETE", "/api/projects/987654321/", "", ""},
		{"a user of SCIM", nil, "DELETE", "/scim/v2/" + scimDomain + "/Users/7", "", "Users 7"},
		{"a member taken over", nil, "POST", "/scim/v2/" + scimDomain + "/Users", `{"userName": "OTTO@example.org"}`, "the user of credentials.outsider"},
		{"somebody new", nil, "POST", "/scim/v2/" + scimDomain + "/Users", `{"emails": [{"value": "us-aim-1@example.org"}]}`, ""},
		{"somebody new, where nobody may stay", nobodyNew, "POST", "/scim/v2/" + scimDomain + "/Users", `{"emails": [{"value": "us-aim-1@example.org"}]}`,
			"the users of the deployment, of whom there would be one more without allow: [create_users]"},
		{"nobody, where nobody may stay", nobodyNew, "POST", "/scim/v2/" + scimDomain + "/Users", `{}`, ""},
		{"a user for others", nil, "POST", "/scim/v2/" + foreignDomain + "/Users", `{"userName": "us-aim-1"}`, "SCIM server " + foreignDomain},
		{"the unpaid integration", nil, "DELETE", own(Integrations, unpaid), "", "integrations " + unpaid},
		{"the unpaid integration, lent", lend, "DELETE", own(Integrations, unpaid), "", ""},
		{"the connectable integration, lent for its mapping", lend, "DELETE", own(Integrations, connectable), "", "integrations " + connectable},
		{"its mapping", lend, "PATCH", own(Integrations, connectable, "environment-mapping"), `{"production": 1}`, ""},
		{"its mapping to a project of others", lend, "PATCH", own(Integrations, connectable, "environment-mapping"), `{"production": 1, "preview": 3}`, "projects 3"},
		{"the marketplace integration", lend, "DELETE", own(Integrations, marketplace), "", "integrations " + marketplace},
		{"a new domain", nil, "POST", own(Domains), `{"domain": "us-aim-1.example.com"}`, ""},
		{"a new domain with a config of others", nil, "POST", own(Domains), `{"domain": "us-aim-1.example.com", "identity_provider_config": "` + foreignConfig + `"}`, Configs + " " + foreignConfig},
		{"a new config for a domain of others", nil, "POST", own(Configs), `{"organization_domain_ids": ["` + foreignDomain + `"]}`, "domains " + foreignDomain},
		{"something new for others", nil, "POST", OrgPath(otherOrg, Domains), `{"domain":"us-aim-1.example.com"}`, "organizations " + otherOrg},
		{"nothing new for others", nil, "POST", OrgPath(otherOrg, Domains), `{}`, ""},
		{"a whole list", nil, "DELETE", own(Domains), "", "everything in domains of organizations " + ownOrg},
		{"a list that takes no PUT", nil, "PUT", own(Domains), `{}`, ""},
		{"a login", nil, "POST", "/api/login/", `{"email": "x"}`, ""},
		{"an invite that nobody saw", nil, "POST", "/api/signup/" + memberUUID + "/", `{}`, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			result, sent := aimed(t, tc.profile, func(s *S) {
				media := "application/json"
				if tc.body == "form" {
					media = "application/x-www-form-urlencoded"
				}
				unchecked(s).Do(tc.method, tc.path, media, []byte(tc.body))
			})
			if tc.touched == "" {
				g.Expect(result.Error).To(BeEmpty())
				g.Expect(sent).NotTo(BeEmpty())
				return
			}
			g.Expect(result.Error).To(Equal("the scenario would touch " + tc.touched + ", which the run did not make and the profile does not lend; nothing was sent"))
			for _, request := range sent {
				g.Expect(request).To(HavePrefix("GET "), "only reads to find out what an alias stands for")
			}
		})
	}
}

// TestAimsAtWhatIsThere: what an answer showed is there, and somebody's, unless the run made
// it.
func TestAimsAtWhatIsThere(t *testing.T) {
	for _, tc := range []struct {
		name    string
		story   func(s *S)
		touched string
	}{
		{"a member who was read", func(s *S) {
			unchecked(s).Get(s.Org(Members))
			unchecked(s).Delete(s.Org(Members, memberUUID))
		}, "members " + memberUUID},
		{"a config of a list", func(s *S) {
			id := unchecked(s).Get(s.Org(Configs)).Text("results.0.id")
			unchecked(s).Patch(s.Org(Configs, id), JSON{"name": "x"})
		}, Configs + " " + someConfig},
		{"a domain that the story made", func(s *S) {
			s.Name()
			unchecked(s).Post(s.Org(Domains), JSON{"domain": "us-aim-1.example.com"})
			unchecked(s).Delete(s.Org(Domains, made))
		}, ""},
		{"the first project of an organization that the story made", func(s *S) {
			s.Name()
			unchecked(s).Post(organizationsPath, JSON{"name": "us-aim-1"})
			unchecked(s).Get(OrgPath(ownOrganizationID, Projects))
			unchecked(s).Delete("/api/projects/" + ownFirst + "/")
			unchecked(s).Delete(OrgPath(ownOrganizationID, Projects))
		}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			result, sent := aimed(t, nil, tc.story)
			if tc.touched == "" {
				g.Expect(result.Error).To(BeEmpty())
				g.Expect(strings.Join(sent, "\n")).To(ContainSubstring("DELETE "))
				return
			}
			g.Expect(result.Error).To(ContainSubstring("would touch " + tc.touched + ","))
			g.Expect(strings.Join(sent, "\n")).NotTo(MatchRegexp("DELETE|PATCH"))
		})
	}
}

// A target may claim that it made what was there before.
func TestKnownThingsAreNeverTheRunsOwn(t *testing.T) {
	g := NewWithT(t)
	result, sent := aimed(t, func(p *target.Profile) { p.Known.VerifiedDomain.ID = made }, func(s *S) {
		s.Name()
		unchecked(s).Post(s.Org(Domains), JSON{"domain": "us-aim-1.example.com"})
		unchecked(s).Delete(s.Org(Domains, made))
	})
	g.Expect(result.Error).To(ContainSubstring("would touch domains " + made))
	g.Expect(strings.Join(sent, "\n")).NotTo(ContainSubstring("DELETE"), "nor is it deleted when the story ends: %v", result.Leftovers)
}
