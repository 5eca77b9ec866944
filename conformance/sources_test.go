package conformance_test

import (
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
