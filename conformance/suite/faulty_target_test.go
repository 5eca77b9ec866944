package suite

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

// answer writes JSON.
func answer(w http.ResponseWriter, status int, format string, args ...any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, format, args...)
}

// What was made goes, even from a target all of whose answers are wrong.
func TestCleansUpWhateverAnswersLookLike(t *testing.T) {
	const domain, config, elsewhere = "11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000", "33333333-0000-4000-8000-000000000000"
	for _, tc := range []struct {
		name, organization string
		refused            string // what cannot be deleted
		leftovers          []string
	}{
		{"all goes", Nowhere, "/nothing/", nil},
		{"made in another organization", elsewhere, "/nothing/", nil},
		{"the domain stays", Nowhere, "/domains/", []string{"domain " + domain + ": status 403"}},
		{"its config stays", Nowhere, "/identity_provider_configs/", []string{"domain " + domain + ": its config " + config + ": status 403"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			var deleted []string
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.Method == http.MethodDelete && strings.Contains(r.URL.Path, tc.refused):
					answer(w, http.StatusForbidden, `{"surprise": 1}`)
				case r.Method == http.MethodDelete:
					deleted = append(deleted, r.URL.Path)
					answer(w, http.StatusOK, `{"surprise": 1}`)
				case r.Method == http.MethodPost:
					answer(w, http.StatusCreated, `{"id": %q, "domain": "a.example.com", "surprise": 1}`, domain)
				default:
					answer(w, http.StatusOK, `{"name": "a.example.com", "identity_provider_config": %q, "surprise": 1}`, config)
				}
			}, target.Limits{})
			result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
				s.Admin().Post(OrgPath(tc.organization, Domains), JSON{"domain": "a.example.com"})
			}}, "test")
			g.Expect(result.Failure).To(ContainSubstring("differs from the OpenAPI document"))
			g.Expect(result.Leftovers).To(Equal(tc.leftovers))
			if tc.leftovers == nil {
				g.Expect(deleted).To(Equal([]string{OrgPath(tc.organization, Domains, domain), OrgPath(tc.organization, Configs, config)}))
			}
		})
	}
}

// An organization goes by the hand of who made it, and what is in it with it.
func TestCleansUpOrganizations(t *testing.T) {
	const organization = "11111111-0000-4000-8000-000000000000"
	g := NewWithT(t)
	var deleted []string
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodDelete:
			deleted = append(deleted, r.URL.Path+" by "+r.Header.Get("Authorization"))
			w.WriteHeader(http.StatusNoContent)
		default:
			answer(w, http.StatusCreated, `{"id": %q, "surprise": 1}`, organization)
		}
	}, target.Limits{})
	owner := func(s *S) *Caller { return s.KeyValue("phx_key_of_the_owner", "owner") }
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		s.runStory(func(s *S) { owner(s).Post("/api/organizations/", JSON{}) })
		s.runStory(func(s *S) { owner(s).Post(OrgPath(organization, Roles), JSON{}) })
		s.runStory(func(s *S) { owner(s).Post(OrgPath(organization, Domains), JSON{}) })
		s.runStory(func(s *S) { s.Admin().Post(OrgPath(Nowhere, Roles), JSON{}) })
	}}, "test")
	g.Expect(result.Leftovers).To(BeEmpty())
	g.Expect(deleted).To(Equal([]string{
		OrgPath(Nowhere, Roles, organization) + " by Bearer phx_key_of_the_administrator",
		OrgPath(organization) + " by Bearer phx_key_of_the_owner",
	}))
}

// Clean-up has time of its own, however a story ends.
func TestCleansUpHoweverItEnds(t *testing.T) {
	for _, tc := range []struct {
		name string
		end  func(s *S, interrupt func())
	}{
		{"well", func(*S, func()) {}},
		{"a failure", func(s *S, _ func()) { s.Expect(1).To(Equal(2)) }},
		{"a crash", func(*S, func()) { panic("oops") }},
		{"an interrupt", func(s *S, interrupt func()) {
			interrupt()
			s.Admin().Get("/elsewhere/")
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			var left atomic.Int64
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				switch r.Method {
				case http.MethodPost:
					answer(w, http.StatusCreated, `{"id": "thing-%d"}`, left.Add(1))
				case http.MethodDelete:
					left.Add(-1)
					w.WriteHeader(http.StatusNoContent)
				}
			}, target.Limits{})
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			result := Play(ctx, client, &Scenario{Run: func(s *S) {
				s.Parallel(5, func(int) *Response { return s.Admin().Post("/things/", nil) })
				for i := range 5 {
					s.Cleanup("thing", func(s *S) *Response { return s.Admin().Delete(fmt.Sprintf("/things/%d/", i)) })
				}
				tc.end(s, interrupt)
			}}, "test")
			g.Expect(result.Leftovers).To(BeEmpty())
			g.Expect(left.Load()).To(BeZero())
		})
	}
}

