package journal

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Query selects entries. The zero value selects all.
type Query struct {
	operation  string // a glob
	method     string
	status     string // as 404 or 4xx
	caller     string
	path       string
	search     string
	since      bool // sinceEntry or sinceTime was sent
	sinceEntry int64
	sinceTime  time.Time
	limit      int
	fault      string // an id, or "true" or "false"
	refused    string // "true", "false" or "" for both
	violations string // the same
}

// parameters are the parameters of a query. The error of each function describes the
// values that it accepts.
var parameters = map[string]func(q *Query, value string) error{
	"operation":  setOperation,
	"method":     setMethod,
	"status":     setStatus,
	"caller":     func(q *Query, value string) error { q.caller = value; return nil },
	"path":       func(q *Query, value string) error { q.path = strings.ToLower(value); return nil },
	"search":     func(q *Query, value string) error { q.search = strings.ToLower(value); return nil },
	"since":      setSince,
	"limit":      setLimit,
	"fault":      func(q *Query, value string) error { q.fault = value; return nil },
	"refused":    func(q *Query, value string) error { return setSwitch(&q.refused, value) },
	"violations": func(q *Query, value string) error { return setSwitch(&q.violations, value) },
}

// ParseQuery reads the parameters of a request for entries:
//
//   - operation: the operation's id, also as a glob such as domains_*
//   - method: such as POST
//   - status: such as 404, a class such as 4xx, or 0 for no answer
//   - caller: the user's e-mail address or the key's label
//   - path: a part of the path with its query
//   - search: a part of the path, of a body or of the value of a header
//   - since: the number of an entry, for those after it, or a time in RFC 3339
//   - limit: how many at most, the newest
//   - fault: true, false, or the id of a fault
//   - refused, violations: true or false
//
// Texts are searched as they are shown, with secrets masked, regardless of case. An
// empty parameter counts as not sent.
func ParseQuery(values url.Values) (Query, error) {
	var q Query
	for _, name := range slices.Sorted(maps.Keys(values)) {
		set, ok := parameters[name]
		if !ok {
			return Query{}, fmt.Errorf("%s: there is no such parameter; there are %s", strconv.Quote(name), strings.Join(slices.Sorted(maps.Keys(parameters)), ", "))
		}
		sent := values[name]
		if len(sent) > 1 {
			return Query{}, fmt.Errorf("%s: send it once, not %d times", name, len(sent))
		}
		if len(sent) == 0 || sent[0] == "" {
			continue
		}
		if err := set(&q, sent[0]); err != nil {
			return Query{}, fmt.Errorf("%s: %q is not known here; send %w", name, sent[0], err)
		}
	}
	return q, nil
}

func setOperation(q *Query, value string) error {
	if _, err := path.Match(value, ""); err != nil {
		return fmt.Errorf("an operation's id such as domains_list, or a pattern such as domains_* or *_list")
	}
	q.operation = value
	return nil
}

var methods = []string{"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}

func setMethod(q *Query, value string) error {
	if q.method = strings.ToUpper(value); !slices.Contains(methods, q.method) {
		return fmt.Errorf("one of %s", strings.Join(methods, ", "))
	}
	return nil
}

func setStatus(q *Query, value string) error {
	q.status = strings.ToLower(value)
	status, err := strconv.Atoi(strings.Replace(q.status, "xx", "00", 1))
	if err != nil || len(q.status) != len(strconv.Itoa(status)) || (status != 0 && (status < 100 || status > 599)) {
		return fmt.Errorf("a status such as 404, a class such as 4xx, or 0 for no answer")
	}
	return nil
}

func setSince(q *Query, value string) (err error) {
	q.since = true
	if q.sinceEntry, err = strconv.ParseInt(value, 10, 64); err == nil && q.sinceEntry >= 0 {
		return nil
	}
	if q.sinceTime, err = time.Parse(time.RFC3339, value); err != nil {
		return fmt.Errorf("the number of an entry such as 12, or a time such as 2026-03-01T12:00:00Z")
	}
	q.sinceEntry = 0
	return nil
}

func setLimit(q *Query, value string) (err error) {
	if q.limit, err = strconv.Atoi(value); err != nil || q.limit < 1 {
		return fmt.Errorf("a number from 1")
	}
	return nil
}

func setSwitch(to *string, value string) error {
	if value != "true" && value != "false" {
		return fmt.Errorf("true or false")
	}
	*to = value
	return nil
}

// filter returns the entries that match, in the same order.
func (q Query) filter(entries []*Entry) []*Entry {
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

// Matches reports whether an entry matches the query, regardless of the limit.
func (q Query) Matches(e *Entry) bool {
	x := &e.exchange
	return e.number > q.sinceEntry && !x.Time.Before(q.sinceTime) &&
		(q.operation == "" || glob(q.operation, x.Operation)) &&
		(q.method == "" || q.method == x.Method) &&
		(q.status == "" || q.status == strconv.Itoa(x.Status) || q.status == strconv.Itoa(x.Status/100)+"xx") &&
		(q.caller == "" || strings.EqualFold(q.caller, x.Caller) || strings.EqualFold(q.caller, x.Key)) &&
		(q.fault == "" || q.fault == x.Fault || equalsBool(q.fault, x.Fault != "")) &&
		(q.refused == "" || equalsBool(q.refused, x.refusedBy() != "")) &&
		(q.violations == "" || equalsBool(q.violations, len(x.Violations) > 0)) &&
		q.matchesText(e)
}

// equalsBool reports whether wanted, "true" or "false", is value.
func equalsBool(wanted string, value bool) bool { return wanted == strconv.FormatBool(value) }

// glob reports whether name matches a well-formed pattern.
func glob(pattern, name string) bool {
	matched, _ := path.Match(pattern, name)
	return matched
}

// matchesText searches for the texts of the query. It searches only what is shown:
// otherwise secrets could be guessed, character by character.
func (q Query) matchesText(e *Entry) bool {
	if q.path == "" && q.search == "" {
		return true
	}
	d := e.Detail()
	if !containsFold(d.Path, q.path) {
		return false
	}
	return containsFold(d.Path, q.search) || d.Request.contains(q.search) || d.Response.contains(q.search)
}

func (m *Message) contains(text string) bool {
	return containsFold(m.Body, text) || inValues(m.Headers, text)
}

func inValues(header http.Header, text string) bool {
	for _, values := range header {
		if slices.ContainsFunc(values, func(value string) bool { return containsFold(value, text) }) {
			return true
		}
	}
	return false
}

// containsFold reports whether text contains part, which is in lower case, regardless
// of case.
func containsFold(text, part string) bool { return strings.Contains(strings.ToLower(text), part) }
