package conformance

import (
	"cmp"
	"context"
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

// Measure runs the whole suite against a target and tells what it covered. It fails
// when a scenario fails or does not run: what that would have covered is not known.
func Measure(ctx context.Context, t *Target, parallel int) (*Measured, error) {
	documented, all := coverage.Set{}, coverage.Set{}
	report, err := Execute(ctx, t, Options{Parallel: parallel, Events: func(e Event) {
		documented.Merge(e.Documented)
		if e.Result != nil {
			all.Merge(e.Result.Covered)
		}
	}})
	if err != nil {
		return nil, err
	}
	for i := range report.Outcomes {
		if o := &report.Outcomes[i]; o.Status != Passed && !o.Provisional {
			return nil, fmt.Errorf("coverage is not known while %s %s: %s", o.ID, o.Status.Words(), o.Reason)
		}
	}
	return measured(report, documented, all)
}

func measured(report *Report, documented, all coverage.Set) (*Measured, error) {
	exceptions, err := coverage.Exceptions()
	if err != nil {
		return nil, err
	}
	m := &Measured{Rows: report.Asserted, Scenarios: map[string]int{}, Uncovered: []string{}, Stale: []string{}}
	for i := range report.Outcomes {
		for _, operation := range report.Outcomes[i].Covers {
			m.Scenarios[operation]++
		}
	}
	gaps, stale := coverage.Except(documented, all, exceptions)
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