// A key goes to the target's own host and nowhere else, whatever links say.
func TestKeysStayWithTheTarget(t *testing.T) {
	g := NewWithT(t)
	met := 0
	stranger := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { met++ }))
	defer stranger.Close()
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, `{"count": 3, "next": "%s/api/", "results": []}`, stranger.URL)
	}, target.Limits{})
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) { s.Admin().IDs("/things/") }}, "test")
	g.Expect(result.Failure).To(And(HavePrefix("the target points to "+stranger.URL), HaveSuffix("no credentials are sent there")))
	g.Expect(met).To(BeZero())
	g.Expect(client.trusts(strings.Replace(client.Target.BaseURL, "http:", "https:", 1))).To(BeFalse())
	g.Expect(client.trusts(client.Target.BaseURL + ".example.com/")).To(BeFalse())
	g.Expect(client.trusts(client.Target.BaseURL + "/api/")).To(BeTrue())
}

// Pages that do not end, end.
func TestPagesThatDoNotEnd(t *testing.T) {
	for _, tc := range []struct{ name, next, want string }{
		{"the same page again", "/things/?page=1", "next leads back to "},
		{"always another page", "/things/?page=%d", "the pages held 504 rows and did not end; the first counted 1 in all"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			page := 0
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				page++
				next := "http://" + r.Host + strings.ReplaceAll(tc.next, "%d", fmt.Sprint(page))
				answer(w, http.StatusOK, `{"count": 1, "next": %q, "results": [{"id": "a"}, {"id": "b"}]}`, next)
			}, target.Limits{})
			result := Play(t.Context(), client, &Scenario{Run: func(s *S) { s.Admin().IDs("/things/") }}, "test")
			g.Expect(result.Failure).To(HavePrefix(tc.want))
		})
	}
}

func TestAStoryHasABudget(t *testing.T) {
	g := NewWithT(t)
	client := newTestClient(t, func(http.ResponseWriter, *http.Request) {}, target.Limits{})
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		for {
			s.Anonymous().Get("/round/and/round/")
		}
	}}, "test")
	g.Expect(result.Error).To(Equal("the scenario was stopped after 2000 requests"))
	g.Expect(result.Requests).To(Equal(2000))
}

// A target that goes on saying 429 has said nothing about the rule.
func TestGivesUpWaiting(t *testing.T) {
	for _, tc := range []struct {
		name, after string
		waits       int
	}{{"again and again", "7", 17}, {"for an hour", "3600", 0}} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", tc.after)
				w.WriteHeader(http.StatusTooManyRequests)
			}, target.Limits{})
			client.wait = func(context.Context, time.Duration) error { return nil }
			result := Play(t.Context(), client, &Scenario{Run: func(s *S) { s.Anonymous().Get("/x/").Status(200) }}, "test")
			g.Expect(result.Failure).To(BeEmpty())
			g.Expect(result.Error).To(HavePrefix("the target asks anonymous to wait "))
			g.Expect(result.Waited).To(Equal(tc.waits))
		})
	}
}

func TestSecretsOfAnswersAndAddresses(t *testing.T) {
	g := NewWithT(t)
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "sessionid=set-by-cookie")
		answer(w, http.StatusCreated, `{"cookie": "sessionid=in-the-body; posthog_csrftoken=token-in-the-body", "scim_bearer_token": "shown-once"}`)
	}, target.Limits{})
	Play(t.Context(), client, &Scenario{Run: func(s *S) { s.Anonymous().Post("/sessions", nil) }}, "test")
	g.Expect(client.Secrets.Mask("set-by-cookie in-the-body token-in-the-body shown-once")).
		To(Equal("«UNDERSTUDY_SESSION» «UNDERSTUDY_SESSION» «UNDERSTUDY_CSRF» «UNDERSTUDY_TOKEN»"))
	behind := NewSecrets(&target.Profile{BaseURL: "https://bob:open-sesame@example.com"})
	g.Expect(behind.Mask("https://bob:open-sesame@example.com/api/")).NotTo(ContainSubstring("sesame"))
}
