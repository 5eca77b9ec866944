package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/coverage"
)

//go:embed report.html.tmpl
var pageText string

// pageScript filters what the page shows. The page runs no other.
//
//go:embed report.js
var pageScript string

var page = template.Must(template.New("report").Funcs(template.FuncMap{
	// breakable lets a long name go over to the next line after an underscore or a dot.
	"breakable": func(name string) template.HTML {
		return template.HTML(strings.NewReplacer("_", "_<wbr>", ".", ".<wbr>").Replace(template.HTMLEscapeString(name)))
	},
	"name":     func(words string) string { return strings.ToUpper(words[:1]) + words[1:] },
	"symbol":   verdictSymbol,
	"quantity": quantity,
}).Parse(pageText))

// WriteHTML writes the report as one page that needs nothing else, no network, and whose
// script only hides what is not searched for.
func (r *Report) WriteHTML(w io.Writer) error {
	return page.Execute(w, r.view())
}

// verdictSymbol shows a verdict to those who cannot tell colours apart.
func verdictSymbol(c Conformance) string {
	switch c {
	case Conformant:
		return "✓"
	case NotConformant:
		return "✗"
	default:
		return "?"
	}
}

// scriptHash lets the page's own script run, and nothing that a target may have sent.
func scriptHash() string {
	sum := sha256.Sum256([]byte(pageScript))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// view is what the page shows, in its order.
type view struct {
	*Report
	Summary       *summary
	Script        template.JS
	ScriptHash    string
	LeftBehind    int
	FakeOnlyWords string
	Tiles         []tile
	Wrong         []*Outcome
	CauseViews    []causeView
	RuleIDs       []string
	Untried       []Untried
	Aspects       []string
	Callers       []string
	Matrix        []permissionRow
	Slowest       []*Outcome
	DriftGroups   []driftGroup
	Resources     []resourceView
	OpenJournals  []openJournal
	Touched       []coverage.Row
	Differing     []*Outcome
	DifferingNote string
}

// ShownProfiles are the verdicts about the parts of the suite.
func (v view) ShownProfiles() []ProfileVerdict { return v.shownProfiles() }

// Aside says of a cause what is not wrong in the way of the others.
func (v view) Aside(c *Cause) string { return v.aside(c) }

// Unnamed says which failures only the full profile holds.
func (v view) Unnamed() string { return v.unnamedNote() }

// Accounts says which user accounts stay.
func (v view) Accounts() string { return v.accountsLine() }

// RetryLines say how often something was tried again, and why.
func (v view) RetryLines() []string { return v.retryLines() }

type tile struct {
	Status Status
	Count  int
}

// openCauses is how many causes a page opens with everything shown.
const openCauses = 3

// causeView is a cause with the failures of it.
type causeView struct {
	*Cause
	Lead   wrongView
	Others []wrongView
	Open   bool
}

// wrongView is a failure with what to run next and how it counts.
type wrongView struct {
	*Outcome
	Standing, Again, Because string
}

func (r *Report) wrongView(o *Outcome) wrongView {
	return wrongView{o, r.standing(o), r.repeatCommand(o), o.because()}
}

func (r *Report) causeViews() (list []causeView) {
	for i := range r.Causes {
		c := causeView{Cause: &r.Causes[i], Lead: r.wrongView(r.Causes[i].lead), Open: i < openCauses}
		for _, o := range r.Causes[i].others {
			c.Others = append(c.Others, r.wrongView(o))
		}
		list = append(list, c)
	}
	return list
}

// allRules are the ids of the rules of what was selected.
func (r *Report) allRules() (ids []string) {
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Status != NotSelected {
			for _, rule := range o.Rules {
				ids = append(ids, rule.ID)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// permissionRow is what one operation answered to each caller.
type permissionRow struct {
	Operation string
	Cells     []permissionCell
}

type permissionCell struct{ Codes []codeCount }

type codeCount struct {
	Code, Count int
	Class       string // 2xx and so on
}

type driftGroup struct {
	Name string
	List []Change
}

type resourceView struct {
	ResourceTotals
	Outcomes []*Outcome
}

func (r *Report) view() view {
	v := view{
		Report: r, Summary: r.summary(), Script: template.JS(pageScript), ScriptHash: scriptHash(), LeftBehind: r.leftBehind(),
		FakeOnlyWords: r.fakeOnlyNote(), Wrong: r.wrong(), CauseViews: r.causeViews(), RuleIDs: r.allRules(),
		Slowest: r.slowest(10), Aspects: r.askedAspects(), OpenJournals: r.openJournals(), Touched: r.coveredOperations(),
		Differing: r.differing(), DifferingNote: r.differingNote(),
	}
	for _, status := range r.statuses() {
		v.Tiles = append(v.Tiles, tile{status, r.Totals[status]})
	}
	for _, status := range []Status{CouldNotRun, NotApplicable, NotSelected} {
		v.Untried = append(v.Untried, r.untried(status)...)
	}
	v.Callers, v.Matrix = r.permissionMatrix()
	if r.Drift != nil {
		for _, kind := range r.Drift.groups() {
			if len(kind.List) > 0 {
				v.DriftGroups = append(v.DriftGroups, driftGroup{kind.Name, kind.List})
			}
		}
	}
	for _, totals := range r.ByResource() {
		resource := resourceView{ResourceTotals: totals}
		for i := range r.Outcomes {
			if o := &r.Outcomes[i]; o.Resource() == totals.Resource && o.Status != NotSelected {
				resource.Outcomes = append(resource.Outcomes, o)
			}
		}
		v.Resources = append(v.Resources, resource)
	}
	return v
}

// askedAspects are the columns of the coverage matrix.
func (r *Report) askedAspects() (list []string) {
	for _, aspect := range Aspects {
		if slices.ContainsFunc(r.Coverage, func(row CoverageRow) bool { return row.Cell(aspect).Total() > 0 }) {
			list = append(list, aspect)
		}
	}
	return list
}

// permissionMatrix turns the list of permissions into rows and columns. Callers
// who made most calls come first.
func (r *Report) permissionMatrix() (callers []string, rows []permissionRow) {
	calls := map[string]int{}
	at := map[[2]string]*Permission{}
	var operations []string
	for i := range r.Permissions {
		p := &r.Permissions[i]
		at[[2]string{p.Operation, p.Caller}] = p
		if !slices.Contains(operations, p.Operation) {
			operations = append(operations, p.Operation)
		}
		if calls[p.Caller] == 0 {
			callers = append(callers, p.Caller)
		}
		calls[p.Caller]++
	}
	slices.SortStableFunc(callers, func(a, b string) int { return calls[b] - calls[a] })
	for _, operation := range operations {
		row := permissionRow{Operation: operation}
		for _, caller := range callers {
			cell := permissionCell{}
			if p := at[[2]string{operation, caller}]; p != nil {
				for _, code := range p.Codes() {
					cell.Codes = append(cell.Codes, codeCount{code, p.Statuses[code], fmt.Sprintf("s%d", code/100)})
				}
			}
			row.Cells = append(row.Cells, cell)
		}
		rows = append(rows, row)
	}
	return callers, rows
}
