package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"
)

// WriteJUnit writes the report as JUnit XML: a suite for each resource, a case
// for each scenario that was selected. What does not count, or is accepted, is skipped
// there. What counts and could not run is an error: a reader who sees none may take it that
// every rule was tried. What fails the run beside its scenarios is a suite of its own.
func (r *Report) WriteJUnit(w io.Writer) error {
	var suites junit.Testsuites
	for _, resource := range r.resources() {
		s := junit.Testsuite{Name: resource, Timestamp: r.StartedAt.Format(time.RFC3339)}
		for _, property := range []struct{ name, value string }{
			{"target", r.Target}, {"base_url", r.BaseURL}, {"revision", r.Revision()}, {"suite", r.Suite},
			{"suite_version", r.SuiteVersion}, {"run", r.Run}, {"seed", strconv.FormatUint(r.Seed, 10)}, {"verdict", string(r.Conformance)}, {"profile", r.Named()},
		} {
			s.AddProperty(property.name, property.value)
		}
		var total time.Duration
		for i := range r.Outcomes {
			o := &r.Outcomes[i]
			if o.Resource() == resource && o.Status != NotSelected {
				s.AddTestcase(r.testcase(o))
				total += o.duration()
			}
		}
		s.SetTimestamp(r.StartedAt)
		s.Time = seconds(total)
		s.ID = len(suites.Suites)
		suites.AddSuite(s)
	}
	if gate := r.failedRunSuite(); gate != nil {
		gate.ID = len(suites.Suites)
		suites.AddSuite(*gate)
	}
	suites.Skipped = 0 // Jenkins' schema has it for each suite alone; see junit-10.xsd of its xunit plugin
	suites.Name = r.Target
	suites.Time = seconds(r.Duration())
	return suites.WriteXML(w)
}

func (r *Report) testcase(o *Outcome) junit.Testcase {
	c := junit.Testcase{Classname: o.Resource(), Name: o.ID, Time: seconds(o.duration())}
	detail := fmt.Sprintf("%s\n%s%s\n%s\n\nrequest:\n%s\n\nresponse:\n%s\n\nrepeat:\n%s\n\nagain:\n%s\n", o.Title, o.ruleLines(), r.causeLine(o), o.Reason, o.Request, o.Response, o.Curl, r.repeatCommand(o))
	switch {
	case o.Status == Passed:
	case o.Status == CouldNotRun && o.counts():
		c.Error = &junit.Result{Message: o.Status.Words() + ": " + o.Reason, Type: string(CouldNotRun), Data: o.Title + "\n" + o.ruleLines()}
	case !o.Wrong():
		c.Skipped = &junit.Result{Message: o.Status.Words() + ": " + o.Reason}
	case o.Provisional:
		c.Skipped = &junit.Result{Message: "provisional, does not count: " + o.Reason}
	case r.Baseline.accepts(o.ID):
		c.Skipped = &junit.Result{Message: "accepted by the baseline: " + o.Reason}
	case o.Status == Failed:
		c.Failure = &junit.Result{Message: o.Reason, Type: "failed", Data: detail}
	default:
		c.Error = &junit.Result{Message: o.Reason, Type: "error", Data: detail}
	}
	return c
}

// failedRunSuite returns what fails a run beside its scenarios, as a suite of one case;
// nil if nothing does.
func (r *Report) failedRunSuite() *junit.Testsuite {
	broken, unknown := r.brokenBeside(), r.unknownBeside()
	if len(broken)+len(unknown) == 0 {
		return nil
	}
	s := junit.Testsuite{Name: "run", Timestamp: r.StartedAt.Format(time.RFC3339), Time: seconds(0)}
	c := junit.Testcase{Classname: "run", Name: "run.counts_as_failed", Time: seconds(0)}
	result := &junit.Result{Message: strings.Join(append(broken, unknown...), "; "), Type: "failed", Data: r.losses()}
	if len(broken) > 0 {
		c.Failure = result
	} else {
		result.Type, c.Error = "unknown", result
	}
	s.AddTestcase(c)
	return &s
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
