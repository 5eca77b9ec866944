package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/understudy-dev/understudy/conformance/coverage"
)

// Measured is how much of the OpenAPI document the suite exercises and asserts.
type Measured struct {
	Rows []coverage.Row `json:"operations"`
	// Scenarios counts those that try an operation.
	Scenarios map[string]int `json:"scenarios"`
	// Uncovered is what nothing covers and no exception explains.
	Uncovered []string `json:"uncovered"`
	// Stale are the exceptions that explain nothing.
	Stale []string `json:"stale_exceptions"`
}

// OK tells whether everything is covered or explained.
func (m *Measured) OK() bool { return len(m.Uncovered) == 0 && len(m.Stale) == 0 }

// Measure compares what a run of the whole suite covered with what is documented. It
// fails when a scenario failed or did not run: what that would have covered is not known.
func Measure(r *Report, documented, covered coverage.Set) (*Measured, error) {
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Status != Passed && !o.Provisional {
			return nil, fmt.Errorf("coverage is not known while %s %s: %s", o.ID, o.Status.Words(), o.Reason)
		}
	}
	exceptions, err := coverage.Exceptions()
	if err != nil {
		return nil, err
	}
	m := &Measured{Rows: r.Asserted, Scenarios: map[string]int{}, Uncovered: []string{}, Stale: []string{}}
	for i := range r.Outcomes {
		for _, operation := range r.Outcomes[i].Covers {
			m.Scenarios[operation]++
		}
	}
	gaps, stale := coverage.Except(documented, covered, exceptions)
	for _, gap := range gaps {
		m.Uncovered = append(m.Uncovered, gap.String())
	}
	m.Stale = append(m.Stale, stale...)
	return m, nil
}

// WriteText writes a line for each operation, then what is not covered.
func (m *Measured) WriteText(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "operation\tscenarios")
	for _, kind := range coverage.Kinds {
		fmt.Fprint(table, "\t"+kind.Words())
	}
	line := func(name string, scenarios any, shares map[coverage.Kind]coverage.Share) {
		fmt.Fprintf(table, "\n%s\t%v", name, scenarios)
		for _, kind := range coverage.Kinds {
			fmt.Fprint(table, "\t"+cmp.Or(shares[kind].String(), "-"))
		}
	}
	for _, row := range m.Rows {
		line(row.Operation, m.Scenarios[row.Operation], row.Kinds)
	}
	line("all", "", coverage.Sum(m.Rows))
	fmt.Fprintln(table)
	if err := table.Flush(); err != nil {
		return err
	}
	for _, list := range []struct {
		head  string
		lines []string
	}{{"not covered", m.Uncovered}, {"exceptions that explain nothing", m.Stale}} {
		if len(list.lines) > 0 {
			if _, err := fmt.Fprintf(w, "\n%s: %d\n  %s\n", list.head, len(list.lines), strings.Join(list.lines, "\n  ")); err != nil {
				return err
			}
		}
	}
	return nil
}
