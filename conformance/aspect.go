package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// Aspects are the kinds of question that scenarios ask of an operation, in the
// order of the coverage matrix.
var Aspects = []string{
	"behaviour", "validation", "authentication", "permission", "feature", "not found", "isolation", "pagination", "protocol", "concurrency",
}

// topics are the aspects that the middle part of an id names.
var topics = map[string]string{
	"authentication": "authentication", "csrf": "authentication", "recent_login": "authentication", "login": "authentication",
	"scopes": "permission", "levels": "permission", "isolation": "isolation", "features": "feature",
	"pages": "pagination", "bodies": "protocol", "methods": "protocol",
	"fields": "validation", "unverified": "validation",
}

// cases are the aspects that the last part of an id, or the title, give away.
var cases = []struct {
	aspect string
	id     *regexp.Regexp
	title  *regexp.Regexp
}{
	{"concurrency", regexp.MustCompile(`concurrent|parallel`), regexp.MustCompile(`same time`)},
	{"feature", regexp.MustCompile(`without_|_feature`), regexp.MustCompile(`its feature|the feature`)},
	{"isolation", regexp.MustCompile(`foreign|elsewhere|stranger|other_organization`), nil},
	{"not found", regexp.MustCompile(`^unknown$|^token_unknown$|^malformed$`), regexp.MustCompile(`does not exist|is not found`)},
	{"protocol", regexp.MustCompile(`^impossible$|^slash$|body_is_ignored`), nil},
	{"authentication", regexp.MustCompile(`^anonymous$`), nil},
	{"permission", regexp.MustCompile(`^key$|^token_key$|^member$|^token_member$|^member_|_above$`), nil},
	{"pagination", regexp.MustCompile(`^pages?$|page_size|^links$|bad_page`), nil},
	{
		"validation",
		regexp.MustCompile(`^no_|^null_|_null$|^null$|^blank_|^empty_name|_long$|^long_|_list$|^list$|_object$|_boolean$|^boolean$|_word$|^word$|^required$|^fraction$|_unknown$|_text$|^taken|^already_`),
		regexp.MustCompile(`\b(refused|must|may not|cannot be (a|an|the)|needs (a|an|one)|too (long|short)|is no |not an? |only (a|an) )\b`),
	},
}

// aspectOf is the kind of question that a scenario asks. Ids are "resource.topic.case",
// and both of the latter give it away; what neither does is behaviour.
func aspectOf(s *suite.Scenario) string {
	parts := strings.Split(s.ID, ".")
	if aspect, ok := topics[parts[min(1, len(parts)-1)]]; ok {
		return aspect
	}
	last := parts[len(parts)-1]
	for _, c := range cases {
		if c.id.MatchString(last) {
			return c.aspect
		}
	}
	for _, c := range cases {
		if c.title != nil && c.title.MatchString(s.Title) {
			return c.aspect
		}
	}
	return Aspects[0]
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
