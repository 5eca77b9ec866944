package suite

import (
	"io"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/target"
)

// What is made away from the plain collections goes, too.
func TestCleansUpProjectsInvitesAndMembers(t *testing.T) {
	const invite, user = "11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000"
	for _, tc := range []struct {
		name, made string
		story      func(*S)
		deleted    []string
	}{
		{"a project", `{"id": 7}`, func(s *S) { s.Admin().Post(s.Org(Projects), nil) }, []string{OrgPath(Nowhere, Projects, "7")}},
		{"a project without its organization", `{"id": 7}`, func(s *S) { s.Admin().Post("/api/projects?x=1", nil) }, []string{"/api/projects/7/"}},
		{"no project", `{}`, func(s *S) { s.Admin().Post("/api/projects/", nil) }, nil},
		{"several invites", `[{"id": "a"}, {"id": "b"}]`, func(s *S) { s.Admin().Post(s.Org(Invites, "bulk"), nil) }, []string{OrgPath(Nowhere, Invites, "b"), OrgPath(Nowhere, Invites, "a")}},
		{"a delegation", `{"id": "a"}`, func(s *S) { s.Admin().Post(s.Org(Invites, "delegate"), nil) }, []string{OrgPath(Nowhere, Invites, "a")}},
		{"a member", `{"uuid": "` + user + `"}`, func(s *S) { s.Accept(s.Anonymous(), Thing{ID: invite}, nil) }, []string{OrgPath(Nowhere, Members, user)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			var deleted []string
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodDelete {
					deleted = append(deleted, r.URL.Path)
					w.WriteHeader(http.StatusNoContent)
					return
				}
				if r.Method == http.MethodGet {
					answer(w, http.StatusOK, `{"results": []}`)
					return
				}
				answer(w, http.StatusCreated, "%s", tc.made)
			}, target.Limits{})
			g.Expect(Play(t.Context(), client, &Scenario{Run: tc.story}, "test").Leftovers).To(BeEmpty())
			g.Expect(deleted).To(Equal(tc.deleted))
		})
	}
}

// A project whose deletion has begun is no leftover; one that cannot be deleted is.
func TestProjectsThatAreBeingDeleted(t *testing.T) {
	for detail, leftovers := range map[string]int{"This project is already being deleted.": 0, "Project deletion is temporarily disabled.": 1} {
		t.Run(detail, func(t *testing.T) {
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodDelete {
					answer(w, http.StatusBadRequest, `{"detail": %q}`, detail)
					return
				}
				answer(w, http.StatusCreated, `{"id": 7}`)
			}, target.Limits{})
			result := Play(t.Context(), client, &Scenario{Run: func(s *S) { s.Admin().Post(s.Org(Projects), nil) }}, "test")
			NewWithT(t).Expect(result.Leftovers).To(HaveLen(leftovers))
		})
	}
}

// A deployment that has addresses confirmed first says nothing about the rule.
func TestRecruitsNeedASession(t *testing.T) {
	g := NewWithT(t)
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusCreated, `{"redirect_url": "/verify_email/x"}`)
	}, target.Limits{})
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		s.SessionFrom(s.Anonymous().Post("/elsewhere/", nil), "nobody")
	}}, "test")
	g.Expect(result.Failure).To(BeEmpty())
	g.Expect(result.Error).To(HavePrefix("the answer opened no session"))
}

// TestLabelsOf: whatever a lost answer was about is looked for by a label that it may
// have.
func TestLabelsOf(t *testing.T) {
	s := &S{runLabel: "r"}
	for _, tc := range []struct {
		name, kind, body string
		want             []foundLabel
	}{
		{"the property has it", "config", `{"name": "us-r-1", "saml_entity_id": "us-r-2"}`, []foundLabel{{"us-r-1", "us-r-1"}}},
		{"another property has it", "config", `{"name": "x", "saml_entity_id": "US-R-2"}`, []foundLabel{{"us-r-2", "x"}}},
		{"one of two addresses will", "SCIM user", `{"emails": [{"value": "us-r-1@a"}, {"value": "us-r-2@a", "primary": true}]}`, []foundLabel{{"us-r-1", ""}, {"us-r-2", ""}}},
		{"nothing has one", "config", `{"name": " y "}`, []foundLabel{{"", "y"}}},
		{"no object", "config", `[1]`, []foundLabel{{"", ""}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			NewWithT(t).Expect(s.labelsOf(kindNamed(tc.kind), []byte(tc.body))).To(Equal(tc.want))
		})
	}
}

// TestRemovesNobodyElse: where a SCIM server is closed, whom it made is removed as a member, found by
// their address. A target that ignores that filter shows others first, who stay.
func TestRemovesNobodyElse(t *testing.T) {
	g := NewWithT(t)
	var deleted []string
	made := ""
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		scim := strings.HasPrefix(r.URL.Path, "/scim/")
		switch {
		case r.Method == http.MethodPost:
			body, _ := io.ReadAll(r.Body)
			made = gjson.GetBytes(body, "emails.0.value").String()
			answer(w, http.StatusCreated, `{"id": "7", "userName": %q}`, made)
		case r.Method == http.MethodDelete && scim:
			answer(w, http.StatusForbidden, `{"detail": "Authentication failed"}`)
		case r.Method == http.MethodDelete:
			deleted = append(deleted, r.URL.Path)
			w.WriteHeader(http.StatusNoContent)
		case scim:
			answer(w, http.StatusForbidden, `{"detail": "Authentication failed"}`)
		default:
			answer(w, http.StatusOK, `{"count": 2, "results": [{"user": {"uuid": "somebody-else", "email": "admin@example.com"}}, {"user": {"uuid": "made", "email": %q}}]}`, made)
		}
	}, target.Limits{})
	client.Target.Known.SCIM = &target.SCIM{DomainID: Nowhere, Token: "token", EmailDomain: "example.com"}
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		p := s.SCIM()
		p.Undocumented().Post(p.Path("Users"), SCIMPerson(s.NewSCIMEmail())).Status(http.StatusCreated)
	}}, "test")
	g.Expect(result.Failure + result.Error).To(BeEmpty())
	g.Expect(deleted).To(Equal([]string{OrgPath(Nowhere, Members, "made")}))
}
