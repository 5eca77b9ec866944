package conformance_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// changers notes who changes known things at a time: from their first change until their lease
// is gone.
type changers struct {
	sync.Mutex
	leases map[string]string // by the path of the lease, who has it
	now    map[string]bool
	both   int // how often one changed something while another was at it
	first  map[string]bool
}

var leaseBody = regexp.MustCompile(`"domain":"(us-[a-z0-9]+-\d+-known-things-until-\d+\.[a-z.]+)"`)

// note takes a request that was answered.
func (c *changers) note(r *http.Request, answer *httptest.ResponseRecorder) {
	c.Lock()
	defer c.Unlock()
	who := r.UserAgent()
	switch {
	case r.Method == http.MethodPost && leaseBody.MatchString(answer.Body.String()):
		id := regexp.MustCompile(`"id":"([^"]+)"`).FindStringSubmatch(answer.Body.String())[1]
		c.leases[id] = who
	case r.Method == http.MethodDelete:
		parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
		if id := parts[len(parts)-1]; c.leases[id] != "" {
			delete(c.now, c.leases[id])
		}
	case r.Method == http.MethodPatch && strings.HasSuffix(r.URL.Path, "/environment-mapping/"):
		c.now[who], c.first[who] = true, true
		if len(c.now) > 1 {
			c.both++
		}
	}
}

// Two machines, which share no file, do not change known things at the same time: the lease in the
// target keeps them apart. One that a killed run left is ignored when it is over.
func TestTwoMachinesAtOnce(t *testing.T) {
	s := newSite(t)
	c := &changers{leases: map[string]string{}, now: map[string]bool{}, first: map[string]bool{}}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		s.fake.ServeHTTP(answer, r)
		c.note(r, answer)
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}))
	t.Cleanup(front.Close)
	stale := s.made(suite.Domains, suite.JSON{"domain": "us-abcdefgh-1-known-things-until-1000000000.example.com"}).Get("id").String()
	var wait sync.WaitGroup
	for _, machine := range []string{"one", "two"} {
		wait.Go(func() {
			vendor := *s.profile
			vendor.BaseURL, vendor.Control, vendor.Contact, vendor.Allow = front.URL, "", machine, target.Permissions
			o := conformance.Options{ConfirmOrganization: vendor.Organization.ID, Run: `^integrations\.environment_mapping\.`, Parallel: 4}
			o.Loans, o.Journal = filepath.Join(t.TempDir(), "loans"), filepath.Join(t.TempDir(), "run.ndjson")
			report, err := conformance.Execute(t.Context(), &vendor, o)
			if err != nil {
				t.Error(err)
				return
			}
			for _, o := range report.Outcomes {
				if o.Wrong() {
					t.Errorf("%s: %s", o.ID, o.Reason)
				}
			}
			NewWithT(t).Expect(report.Leftovers).To(BeEmpty())
			NewWithT(t).Expect(report.Journals[0].Open).To(BeEmpty())
		})
	}
	wait.Wait()
	s.Expect(c.first).To(HaveLen(2), "both changed known things")
	s.Expect(c.both).To(BeZero(), "never at the same time")
	s.Expect(s.there(stale)).To(BeTrue(), "what another run left is for its own sweep")
	s.Expect(kittest.Snapshot(s.fake, s.profile)).NotTo(MatchRegexp(`known-things-until-[2-9]`), "no lease is left")
}
