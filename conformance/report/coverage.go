package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/understudy-dev/understudy/conformance/coverage"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// Aspects are the kinds of question that scenarios ask of an operation, in the
// order of the coverage matrix.
var Aspects = []string{
	string(suite.Behaviour), string(suite.Validation), string(suite.Authentication), string(suite.Permission), string(suite.FeatureGate),
	string(suite.NotFound), string(suite.Isolation), string(suite.Pagination), string(suite.Protocol), string(suite.Concurrency),
}

// CoverageRow says what was asked of one operation.
type CoverageRow struct {
	Operation string         `json:"operation"`
	Cells     []CoverageCell `json:"aspects"` // only those that any scenario asks
}

// CoverageCell counts the scenarios that ask one kind of question of an operation.
type CoverageCell struct {
	Aspect string         `json:"aspect"`
	Counts map[Status]int `json:"counts"`
}

// Cell returns the count for an aspect; its Counts are nil if nothing asks.
func (row *CoverageRow) Cell(aspect string) CoverageCell {
	i := slices.IndexFunc(row.Cells, func(c CoverageCell) bool { return c.Aspect == aspect })
	if i < 0 {
		return CoverageCell{Aspect: aspect}
	}
	return row.Cells[i]
}

// Total returns how many scenarios there are.
func (c CoverageCell) Total() (n int) {
	for _, count := range c.Counts {
		n += count
	}
	return n
}

// Worst returns the outcome that a reader must know about, of all scenarios in the cell.
func (c CoverageCell) Worst() Status {
	for _, status := range []Status{Failed, Errored, RevisionBetween, CouldNotRun, Passed, NotApplicable, NotSelected} {
		if c.Counts[status] > 0 {
			return status
		}
	}
	return ""
}

// Share says how many scenarios ended as the worst did, of all, such as 1/22.
func (c CoverageCell) Share() string {
	if worst := c.Counts[c.Worst()]; worst != c.Total() {
		return fmt.Sprintf("%d/%d", worst, c.Total())
	}
	return strconv.Itoa(c.Total())
}

// coverageMatrix returns the matrix of operations and aspects, in the order of the scenarios.
func coverageMatrix(outcomes []Outcome) []CoverageRow {
	counts := map[string]map[string]map[Status]int{}
	var operations []string
	for i := range outcomes {
		o := &outcomes[i]
		for _, operation := range o.Covers {
			if counts[operation] == nil {
				counts[operation] = map[string]map[Status]int{}
				operations = append(operations, operation)
			}
			if counts[operation][o.Aspect] == nil {
				counts[operation][o.Aspect] = map[Status]int{}
			}
			counts[operation][o.Aspect][o.Status]++
		}
	}
	rows := make([]CoverageRow, 0, len(operations))
	for _, operation := range operations {
		row := CoverageRow{Operation: operation}
		for _, aspect := range Aspects {
			if cell := counts[operation][aspect]; cell != nil {
				row.Cells = append(row.Cells, CoverageCell{aspect, cell})
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// coveredBy returns what scenarios exercised and asserted. Those that failed, or do not
// count, prove nothing.
func coveredBy(outcomes []Outcome) coverage.Set {
	set := coverage.Set{}
	for i := range outcomes {
		if o := &outcomes[i]; o.counts() {
			set.Merge(o.Covered)
		}
	}
	return set
}

// AssertedKind is how much of one kind of thing was covered, over all operations.
type AssertedKind struct {
	Kind  coverage.Kind
	Share coverage.Share
}

// AssertedSum adds up the operations.
func (r *Report) AssertedSum() (list []AssertedKind) {
	sum := coverage.Sum(r.Asserted)
	for _, kind := range coverage.Kinds {
		if sum[kind].Total > 0 {
			list = append(list, AssertedKind{kind, sum[kind]})
		}
	}
	return list
}

// coveredOperations returns the operations of which anything was covered.
func (r *Report) coveredOperations() []coverage.Row {
	return slices.DeleteFunc(slices.Clone(r.Asserted), func(row coverage.Row) bool {
		for _, share := range row.Kinds {
			if share.Covered > 0 {
				return false
			}
		}
		return true
	})
}

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

// OK reports whether everything is covered or explained.
func (m *Measured) OK() bool { return len(m.Uncovered) == 0 && len(m.Stale) == 0 }

// Measure compares what a run of the whole suite covered with what is documented of a revision. It
// fails when a scenario failed or did not run: what that would have covered is not known.
func Measure(r *Report, revision string, documented, covered coverage.Set) (*Measured, error) {
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Status != Passed && !o.Provisional {
			return nil, fmt.Errorf("coverage is not known while %s %s: %s", o.ID, o.Status.Words(), o.Reason)
		}
	}
	exceptions, err := coverage.Exceptions(revision)
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
