package plan_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/plan"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// errSeen stops a run once its plan has been seen.
var errSeen = errors.New("seen")

// planOf is the plan of a run, and what was sent for it.
func planOf(t *testing.T, handler http.Handler, change func(*target.Profile), o conformance.Options) (found *plan.Plan, sent []string) {
	t.Helper()
	fake, err := mock.New()
	if err != nil {
		t.Fatal(err)
	}
	if handler == nil {
		handler = fake
	}
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		sent = append(sent, r.Method+" "+r.URL.Path)
		mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	profile := kittest.ProfileOf(t, fake, server.URL)
	if change != nil {
		change(profile)
	}
	o.Preflight, o.ConfirmOrganization = true, profile.Organization.ID
	o.Planned = func(p *plan.Plan) error {
		found = p
		return errSeen
	}
	if _, err := conformance.Execute(t.Context(), profile, o); !errors.Is(err, errSeen) {
		t.Fatal(err)
	}
	return found, sent
}

func TestPreflightOnlyReads(t *testing.T) {
	g := NewWithT(t)
	planned, sent := planOf(t, nil, nil, conformance.Options{})
	g.Expect(sent).NotTo(BeEmpty())
	logins := 0
	for _, request := range sent {
		if request == "POST /api/login/" {
			logins++
			continue
		}
		g.Expect(request).To(HavePrefix("GET "))
	}
	g.Expect(logins).To(BeNumerically("<=", len(planned.Preflight.Credentials)))
	g.Expect(len(planned.Runs)).To(BeNumerically(">", 300))
	g.Expect(planned.Writes).To(BeNumerically(">", 150))

	_, sent = planOf(t, nil, nil, conformance.Options{Run: "domains.retrieve.unknown"})
	g.Expect(sent).NotTo(ContainElement("POST /api/login/"), "no scenario would log in")
}

func TestPreflightTellsWhatThereIs(t *testing.T) {
	g := NewWithT(t)
	planned, _ := planOf(t, nil, nil, conformance.Options{})
	found := planned.Preflight
	g.Expect(found.Revision).To(Equal("2026-06"))
	g.Expect(found.Features).To(ContainElements("scim", "saml"))
	g.Expect(found.Credentials).To(ContainElements(
		And(HaveField("Role", "admin"), HaveField("Key", "yes"), HaveField("Session", "yes"), HaveField("Level", 8), HaveField("Reads", ContainElement("domains"))),
		And(HaveField("Role", "unrelated_scope"), HaveField("Key", "yes"), HaveField("Session", "absent"), HaveField("Reads", BeEmpty())),
	))
	g.Expect(found.Offers).To(ContainElements(
		And(HaveField("Name", "control"), HaveField("Observed", "yes")),
		And(HaveField("Name", "hooks.publish_txt"), HaveField("Claimed", false)),
		And(HaveField("Name", "known.verified_domain"), HaveField("Observed", "yes")),
	))
}

// What the profile claims and the target does not show is not counted on, and its
// scenarios say so.
func TestClaimedButNotObserved(t *testing.T) {
	for _, tc := range []struct {
		name     string
		change   func(*target.Profile)
		scenario string
		reason   string
	}{
		{"a key", func(p *target.Profile) {
			c := p.Credentials["member"]
			c.PersonalAPIKey = "phx_revoked_long_ago"
			p.Credentials["member"] = c
		}, "integrations.list.member", "credentials.member.personal_api_key is claimed by the profile but not observed: the target refuses the key with 401"},
		{"a password", func(p *target.Profile) {
			p.Credentials["member"] = target.Credential{
				PersonalAPIKey: p.Credentials["member"].PersonalAPIKey, Email: p.Credentials["member"].Email, Password: "changed since",
			}
		}, "domains.verify.member", "credentials.member.session is claimed by the profile but not observed: the target refuses the email and password of credentials.member with status 400"},
		{"a domain", func(p *target.Profile) { p.Known.VerifiedDomain.ID = suite.Nowhere }, "",
			"known.verified_domain"},
		{"an integration", func(p *target.Profile) { p.Known.Integrations.Marketplace = suite.Nowhere },
			"integrations.retrieve.creator", "known.integrations.marketplace is claimed by the profile but not observed: it is not in the organization: status 404"},
		{"a control plane", func(p *target.Profile) { p.Control = p.BaseURL + "/_elsewhere" },
			"integrations.delete.unpaid_connectable", "control is claimed by the profile but not observed: neither health nor clock answers there"},
		{"a hook", func(p *target.Profile) { p.Control, p.Hooks.PublishTXT = "", []string{"/no/such/program"} },
			"domains.verify.record", "hooks.publish_txt is claimed by the profile but not observed: the program is not there: /no/such/program"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			planned, _ := planOf(t, nil, tc.change, conformance.Options{})
			g.Expect(planned.Preflight.NotObserved).NotTo(BeEmpty())
			if tc.scenario != "" {
				g.Expect(planned.NotRun).To(ContainElement(And(HaveField("Reason", tc.reason), HaveField("Scenarios", ContainElement(tc.scenario)))))
			}
			var text strings.Builder
			g.Expect(planned.WriteText(&text)).To(Succeed())
			g.Expect(text.String()).To(ContainSubstring("claimed by the profile but not observed\n  " + planned.Preflight.NotObserved[0].Path))
		})
	}
}

