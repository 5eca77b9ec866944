package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/strength"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/mock"
)

// deployment is a fake behind a server that changes texts of its answers, and the
// file of its profile.
type deployment struct {
	t       *testing.T
	folder  string
	replace *strings.Replacer
}

func deploy(t *testing.T, replacements ...string) *deployment {
	t.Helper()
	fake, err := mock.New()
	if err != nil {
		t.Fatal(err)
	}
	d := &deployment{t, t.TempDir(), strings.NewReplacer(replacements...)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		fake.ServeHTTP(answer, r)
		for name, values := range answer.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(answer.Code)
		_, _ = io.WriteString(w, d.replace.Replace(answer.Body.String()))
	}))
	t.Cleanup(server.Close)
	profile, err := fake.Profile(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.path("target.json"), profile, 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *deployment) path(name string) string { return filepath.Join(d.folder, name) }

// verify runs the command against the deployment and wants an exit status.
func (d *deployment) verify(want int, flags ...string) string {
	d.t.Helper()
	return command(d.t, want, append([]string{"verify", "--target", d.path("target.json")}, flags...)...)
}

func command(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if got := run(t.Context(), args, streams{nil, &out, &errs}); got != want {
		t.Fatalf("exit status %d, want %d\n%s%s", got, want, out.String(), errs.String())
	}
	return out.String()
}

var failureLine = regexp.MustCompile(`(?m)^FAILED  (\S+)  (\S+)$`)

// A failure is found again by its id, alone, without a log, and on a deployment
// that was mended it passes.
func TestReplay(t *testing.T) {
	g := NewWithT(t)
	broken := deploy(t, "This field is required.", "Missing.")
	first := failureLine.FindAllStringSubmatch(broken.verify(exitFailed, "--tag", "domains,invites"), -1)
	g.Expect(first).NotTo(BeEmpty())
	g.Expect(failureLine.FindAllStringSubmatch(broken.verify(exitFailed, "--tag", "domains,invites"), -1)).To(Equal(first))

	scenario, id := first[0][1], first[0][2]
	again := broken.verify(exitFailed, "--replay", id)
	g.Expect(again).To(ContainSubstring(fmt.Sprintf("replay %s (%s): the same check failed again", id, scenario)))
	g.Expect(again).To(ContainSubstring("0 passed, 1 failed"))
	g.Expect(deploy(t).verify(exitOK, "--replay", id)).To(ContainSubstring("it passes now"))
	g.Expect(deploy(t, `"code":"required"`, `"code":"missing"`).verify(exitFailed, "--replay", id)).To(ContainSubstring("another check failed, "))
}

// From a first failing run to a build that fails only on what is new.
func TestAcceptFailures(t *testing.T) {
	g := NewWithT(t)
	d := deploy(t, "This field is required.", "Missing.")
	d.verify(exitFailed, "--tag", "domains", "--baseline-write", d.path("accepted.yaml"), "--report", "json="+d.path("first.json"))
	written, err := os.ReadFile(d.path("accepted.yaml"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.WriteFile(d.path("accepted.yaml"), bytes.ReplaceAll(written, []byte(`""`), []byte("ada")), 0o600)).To(Succeed())
	accepted := d.verify(exitOK, "--tag", "domains", "--baseline", d.path("accepted.yaml"), "--compare", d.path("first.json"))
	g.Expect(accepted).To(And(
		ContainSubstring("(accepted by the baseline)"), ContainSubstring("baseline: 2 accepted, 0 new"),
		ContainSubstring("nothing changed"), ContainSubstring("verdict: not conformant")))

	worse := strings.NewReplacer("This field is required.", "Missing.", `"code":"unique"`, `"code":"invalid"`)
	d.replace = worse
	g.Expect(d.verify(exitFailed, "--tag", "domains", "--baseline", d.path("accepted.yaml"))).To(
		ContainSubstring("  new      domains.create.taken\n"))
}

// The parts of a run, merged, end as the whole.
func TestMergedRuns(t *testing.T) {
	skipUnderRace(t, "plays the suite several times")
	g := NewWithT(t)
	d := deploy(t)
	d.verify(exitOK, "--run", "^(domains|users)", "--log", d.path("1.ndjson"))
	d.verify(exitOK, "--run", "^[^du]", "--log", d.path("2.ndjson"))
	merged := command(t, exitOK, "report", "merge", d.path("1.ndjson"), d.path("2.ndjson"), "--output", d.path("all.ndjson"))
	g.Expect(merged).To(And(ContainSubstring("verdict: conformant"), ContainSubstring("0 failed, 0 errors, 0 skipped, ")))
	g.Expect(command(t, exitOK, "report", "render", d.path("all.ndjson"))).To(Equal(merged))

	d.replace = strings.NewReplacer("This field is required.", "Missing.")
	d.verify(exitFailed, "--run", "^[^du]", "--log", d.path("3.ndjson"))
	g.Expect(command(t, exitFailed, "report", "merge", d.path("1.ndjson"), d.path("3.ndjson"))).To(ContainSubstring("verdict: not conformant"))
	command(t, exitOK, "report", "render", d.path("3.ndjson"))
}

// A shard that is missing is named, and one that is given twice is refused.
func TestMergedShards(t *testing.T) {
	g := NewWithT(t)
	d := deploy(t)
	for _, shard := range []string{"1/3", "2/3", "3/3"} {
		d.verify(exitOK, "--tag", "users,roles", "--shard", shard, "--log", d.path(shard[:1]+".ndjson"))
	}
	g.Expect(command(t, exitUsage, "report", "merge", d.path("1.ndjson"), d.path("3.ndjson"), "--output", d.path("two.ndjson"))).To(And(
		ContainSubstring("exit status 2: nothing can be said: shard 2/3 is missing"), ContainSubstring("verdict: incomplete: shard 2/3 is missing; ")))
	command(t, exitUsage, "report", "merge", d.path("1.ndjson"), d.path("1.ndjson"))
	whole := command(t, exitOK, "report", "merge", d.path("two.ndjson"), d.path("2.ndjson"))
	g.Expect(whole).NotTo(ContainSubstring("missing"))
}

// TestEveryMutantBreaksARuleThatIsChecked keeps the two lists together, which do not
// know each other.
func TestEveryMutantBreaksARuleThatIsChecked(t *testing.T) {
	all := scenarios.All()
	for _, m := range mock.Mutants() {
		if !slices.ContainsFunc(all, func(s suite.Scenario) bool { return strength.Names(&s, m.Rule) }) {
			t.Errorf("%s: no scenario names %s", m.Name, m.Rule)
		}
	}
}

// What a vendor has at hand shows most defects, and of others nothing is said.
func TestMutantsLikeAVendor(t *testing.T) {
	skipUnderRace(t, "plays the suite several times")
	g := NewWithT(t)
	g.Expect(command(t, exitOK, "verify", "--mutants", "--like", "vendor", "--mutant", "domains.verify.*")).To(And(
		MatchRegexp(`(?m)^killed +domains\.verify\.unproven `), // through the hook
		MatchRegexp(`(?m)^SURVIVED +domains\.verify\.failure_hidden +no scenario that was played names domains\.verify\.dns_fails$`)))
}
