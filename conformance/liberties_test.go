package conformance_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

// liberties are what an implementation of its own may do otherwise than the fake.
var liberties = map[string]func(a *httptest.ResponseRecorder, r *http.Request) string{
	"properties in the order of the alphabet": func(a *httptest.ResponseRecorder, _ *http.Request) string {
		var value any
		if json.Unmarshal(a.Body.Bytes(), &value) != nil {
			return a.Body.String()
		}
		sorted, _ := json.MarshalIndent(value, "", "  ") // it was read just now
		return string(sorted)
	},
	"parameters of links in another order": func(a *httptest.ResponseRecorder, _ *http.Request) string {
		return regexp.MustCompile(`"(next|previous)":"[^"]+"`).ReplaceAllStringFunc(a.Body.String(), func(link string) string {
			before, query, _ := strings.Cut(strings.TrimSuffix(link, `"`), "?")
			parts := strings.Split(query, "&")
			slices.Reverse(parts)
			return before + "?" + strings.Join(parts, "&") + `"`
		})
	},
	"times without a fraction": func(a *httptest.ResponseRecorder, _ *http.Request) string {
		return regexp.MustCompile(`(T\d\d:\d\d:\d\d)\.\d+Z"`).ReplaceAllString(a.Body.String(), `${1}Z"`)
	},
	"no challenge, other cookies, a media type in capitals": func(a *httptest.ResponseRecorder, _ *http.Request) string {
		a.Header().Del("WWW-Authenticate")
		a.Header().Add("Set-Cookie", "balancer=7; Path=/")
		a.Header().Set("Content-Type", strings.Replace(a.Header().Get("Content-Type"), "application/json", "Application/JSON", 1))
		return a.Body.String()
	},
	"neighbours that can only be read": func(a *httptest.ResponseRecorder, r *http.Request) string {
		neighbour := regexp.MustCompile(`/(members|roles|role_memberships|projects)(/|$)|^/api/organizations/([^/]+/)?$|^/api/users/`).MatchString(r.URL.Path)
		reads := slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, r.Method)
		switch {
		case neighbour && r.Method == http.MethodOptions:
			a.Header().Set("Allow", "GET, HEAD, OPTIONS")
		case neighbour && !reads && r.Header.Get("Authorization") == "" && r.Header.Get("Cookie") == "":
			a.Code = http.StatusUnauthorized
			return `{"type":"authentication_error","code":"not_authenticated","detail":"Authentication credentials were not provided.","attr":null}`
		case neighbour && !reads && r.Header.Get("Authorization") == "", neighbour && r.Method == http.MethodPatch && strings.HasSuffix(strings.Trim(r.URL.Path, "/"), "s"):
			a.Code = http.StatusMethodNotAllowed
			a.Header().Set("Allow", "GET, HEAD, OPTIONS")
			return `{"type":"invalid_request","code":"method_not_allowed","detail":"Method \"` + r.Method + `\" not allowed.","attr":null}`
		case neighbour && !reads:
			a.Code = http.StatusForbidden
			return `{"type":"authentication_error","code":"permission_denied","detail":"This action does not support personal API key access","attr":null}`
		}
		return a.Body.String()
	},
	"organizations that show what is promised, and more": func(a *httptest.ResponseRecorder, _ *http.Request) string {
		return regexp.MustCompile(`"customer_id":null,?`).ReplaceAllString(strings.ReplaceAll(a.Body.String(), `"slug":`, `"colour":"blue","slug":`), "")
	},
}

// TestLiberties: what no source obliges a deployment to is no failure.
func TestLiberties(t *testing.T) {
	kittest.SkipUnderRace(t, "plays the suite several times")
	for name, change := range liberties {
		revisions := []string{"2026-09"}
		if strings.HasPrefix(name, "neighbours") {
			revisions = append(revisions, "2026-06") // what a deployment offers is found out for each
		}
		for _, revision := range revisions {
			t.Run(name+", "+revision, func(t *testing.T) {
				t.Parallel()
				g := NewWithT(t)
				target := spoilt(t, change, mock.WithRevision(revision))
				target.Control, target.Allow = "", nil
				report, err := conformance.Execute(t.Context(), target, conformance.Options{ConfirmOrganization: target.Organization.ID, Preflight: true})
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(report.Failing).To(BeEmpty(), textOf(report))
				g.Expect(report.Revision()).To(Equal(revision))
				g.Expect(report.Totals[conformance.Passed]).To(BeNumerically(">", 500))
			})
		}
	}
}

