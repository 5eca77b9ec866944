package strength_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/strength"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// pages is a deployment of a few paths, each with its status.
type pages map[string]int

func (p pages) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: p[r.URL.Path], Header: http.Header{}, Request: r, Body: io.NopCloser(strings.NewReader("")),
	}, nil
}

func (p pages) start() (*strength.Deployment, error) {
	profile := &target.Profile{Name: "pages", BaseURL: "http://pages.test"}
	return &strength.Deployment{Profile: profile, Transport: p}, nil
}

func wants(id, path string, status int) suite.Scenario {
	return suite.Scenario{ID: id, Rules: []string{id}, Access: suite.Read, Run: func(s *suite.S) { s.Anonymous().Get(path).Status(status) }}
}

var scenarios = []suite.Scenario{
	wants("pages.one.there", "/one", 200),
	wants("pages.two.there", "/two", 200),
	{ID: "pages.three.there", Rules: []string{"pages.three.there"}, Needs: []suite.Need{suite.ControlPlane}, Run: func(*suite.S) {}},
}

var sound = strength.Mutant{Start: pages{"/one": 200, "/two": 200}.start}

func TestOnlyScenariosThatNameTheRuleKill(t *testing.T) {
	g := NewWithT(t)
	broken := pages{"/one": 404, "/two": 200}
	result, err := strength.Measure(t.Context(), scenarios, sound, []strength.Mutant{
		{Name: "pages.one.gone", Rule: "pages.one.there", Start: broken.start},
		{Name: "pages.one.misnamed", Rule: "pages.two.there", Start: broken.start},
		{Name: "pages.three.gone", Rule: "pages.three.there", Start: broken.start},
		{Name: "pages.none", Rule: "pages.one.there", Start: pages{"/one": 200, "/two": 200}.start},
	}, strength.Options{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(result).To(And(HaveField("Mutants", 4), HaveField("Killed", 1)))
	g.Expect(result.Verdicts[0]).To(And(HaveField("Killed", true), HaveField("By", []string{"pages.one.there"})))
	g.Expect(result.Verdicts[1]).To(And(HaveField("Killed", false), HaveField("Others", []string{"pages.one.there"}), HaveField("Naming", 1)))
	g.Expect(result.Verdicts[2]).To(And(HaveField("Killed", false), HaveField("Naming", 0)))
	g.Expect(result.Verdicts[3]).To(And(HaveField("Killed", false), HaveField("Others", BeEmpty())))

	var text bytes.Buffer
	g.Expect(result.WriteText(&text)).To(Succeed())
	g.Expect(strings.Split(strings.TrimSpace(text.String()), "\n")).To(HaveExactElements(
		MatchRegexp(`^killed +pages.one.gone +pages.one.there$`),
		MatchRegexp(`^SURVIVED +pages.one.misnamed +the scenarios that name pages.two.there passed; noticed without naming it: pages.one.there$`),
		MatchRegexp(`^SURVIVED +pages.three.gone +no scenario that was played names pages.three.there`),
		MatchRegexp(`^SURVIVED +pages.none +the scenarios that name pages.one.there passed$`),
		Equal("1 of 4 mutants killed"),
	))
}

func TestAFullMeasurementHoldsEveryFailure(t *testing.T) {
	g := NewWithT(t)
	broken := strength.Mutant{Name: "pages.all.gone", Rule: "pages.one.there", Start: pages{"/one": 404, "/two": 404}.start}
	for full, others := range map[bool][]string{false: {}, true: {"pages.two.there"}} {
		result, err := strength.Measure(t.Context(), scenarios, sound, []strength.Mutant{broken}, strength.Options{Full: full})
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(result.Verdicts[0]).To(And(HaveField("Killed", true), HaveField("Others", others)))
	}
}

func TestNothingIsMeasuredWhereSomethingFailsWithoutADefect(t *testing.T) {
	g := NewWithT(t)
	_, err := strength.Measure(t.Context(), scenarios, strength.Mutant{Start: pages{"/one": 200, "/two": 500}.start}, nil, strength.Options{})
	g.Expect(err).To(MatchError("pages.two.there fails without a defect: expected status 200, got 500"))
}

// What a profile cannot show is not noticed, and no false green either: a run says that it is
// unproven.
func TestWhatCouldNotBeTriedIsNoFalseGreen(t *testing.T) {
	g := NewWithT(t)
	untried := suite.Scenario{ID: "pages.four.there", Rules: []string{"pages.four.there"}, Run: func(s *suite.S) { s.CannotRun("its plan forbids it") }}
	all := append([]suite.Scenario{untried}, scenarios...)
	result, err := strength.Measure(t.Context(), all, sound, []strength.Mutant{
		{Name: "pages.four.gone", Rule: "pages.four.there", Start: pages{"/one": 404, "/two": 200}.start},
		{Name: "pages.two.fine", Rule: "pages.two.there", Start: pages{"/one": 404, "/two": 200}.start},
	}, strength.Options{})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(result.Verdicts[0]).To(And(HaveField("Killed", false), HaveField("Naming", 0), HaveField("Others", BeEmpty())))
	g.Expect(result.Verdicts[0].FalseGreen()).To(BeFalse())
	g.Expect(result.Verdicts[1].FalseGreen()).To(BeTrue())
}