// A target that is wrong in one place is still tried: a preflight must hide no
// defect.
func TestPreflightHidesNoDefect(t *testing.T) {
	for name, wrong := range map[string]func(*http.Request) int{
		"the organization is not found": func(r *http.Request) int {
			if strings.Count(r.URL.Path, "/") == 4 && strings.HasPrefix(r.URL.Path, "/api/organizations/") {
				return http.StatusNotFound
			}
			return 0
		},
		"domains answer 401": func(r *http.Request) int {
			if strings.Contains(r.URL.Path, "/domains/") {
				return http.StatusUnauthorized
			}
			return 0
		},
		"everything is broken": func(*http.Request) int { return http.StatusInternalServerError },
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			fake, err := mock.New()
			g.Expect(err).NotTo(HaveOccurred())
			planned, _ := planOf(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if status := wrong(r); status != 0 {
					w.WriteHeader(status)
					return
				}
				fake.ServeHTTP(w, r)
			}), nil, conformance.Options{})
			g.Expect(len(planned.Runs)).To(BeNumerically(">", 200))
			g.Expect(planned.Runs).To(ContainElements("domains.retrieve.unknown", "domains.create.defaults", "identity_provider_configs.delete.gone"))
		})
	}
}

func TestRehearsalCounts(t *testing.T) {
	g := NewWithT(t)
	planned, _ := planOf(t, nil, nil, conformance.Options{Run: "domains.delete.*"})
	planned.Limits.RequestsPerMinute = 6
	fake := mock.Start(t)
	estimate, err := planned.Rehearse(t.Context(), kittest.ProfileOf(t, fake.Server, fake.URL), 1)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(estimate.Created).To(HaveKeyWithValue("domain", BeNumerically(">=", len(planned.Runs))))
	g.Expect(estimate.Requests).To(BeNumerically(">", 10))
	g.Expect(estimate.Took.Minutes()).To(BeNumerically("~", float64(estimate.Sent["admin"])/6, 2))
}

func TestShardsCoverEverythingOnce(t *testing.T) {
	g := NewWithT(t)
	seen := map[string]int{}
	for i := 1; i <= 3; i++ {
		planned, _ := planOf(t, nil, nil, conformance.Options{Shard: plan.Shard{I: i, N: 3}})
		g.Expect(len(planned.Runs)).To(BeNumerically(">", 50))
		for _, id := range planned.Runs {
			seen[id]++
		}
	}
	all, _ := planOf(t, nil, nil, conformance.Options{})
	g.Expect(seen).To(HaveLen(len(all.Runs)))
	g.Expect(seen).To(HaveEach(1))
	for text, want := range map[string]plan.Shard{"": {}, "2/3": {I: 2, N: 3}, "1/1": {I: 1, N: 1}} {
		g.Expect(plan.ParseShard(text)).To(Equal(want))
	}
	for _, text := range []string{"0/3", "4/3", "2", "a/b", "-1/2", "1/0"} {
		_, err := plan.ParseShard(text)
		g.Expect(err).To(MatchError(ContainSubstring("such as 2/3")), text)
	}
}
