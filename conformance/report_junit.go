package conformance

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/jstemmer/go-junit-report/v2/junit"
)

// WriteJUnit writes the report as JUnit XML: a suite for each resource, a case
// for each scenario that was selected.
func (r *Report) WriteJUnit(w io.Writer) error {
	var suites junit.Testsuites
	for _, resource := range r.resources() {
		s := junit.Testsuite{Name: resource, Timestamp: r.StartedAt.Format(time.RFC3339)}
		s.AddProperty("target", r.Target)
		s.AddProperty("base_url", r.BaseURL)
		s.AddProperty("suite", r.Suite)
		var total time.Duration
		for i := range r.Outcomes {
			o := &r.Outcomes[i]
			if o.Resource() == resource && o.Status != NotSelected {
				s.AddTestcase(testcase(o))
				total += time.Duration(o.DurationMS) * time.Millisecond
			}
		}
		s.SetTimestamp(r.StartedAt)
		s.Time = seconds(total)
		suites.AddSuite(s)
	}
	suites.Name = r.Target
	suites.Time = seconds(time.Duration(r.DurationMS) * time.Millisecond)
	return suites.WriteXML(w)
}

func testcase(o *Outcome) junit.Testcase {
	c := junit.Testcase{
		Classname: o.Resource(), Name: o.ID,
		Time: seconds(time.Duration(o.DurationMS) * time.Millisecond),
	}
	detail := fmt.Sprintf("%s\n\n%s\n\nrequest:\n%s\n\nresponse:\n%s\n\nrepeat:\n%s\n", o.Title, o.Reason, o.Request, o.Response, o.Curl)
	switch o.Status {
	case Failed:
		c.Failure = &junit.Result{Message: o.Reason, Type: "failed", Data: detail}
	case Errored:
		c.Error = &junit.Result{Message: o.Reason, Type: "error", Data: detail}
	case Skipped:
		c.Skipped = &junit.Result{Message: o.Reason}
	}
	return c
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }
