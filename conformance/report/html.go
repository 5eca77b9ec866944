package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/coverage"
)

//go:embed report.html.tmpl
var pageText string

var page = template.Must(template.New("report").Funcs(template.FuncMap{
	"date": func(r *Report) string { return r.StartedAt.Format("2 January 2006, 15:04:05 MST") },
	// breakable lets a long name go over to the next line after an underscore or a dot.
	"breakable": func(name string) template.HTML {
		return template.HTML(strings.NewReplacer("_", "_<wbr>", ".", ".<wbr>").Replace(template.HTMLEscapeString(name)))
	},
	"name": func(words string) string { return strings.ToUpper(words[:1]) + words[1:] },
}).Parse(pageText))

// WriteHTML writes the report as one page that needs nothing else: no script, no
// network.
func (r *Report) WriteHTML(w io.Writer) error {
	return page.Execute(w, r.view())
}

// view is what the page shows, in its order.
type view struct {
	*Report
	FakeOnlyWords string
	Tiles         []tile
	Wrong         []wrongView
	Untried       []Untried
	Aspects       []string
	Callers       []string
	Matrix        []permissionRow
	Slowest       []*Outcome
	DriftGroups   []driftGroup
	Resources     []resourceView
	OpenJournals  []openJournal
	Touched       []coverage.Row
	RevisionWords string
	Differing     []*Outcome
	DifferingNote string
}

type tile struct {
	Status Status
	Count  int
}

// wrongView is a failure with what to run next and how it counts.
type wrongView struct {
	*Outcome
	Standing, Again string
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
		Report: r, FakeOnlyWords: r.fakeOnlyNote(), Slowest: r.slowest(10), Aspects: r.askedAspects(),
		OpenJournals: r.openJournals(), Touched: r.coveredOperations(),
		RevisionWords: r.revisionLine(), Differing: r.differing(), DifferingNote: r.differingNote(),
	}
	for _, status := range r.statuses() {
		v.Tiles = append(v.Tiles, tile{status, r.Totals[status]})
	}
	for _, o := range r.wrong() {
		v.Wrong = append(v.Wrong, wrongView{o, r.standing(o), r.repeatCommand(o)})
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
