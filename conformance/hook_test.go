package conformance_test

import (
	"flag"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/mock"
)

// TestPublishTXT is no test but a hook, when the test binary is called as one: it publishes
// or removes a TXT record of a fake, as a vendor's program would.
func TestPublishTXT(t *testing.T) {
	arguments := flag.Args()
	if len(arguments) != 4 {
		t.Skip("it is called as a hook")
	}
	do, control, name, value := arguments[0], arguments[1], arguments[2], arguments[3]
	method, body := http.MethodPut, `{"values": ["`+value+`"]}`
	if do == "remove" {
		method, body = http.MethodDelete, ""
	}
	request, err := http.NewRequestWithContext(t.Context(), method, control+"/dns/"+name, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode >= http.StatusMultipleChoices {
		t.Fatalf("the control plane answers with %s", answer.Status)
	}
}

// TestHooksAreRun: the hooks of a profile are programs, and what they say keeps a story from running.
func TestHooksAreRun(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		do      string
		passed  bool
		because string
	}{
		"one that publishes": {"publish", true, ""},
		"one that fails":     {"publish to nobody", false, "the hook " + self + " failed: "},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			fake := mock.Start(t)
			profile := kittest.ProfileOf(t, fake.Server, fake.URL)
			control := profile.Control
			if !c.passed {
				control += "/nowhere"
			}
			asVendor(profile)
			profile.Hooks.PublishTXT = []string{self, "-test.run=^TestPublishTXT$", c.do, control}
			profile.Hooks.RemoveTXT = []string{self, "-test.run=^TestPublishTXT$", "remove", control}
			report, err := conformance.Execute(t.Context(), profile, conformance.Options{ConfirmOrganization: profile.Organization.ID, Run: "domains.verify.record"})
			g.Expect(err).NotTo(HaveOccurred())
			at := slices.IndexFunc(report.Outcomes, func(o conformance.Outcome) bool { return o.ID == "domains.verify.record" })
			g.Expect(at).NotTo(Equal(-1))
			told := report.Outcomes[at]
			g.Expect(told.Status == conformance.Passed).To(Equal(c.passed), "%s: %s", told.Status, told.Reason)
			g.Expect(told.Reason).To(HavePrefix(c.because))
		})
	}
}
