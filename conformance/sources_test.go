package conformance_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/mock"
)

// TestWhatSourcesDoOtherwise: where the real server's source does otherwise than the fake, or none says,
// a target that does so is not wrong.
func TestWhatSourcesDoOtherwise(t *testing.T) {
	for name, c := range map[string]struct {
		scenarios string
		change    func(a *httptest.ResponseRecorder, r *http.Request) string
	}{
		"nobody is read by their UUID": {"users.retrieve.*", func(a *httptest.ResponseRecorder, r *http.Request) string {
			if regexp.MustCompile(`^/api/users/[^@/]+/$`).MatchString(r.URL.Path) && a.Code == http.StatusOK {
				return refusal(a, http.StatusForbidden, "authentication_error", "permission_denied", "As a non-staff user you're only allowed to access the `@me` user instance.", "null")
			}
			return a.Body.String()
		}},
		"another code for a role that is not there": {`^organizations\.(create\.role_of_nobody|isolation\.everywhere_referred)$`, func(a *httptest.ResponseRecorder, _ *http.Request) string {
			if strings.Contains(a.Body.String(), `"attr":"default_role_id"`) {
				return refusal(a, http.StatusBadRequest, "validation_error", "invalid_input", "Role does not exist in this organization.", `"default_role_id"`)
			}
			return a.Body.String()
		}},
		"who comes too late crashes it": {`^(domains|roles)\.create\.concurrent$`, func(a *httptest.ResponseRecorder, r *http.Request) string {
			if a.Code == http.StatusBadRequest && r.Method == http.MethodPost {
				return refusal(a, http.StatusInternalServerError, "server_error", "error", "A server error occurred.", "null")
			}
			return a.Body.String()
		}},
		"who comes too late crashes it, of those who remove": {"members.remove.concurrent", func() func(a *httptest.ResponseRecorder, r *http.Request) string {
			refused := make(chan struct{}, 2) // the last removal, by itself, finds nobody
			refused <- struct{}{}
			refused <- struct{}{}
			return func(a *httptest.ResponseRecorder, r *http.Request) string {
				if a.Code == http.StatusNotFound && r.Method == http.MethodDelete {
					select {
					case <-refused:
						return refusal(a, http.StatusInternalServerError, "server_error", "error", "A server error occurred.", "null")
					default:
					}
				}
				return a.Body.String()
			}
		}()},
		"places of a role of others are no list": {`^role_memberships\.isolation\.(everywhere_foreign|foreign_role)$`, func(a *httptest.ResponseRecorder, r *http.Request) string {
			if strings.HasSuffix(r.URL.Path, "/role_memberships/") && strings.HasPrefix(a.Body.String(), `{"count":0,`) {
				return refusal(a, http.StatusNotFound, "invalid_request", "not_found", "Not found.", "null")
			}
			return a.Body.String()
		}},
		"a CSRF token before the method": {"sessions.methods.every_path", func(a *httptest.ResponseRecorder, r *http.Request) string {
			if r.URL.Path == "/logout" && a.Code == http.StatusMethodNotAllowed && r.Method != http.MethodGet {
				return refusal(a, http.StatusForbidden, "authentication_error", "permission_denied", "CSRF Failed: CSRF cookie not set.", "null")
			}
			return a.Body.String()
		}},
		"a body before the level, in a session": {"organizations.update.levels", func(a *httptest.ResponseRecorder, r *http.Request) string {
			if r.Header.Get("Authorization") == "" && r.Body != nil && a.Code == http.StatusForbidden && r.ContentLength == 1 {
				return refusal(a, http.StatusBadRequest, "invalid_request", "parse_error", "JSON parse error - Expecting value: line 1 column 1 (char 0)", "null")
			}
			return a.Body.String()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			target := spoilt(t, c.change, mock.WithRevision("2026-09"))
			report, err := conformance.Execute(t.Context(), target, conformance.Options{ConfirmOrganization: target.Organization.ID, Run: c.scenarios})
			g.Expect(err).NotTo(HaveOccurred())
			for _, o := range report.Outcomes {
				g.Expect(o.Status).NotTo(Equal(conformance.Failed), "%s: %s", o.ID, o.Reason)
				g.Expect(o.Status).NotTo(Equal(conformance.Errored), "%s: %s", o.ID, o.Reason)
			}
			g.Expect(report.Totals[conformance.Passed]).To(BeNumerically(">", 0))
		})
	}
}

// refusal makes an answer an error of the API.
func refusal(a *httptest.ResponseRecorder, status int, kind, code, detail, attr string) string {
	a.Code = status
	return `{"type":"` + kind + `","code":"` + code + `","detail":"` + detail + `","attr":` + attr + `}`
}

// TestProjectsOfAnyNumber: which numbers projects have is for the target to say.
func TestProjectsOfAnyNumber(t *testing.T) {
	g := NewWithT(t)
	target := spoilt(t, nil, mock.WithRevision("2026-09"))
	target.Control, target.Allow = "", []string{"create_projects", "create_organizations", "create_users", "change_known"}
	target.Known.Projects = []int{projectNamed(t, target, "Seventh"), projectNamed(t, target, "Eighth")}
	report, err := conformance.Execute(t.Context(), target, conformance.Options{ConfirmOrganization: target.Organization.ID, Run: "integrations.environment_mapping.*"})
	g.Expect(err).NotTo(HaveOccurred())
	for _, o := range report.Outcomes {
		g.Expect(o.Status).NotTo(BeElementOf(conformance.Failed, conformance.Errored), "%s: %s", o.ID, o.Reason)
	}
	g.Expect(report.Totals[conformance.Passed]).To(BeNumerically(">", 10))
}

