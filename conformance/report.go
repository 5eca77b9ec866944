package conformance

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// Status is how a scenario ended.
type Status string

const (
	// Passed: everything held.
	Passed Status = "passed"
	// Failed: the target did something else than it must.
	Failed Status = "failed"
	// Errored: the suite could not find out; not the target's verdict.
	Errored Status = "error"
	// Skipped: the target does not offer what the scenario needs.
	Skipped Status = "skipped"
	// NotSelected: the options left it out.
	NotSelected Status = "not_selected"
)

// Statuses are all of them, in the order of reports.
var Statuses = []Status{Passed, Failed, Errored, Skipped, NotSelected}

// Report is a run: what was asked, and how every scenario went. Nothing in it
// holds a secret. Its JSON form is versioned by Schema.
type Report struct {
	Schema     string         `json:"schema"`
	Suite      string         `json:"suite"` // a hash of the scenarios: equal hashes compare
	Target     string         `json:"target"`
	BaseURL    string         `json:"base_url"`
	Run        string         `json:"run"` // the label that everything of the run carried
	StartedAt  time.Time      `json:"started_at"`
	DurationMS int64          `json:"duration_ms"`
	Totals     map[Status]int `json:"totals"`
	Checks     int            `json:"checks"`
	Requests   int            `json:"requests"`
	Waited     int            `json:"waited_after_429"` // how often the target had us wait
	Leftovers  []string       `json:"leftovers"`
	// Interrupted tells that not everything that was planned has run.
	Interrupted bool      `json:"interrupted"`
	Outcomes    []Outcome `json:"scenarios"`
}

// Schema names the form of a report.
const Schema = "understudy/report/v1"

// Outcome is how one scenario went.
type Outcome struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	Covers     []string `json:"covers"`
	Status     Status   `json:"status"`
	Reason     string   `json:"reason,omitempty"` // what did not hold, or why it did not run
	Checks     int      `json:"checks"`
	Requests   int      `json:"requests"`
	Waited     int      `json:"waited_after_429,omitempty"`
	Retried    int      `json:"retried,omitempty"` // how often a broken connection had it tried again
	DurationMS int64    `json:"duration_ms"`
	Request    string   `json:"request,omitempty"`  // the one before the failure
	Response   string   `json:"response,omitempty"` // and its answer
	Curl       string   `json:"curl,omitempty"`     // repeats it
	Leftovers  []string `json:"leftovers,omitempty"`
}

// Resource is the part of the API that the scenario is about.
func (o *Outcome) Resource() string {
	resource, _, _ := strings.Cut(o.ID, ".")
	return resource
}

func newReport(t *Target, list []planned, label string) *Report {
	r := &Report{
		Schema: Schema, Target: t.Name, BaseURL: withoutCredentials(t.BaseURL), Run: label,
		StartedAt: time.Now().UTC(), Totals: map[Status]int{}, Leftovers: []string{},
	}
	hash := sha256.New()
	for _, p := range list {
		s := p.scenario
		fmt.Fprintln(hash, s.ID, s.Title, s.Covers, s.Access)
		outcome := Outcome{ID: s.ID, Title: s.Title, Covers: s.Covers, Reason: p.skip}
		switch {
		case !p.selected:
			outcome.Status = NotSelected
		case p.skip != "":
			outcome.Status = Skipped
		}
		r.Outcomes = append(r.Outcomes, outcome)
	}
	r.Suite = hex.EncodeToString(hash.Sum(nil))[:16]
	return r
}

// withoutCredentials cuts user and password from an address.
func withoutCredentials(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.User = nil
	return u.String()
}

func (r *Report) selected() int { return len(r.Outcomes) - r.count(NotSelected) }

func (r *Report) runnable() int { return r.selected() - r.count(Skipped) }

func (r *Report) count(status Status) (n int) {
	for i := range r.Outcomes {
		if r.Outcomes[i].Status == status {
			n++
		}
	}
	return n
}

// record notes how a scenario went, without its secrets.
func (o *Outcome) record(result *suite.Result, secrets *suite.Secrets, started time.Time) {
	o.Checks, o.Requests, o.Waited, o.Retried = result.Checks, result.Requests, result.Waited, result.Retried
	o.DurationMS = time.Since(started).Milliseconds()
	switch {
	case result.Error != "":
		o.Status, o.Reason = Errored, visible(secrets.Mask(result.Error))
	case result.Failure != "":
		o.Status, o.Reason = Failed, visible(secrets.Mask(result.Failure))
	default:
		o.Status, o.Reason = Passed, afterRetries(result.Retried)
	}
	for _, leftover := range result.Leftovers {
		o.Leftovers = append(o.Leftovers, visible(secrets.Mask(leftover)))
	}
	if e := result.Exchange; e != nil {
		o.Request = strings.TrimSpace(fmt.Sprintf("%s %s\n%s", e.Method, secrets.Mask(e.URL), excerpt(e.RequestBody, secrets)))
		o.Response = strings.TrimSpace(fmt.Sprintf("%d\n%s", e.Status, excerpt(e.ResponseBody, secrets)))
		o.Curl = e.Curl(secrets)
	}
}

// longestBody is how much of a body goes into a report, in bytes.
const longestBody = 2000

// excerpt is the beginning of a body without its secrets. They go first: the cut
// could leave half of one.
func excerpt(body []byte, secrets *suite.Secrets) string {
	text := secrets.Mask(string(body))
	if len(text) > longestBody {
		text = fmt.Sprintf("%s… (%d bytes)", text[:longestBody], len(body))
	}
	return visible(text)
}

// visible writes what no terminal and no XML file takes as Go would: control
// characters and broken UTF-8.
func visible(text string) string {
	var b strings.Builder
	for rest := text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		switch {
		case r == utf8.RuneError && size == 1, r < ' ' && r != '\n' && r != '\t', r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, rest[0])
		case r == '\ufffe', r == '\uffff', r >= 0x80 && r < 0xa0:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(rest[:size])
		}
		rest = rest[size:]
	}
	return b.String()
}

// finish sums up.
func (r *Report) finish() {
	r.DurationMS = time.Since(r.StartedAt).Milliseconds()
	for _, status := range Statuses {
		r.Totals[status] = r.count(status)
	}
	for i := range r.Outcomes {
		r.Checks += r.Outcomes[i].Checks
		r.Requests += r.Outcomes[i].Requests
		r.Waited += r.Outcomes[i].Waited
		r.Leftovers = append(r.Leftovers, r.Outcomes[i].Leftovers...)
	}
	sort.Strings(r.Leftovers)
}

// OK tells whether every scenario that was planned ran and passed, and at least
// one did.
func (r *Report) OK() bool {
	return !r.Interrupted && r.count(Failed) == 0 && r.count(Errored) == 0 && r.count(Passed) > 0
}

// Verdict is the report in one sentence.
func (r *Report) Verdict() string {
	text := fmt.Sprintf("%d passed, %d failed, %d errors, %d skipped", r.count(Passed), r.count(Failed), r.count(Errored), r.count(Skipped))
	if r.Interrupted {
		text += ", interrupted"
	}
	if n := r.count(NotSelected); n > 0 {
		text += fmt.Sprintf(", %d not selected", n)
	}
	return text
}
