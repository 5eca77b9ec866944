package report

import (
	"fmt"
	"slices"
	"strconv"
)

// Aspects are the kinds of question that scenarios ask of an operation, in the
// order of the coverage matrix.
var Aspects = []string{
	"behaviour", "validation", "authentication", "permission", "feature", "not found", "isolation", "pagination", "protocol", "concurrency",
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

// Cell is the count for an aspect; its Counts are nil if nothing asks.
func (row *CoverageRow) Cell(aspect string) CoverageCell {
	i := slices.IndexFunc(row.Cells, func(c CoverageCell) bool { return c.Aspect == aspect })
	if i < 0 {
		return CoverageCell{Aspect: aspect}
	}
	return row.Cells[i]
}

// Total is how many scenarios there are.
func (c CoverageCell) Total() (n int) {
	for _, count := range c.Counts {
		n += count
	}
	return n
}

// Worst is the outcome that a reader must know about, of all scenarios in the cell.
func (c CoverageCell) Worst() Status {
	for _, status := range []Status{Failed, Errored, CouldNotRun, Passed, NotApplicable, NotSelected} {
		if c.Counts[status] > 0 {
			return status
		}
	}
	return ""
}

// Share is how many scenarios ended as the worst did, of all, such as 1/22.
func (c CoverageCell) Share() string {
	if worst := c.Counts[c.Worst()]; worst != c.Total() {
		return fmt.Sprintf("%d/%d", worst, c.Total())
	}
	return strconv.Itoa(c.Total())
}

// asked is the matrix of operations and aspects, in the order of the scenarios.
func asked(outcomes []Outcome) []CoverageRow {
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
