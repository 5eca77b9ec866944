package journal

import (
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// choose returns the entries that the query wants, of a list in the same order.
func (q Query) choose(entries []*Entry) []*Entry {
	var chosen []*Entry
	for _, e := range slices.Backward(entries) {
		if q.limit > 0 && len(chosen) == q.limit {
			break
		}
		if q.Matches(e) {
			chosen = append(chosen, e)
		}
	}
	slices.Reverse(chosen)
	return chosen
}

// Matches tells whether the query wants an entry. The limit does not count.
func (q Query) Matches(e *Entry) bool {
	x := &e.exchange
	return e.number > q.sinceEntry && !x.Time.Before(q.sinceTime) &&
		(q.operation == "" || glob(q.operation, x.Operation)) &&
		(q.method == "" || q.method == x.Method) &&
		(q.status == "" || q.status == strconv.Itoa(x.Status) || q.status == strconv.Itoa(x.Status/100)+"xx") &&
		(q.caller == "" || strings.EqualFold(q.caller, x.Caller) || strings.EqualFold(q.caller, x.Key)) &&
		(q.fault == "" || q.fault == x.Fault || is(q.fault, x.Fault != "")) &&
		(q.refused == "" || is(q.refused, x.refusedBy() != "")) &&
		(q.violations == "" || is(q.violations, len(x.Violations) > 0)) &&
		q.finds(e)
}

func is(wanted string, value bool) bool { return wanted == strconv.FormatBool(value) }

// glob matches a pattern that is known to be well formed.
func glob(pattern, name string) bool {
	matched, _ := path.Match(pattern, name)
	return matched
}

// finds looks for the texts of the query. It looks at nothing but what is shown:
// otherwise secrets could be guessed, letter by letter.
func (q Query) finds(e *Entry) bool {
	if q.path == "" && q.search == "" {
		return true
	}
	d := e.Detail()
	if !contains(d.Path, q.path) {
		return false
	}
	return contains(d.Path, q.search) || d.Request.contains(q.search) || d.Response.contains(q.search)
}

func (m *Message) contains(text string) bool {
	return contains(m.Body, text) || inValues(m.Headers, text)
}

func inValues(header http.Header, text string) bool {
	for _, values := range header {
		if slices.ContainsFunc(values, func(value string) bool { return contains(value, text) }) {
			return true
		}
	}
	return false
}

// contains tells whether part, in lower case, is in text.
func contains(text, part string) bool { return strings.Contains(strings.ToLower(text), part) }
