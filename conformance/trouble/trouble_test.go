package trouble_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/mock"
)

// unwell is a fake that is in trouble for some of its requests, counted from the first that
// a run makes after it has looked around.
type unwell struct {
	to          http.Handler
	from, until int64
	over        context.Context // ends what hangs
	seen        atomic.Int64
	do          func(w http.ResponseWriter, r *http.Request) (done bool)
}

func (u *unwell) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := u.seen.Add(1)
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(u.over, cancel)()
	if n >= u.from && n < u.until && u.do(w, r.WithContext(ctx)) {
		return
	}
	u.to.ServeHTTP(w, r)
}

// status answers every request with a status, in a form.
func status(code int, contentType, body string, header ...string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", contentType)
		if len(header) == 2 {
			w.Header().Set(header[0], header[1])
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body))
		return true
	}
}

// playUnwell runs the suite against a fake that is in trouble.
func playUnwell(t *testing.T, u *unwell, o conformance.Options) (report *conformance.Report, left func() string, before string) {
	t.Helper()
	fake, err := mock.New()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	u.to = fake
	server := httptest.NewServer(u)
	t.Cleanup(server.Close)
	over, end := context.WithCancel(t.Context())
	t.Cleanup(end)
	u.over = over
	plain := httptest.NewServer(fake)
	t.Cleanup(plain.Close)
	profile := kittest.ProfileOf(t, fake, server.URL)
	profile.Control = plain.URL + "/_understudy" // it is not what is in trouble
	running := &mock.Running{Server: fake, URL: plain.URL}
	direct := kittest.ProfileOf(t, fake, plain.URL)
	before = kittest.Snapshot(running, direct)
	o.Preflight, o.ConfirmOrganization = true, profile.Organization.ID
	report, err = conformance.Execute(t.Context(), profile, o)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return report, func() string { return kittest.Snapshot(running, direct) }, before
}

// What passes costs time, and no rule fails by it.
func TestTargetInTroubleForAWhile(t *testing.T) {
	const page = "<html>oops</html>"
	for _, tc := range []struct {
		name string
		do   func(http.ResponseWriter, *http.Request) bool
	}{
		{"503 in JSON", status(503, "application/json", `{"type":"server_error","code":"error","detail":"A server error occurred.","attr":null}`, "Retry-After", "1")},
		{"503 in HTML", status(503, "text/html", page)},
		{"500 in HTML", status(500, "text/html", page)},
		{"500 in JSON", status(500, "application/json", `{"type":"server_error","code":"error","detail":"A server error occurred.","attr":null}`)},
		{"429", status(429, "application/json", `{}`, "Retry-After", "1")},
		{"401 for everybody", status(401, "application/json", `{"type":"authentication_error","code":"not_authenticated","detail":"Authentication credentials were not provided.","attr":null}`)},
		{"connections that break", func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			kittest.SkipUnderRace(t, "it plays the suite")
			report, after, before := playUnwell(t, &unwell{from: 500, until: 512, do: tc.do}, conformance.Options{})
			for _, o := range report.Outcomes {
				g.Expect(o.Status).To(Equal(conformance.Passed), "%s: %s", o.ID, o.Reason)
			}
			g.Expect(report.Leftovers).To(BeEmpty())
			g.Expect(after()).To(Equal(before))
		})
	}
}

// What does not pass ends the run soon, with one reason, and no verdict.
func TestTargetInTroubleForGood(t *testing.T) {
	hang := func(_ http.ResponseWriter, r *http.Request) bool {
		<-r.Context().Done()
		return true
	}
	for _, tc := range []struct {
		name, want string
		do         func(http.ResponseWriter, *http.Request) bool
	}{
		{"503", "it answers with status 503", status(503, "application/json", `{}`)},
		{"500", "it answers with status 500", status(500, "application/json", `{}`)},
		{"no answer in time", "it does not answer in time", hang},
		{"connections that break", "connections to it break", func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }},
		{"an hour to wait", "to wait 1h0m0s more", status(429, "application/json", `{}`, "Retry-After", "3600")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			o := conformance.Options{}
			o.Timeout, o.Patience = 2*time.Second, time.Second
			report, _, _ := playUnwell(t, &unwell{from: 500, until: 1 << 60, do: tc.do}, o)
			g.Expect(report.Totals[conformance.Failed]).To(BeZero())
			g.Expect(report.Gone).To(ContainSubstring(tc.want))
			g.Expect(report.OK()).To(BeFalse())
			reasons := map[string]int{}
			for _, o := range report.Outcomes {
				if o.Status != conformance.Passed {
					reasons[o.Reason]++
				}
			}
			g.Expect(reasons).To(HaveLen(1), "one cause, one reason")
			g.Expect(reasons[report.Gone]).To(BeNumerically(">", 500))
			g.Expect(report.Totals[conformance.Errored]).To(BeNumerically("<", 20), "those that it hit")
			var text strings.Builder
			g.Expect(report.WriteText(&text)).To(Succeed())
			g.Expect(strings.Count(text.String(), "\n")).To(BeNumerically("<", 400))
		})
	}
}

// A key that dies midway is named, and what it made is deleted by others.
func TestCredentialIsLost(t *testing.T) {
	for _, role := range []string{"admin", "owner", "member"} {
		t.Run(role, func(t *testing.T) {
			kittest.SkipUnderRace(t, "it plays the suite")
			g := NewWithT(t)
			var key atomic.Value
			key.Store("")
			u := &unwell{from: 2000, until: 1 << 60}
			u.do = func(w http.ResponseWriter, r *http.Request) bool {
				if r.Header.Get("Authorization") != "Bearer "+key.Load().(string) || strings.HasPrefix(r.URL.Path, "/scim/") {
					return false
				}
				return status(401, "application/json", `{"type":"authentication_error","code":"authentication_failed","detail":"Invalid personal API key.","attr":null}`)(w, r)
			}
			fake, err := mock.New()
			g.Expect(err).NotTo(HaveOccurred())
			key.Store(kittest.ProfileOf(t, fake, "http://127.0.0.1:1").Credentials[role].PersonalAPIKey)
			report, after, before := playUnwell(t, u, conformance.Options{})
			for _, o := range report.Outcomes {
				g.Expect(o.Status).NotTo(BeElementOf(conformance.Failed, conformance.Errored), "%s: %s", o.ID, o.Reason)
				if o.Status == conformance.CouldNotRun {
					g.Expect(o.Reason).To(Equal("credentials."+role+".personal_api_key worked before and is refused now, with status 401"), o.ID)
				}
			}
			g.Expect(report.Totals[conformance.CouldNotRun]).To(BeNumerically(">", 0))
			g.Expect(report.Leftovers).To(BeEmpty())
			g.Expect(after()).To(Equal(before))
		})
	}
}