// projectNamed makes a project, and returns its number.
func projectNamed(t *testing.T, target *conformance.Target, name string) int {
	t.Helper()
	var made struct{ ID int }
	if err := json.Unmarshal(post(t, target, "projects/", `{"name": "`+name+`"}`), &made); err != nil || made.ID < 2 {
		t.Fatal(made, err)
	}
	return made.ID
}

// post makes a thing in the organization of a target, and returns the answer.
func post(t *testing.T, target *conformance.Target, collection, body string) []byte {
	t.Helper()
	return send(t, target, http.MethodPost, collection, body, http.StatusCreated)
}

// send sends what is about the organization of a target, as its administrator.
func send(t *testing.T, target *conformance.Target, method, collection, body string, want int) []byte {
	t.Helper()
	request, _ := http.NewRequestWithContext(t.Context(), method, target.BaseURL+"/api/organizations/"+target.Organization.ID+"/"+collection, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+target.Credentials["admin"].PersonalAPIKey)
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	made, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != want {
		t.Fatal(answer.Status, string(made), err)
	}
	return made
}

// TestWhoHasAllKeys: somebody of the profile who has as many keys as one may have is told so, and
// nothing is wrong with the target.
func TestWhoHasAllKeys(t *testing.T) {
	g := NewWithT(t)
	const tooMany = "You can only have 10 personal API keys. Remove an existing key before creating a new one."
	target := spoilt(t, func(a *httptest.ResponseRecorder, r *http.Request) string {
		if r.URL.Path == "/api/personal_api_keys/" && r.Method == http.MethodPost {
			return refusal(a, http.StatusBadRequest, "validation_error", "invalid_input", tooMany, "null")
		}
		return a.Body.String()
	}, mock.WithRevision("2026-09"))
	target.Control = ""
	report, err := conformance.Execute(t.Context(), target, conformance.Options{ConfirmOrganization: target.Organization.ID, Run: `^(invites\.scopes\.delegate_last|domains\.levels\.scope_before_level)$`})
	g.Expect(err).NotTo(HaveOccurred())
	tried := 0
	for _, o := range report.Outcomes {
		if o.Status != conformance.NotSelected {
			g.Expect(o.Status).To(Equal(conformance.CouldNotRun), o.ID)
			g.Expect(o.Reason).To(ContainSubstring(tooMany))
			tried++
		}
	}
	g.Expect(tried).To(Equal(2))
}

// TestManyRowsOfOthers: an organization with more rows than a page holds is no other than one with few.
func TestManyRowsOfOthers(t *testing.T) {
	g := NewWithT(t)
	target := spoilt(t, nil, mock.WithRevision("2026-09"))
	target.Control = ""
	for i := range 120 {
		post(t, target, "domains/", fmt.Sprintf(`{"domain": "other-%d.example.org"}`, i))
		post(t, target, "roles/", fmt.Sprintf(`{"name": "Other %d"}`, i))
		post(t, target, "identity_provider_configs/", fmt.Sprintf(`{"name": "Other %d"}`, i))
	}
	report, err := conformance.Execute(t.Context(), target, conformance.Options{
		ConfirmOrganization: target.Organization.ID, Run: `\.(isolation\.everywhere_listed|pages\.\w+|representation\.same|list\.\w+|delete\.\w+)$`,
	})
	g.Expect(err).NotTo(HaveOccurred())
	for _, o := range report.Outcomes {
		g.Expect(o.Status).NotTo(BeElementOf(conformance.Failed, conformance.Errored), "%s: %s", o.ID, o.Reason)
	}
	g.Expect(report.Totals[conformance.Passed]).To(BeNumerically(">", 60))
}

// TestOwnSettings: what an organization has chosen for its members is no fault of the target, and is said.
func TestOwnSettings(t *testing.T) {
	for setting, scenarios := range map[string]string{
		`{"members_can_invite": false}`:                `^invites\.(create\.member_invites|create\.member_above|bulk\.level_above|delegate\.member|scopes\.\w+|delete\.own_by_member)$`,
		`{"members_can_create_projects": true}`:        `^projects\.create\.member$`,
		`{"members_can_see_org_members": false}`:       `^(members|roles|role_memberships)\.(list|retrieve|levels|callers)\.\w+$`,
		`{"members_can_use_personal_api_keys": false}`: `^(domains|roles|invites)\.(callers|levels|create|list)\.\w+$`,
		`{"enforce_2fa": true}`:                        `^(domains|invites)\.(callers|verify|create)\.\w+$`,
	} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			g := NewWithT(t)
			target := spoilt(t, nil, mock.WithRevision("2026-09"))
			target.Control = ""
			send(t, target, http.MethodPatch, "", setting, http.StatusOK)
			report, err := conformance.Execute(t.Context(), target, conformance.Options{ConfirmOrganization: target.Organization.ID, Run: scenarios})
			g.Expect(err).NotTo(HaveOccurred())
			said := 0
			for _, o := range report.Outcomes {
				g.Expect(o.Status).NotTo(BeElementOf(conformance.Failed, conformance.Errored), "%s: %s", o.ID, o.Reason)
				if strings.Contains(o.Reason, "the organization has chosen that ") {
					g.Expect(o.Status).To(Equal(conformance.CouldNotRun), o.ID)
					said++
				}
			}
			if !strings.Contains(setting, "see_org_members") { // reading is let through to who sees themselves
				g.Expect(said).To(BeNumerically(">", 0))
			}
		})
	}
}