// TestLinksByAnotherProtocol: a server behind a proxy may write its links as if it were
// called by http. They are followed by the protocol of the profile.
func TestLinksByAnotherProtocol(t *testing.T) {
	g := NewWithT(t)
	target := spoilt(t, func(a *httptest.ResponseRecorder, _ *http.Request) string {
		return strings.ReplaceAll(a.Body.String(), `"http://`, `"https://`)
	})
	target.Control = ""
	report, err := conformance.Execute(t.Context(), target, conformance.Options{ConfirmOrganization: target.Organization.ID, Run: "*.pages.*"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Failing).To(BeEmpty())
}

// TestPartsOfWhatIsKnown: a profile may name a part of what it knows. What the rest
// would be needed for could not run, and says so.
func TestPartsOfWhatIsKnown(t *testing.T) {
	g := NewWithT(t)
	target := spoilt(t, func(a *httptest.ResponseRecorder, _ *http.Request) string { return a.Body.String() })
	other, plain, scim, domain := *target.Known.OtherOrganization, *target.Known.FeaturelessOrganization, *target.Known.SCIM, *target.Known.VerifiedDomain
	other.DomainID, other.Domain, other.IdentityProviderConfigID, other.ProjectID = "", "", "", 0
	plain.DomainID, scim.Token, scim.EmailDomain, domain.Domain = "", "", "", ""
	target.Known.OtherOrganization, target.Known.FeaturelessOrganization, target.Known.SCIM, target.Known.VerifiedDomain = &other, &plain, &scim, &domain
	report, err := conformance.Execute(t.Context(), target, conformance.Options{ConfirmOrganization: target.Organization.ID, Preflight: true})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Failing).To(BeEmpty())
	for id, reason := range map[string]string{
		"domains.create.taken_elsewhere": "the target profile has no known.other_organization.domain",
		"domains.update.without_scim":    "the target profile has no known.featureless_organization.domain_id",
		"scim.users.create":              "the target profile has no known.scim.email_domain",
		"domains.list.known":             "the target profile has no known.verified_domain.domain",
	} {
		g.Expect(report.Outcomes).To(ContainElement(And(HaveField("ID", id), HaveField("Status", conformance.CouldNotRun), HaveField("Reason", reason))))
	}
}

// TestProfileOfAnotherPlace: where nothing of the API is, no verdict is given.
func TestProfileOfAnotherPlace(t *testing.T) {
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		says    string
	}{
		"redirections": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, (&url.URL{Scheme: "https", Host: "posthog.example", Path: r.URL.Path}).String(), http.StatusMovedPermanently)
		}, "base_url may have to be https://posthog.example"},
		"a page": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<h1>Welcome</h1>"))
		}, "nothing at .* answers as the API does \\(status 200, text/html\\)"},
		"no organization": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(`{"type":"invalid_request","code":"not_found","detail":"Organization not found.","attr":null}`))
		}, "no key of the profile finds the organization"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			server := httptest.NewServer(c.handler)
			t.Cleanup(server.Close)
			target := spoilt(t, func(a *httptest.ResponseRecorder, _ *http.Request) string { return a.Body.String() })
			target.BaseURL, target.Control = server.URL, ""
			_, err := conformance.Execute(t.Context(), target, conformance.Options{ConfirmOrganization: target.Organization.ID, Preflight: true})
			g.Expect(err).To(MatchError(MatchRegexp(c.says)))
		})
	}
}

// TestAdministratorWhoIsNone: with the key of a member nothing is made that nobody
// could delete.
func TestAdministratorWhoIsNone(t *testing.T) {
	g := NewWithT(t)
	profile := spoilt(t, nil)
	profile.Control = ""
	profile.Credentials["admin"] = target.Credential{PersonalAPIKey: profile.Credentials["member"].PersonalAPIKey}
	report, err := conformance.Execute(t.Context(), profile, conformance.Options{ConfirmOrganization: profile.Organization.ID, Preflight: true, Run: "(invites|domains).create.*"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Totals[conformance.Failed]).To(BeZero())
	g.Expect(report.Leftovers).To(BeEmpty())
	g.Expect(report.Outcomes).To(ContainElement(And(HaveField("ID", "invites.create.defaults"),
		HaveField("Reason", ContainSubstring("it is of no administrator: its level is 1, where scenarios count on 8")))))
}

// TestOwnerWhoseKeyIsWrong: those who joined are removed by the administrator.
func TestOwnerWhoseKeyIsWrong(t *testing.T) {
	g := NewWithT(t)
	profile := spoilt(t, nil)
	profile.Control = ""
	profile.Credentials["owner"] = target.Credential{PersonalAPIKey: "phx_nobody"}
	report, err := conformance.Execute(t.Context(), profile, conformance.Options{ConfirmOrganization: profile.Organization.ID, Preflight: true, Run: "invites.accept.*"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Leftovers).To(BeEmpty())
	g.Expect(report.Totals[conformance.Passed]).To(BeNumerically(">", 5))
}

// TestBareProfile: a deployment of any revision may have neither control plane nor mail nor leave for what intrudes. What cannot be
// tried then says so, and no story does what the profile does not allow.
func TestBareProfile(t *testing.T) {
	for _, revision := range []string{"2026-03", "2026-06", "2026-09"} {
		t.Run(revision, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, mock.WithRevision(revision))
			s.profile.Control, s.profile.Allow, s.profile.Mail = "", nil, target.Mail{}
			report, _ := s.run(conformance.Options{ConfirmOrganization: s.profile.Organization.ID, Preflight: true})
			s.Expect(report.Failing).To(BeEmpty(), textOf(report))
			s.Expect(report.Totals[conformance.Passed]).To(BeNumerically(">", 500))
		})
	}
}

// TestAwayFromTheCloud: an installation of one's own claims domains without the feature.
func TestAwayFromTheCloud(t *testing.T) {
	cloud := false
	world, err := fixtures.Named("default")
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	world.Deployment.Cloud = &cloud
	fake := mock.Start(t, mock.WithWorld(world))
	profile := kittest.ProfileOf(t, fake.Server, fake.URL)
	profile.Control = ""
	report, err := conformance.Execute(t.Context(), profile, conformance.Options{ConfirmOrganization: profile.Organization.ID, Preflight: true, Run: "domains.*"})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.Failing).To(BeEmpty(), textOf(report))
	g.Expect(report.Leftovers).To(BeEmpty())
}
