package fault

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/trigram"
)

const (
	// maxRetryAfter is a day, in seconds.
	maxRetryAfter = 24 * 60 * 60
	// maxErrorSize is how many bytes the body of a refusal may have.
	maxErrorSize = 64 << 10
	// maxCallerLength is how long the address of a caller may be.
	maxCallerLength = 320
)

var idPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// check validates the values of a fault.
func (f *Fault) check(found *problems, known operations) {
	if f.ID != "" && !idPattern.MatchString(f.ID) {
		found.add("id", wantID)
	}
	if _, ok := known.match(f.Operation); !ok {
		found.add("operation", "there is no operation %q%s", f.Operation, didYouMean(f.Operation, known))
	}
	if len(f.Caller) > maxCallerLength {
		found.add("caller", "want no more than %d bytes", maxCallerLength)
	}
	if f.Nth < 0 {
		found.add("nth", wantNth)
	}
	if f.Count < 0 {
		found.add("count", "want a number of times, or 0 for no end")
	}
	if !(f.Probability >= 0 && f.Probability <= 1) {
		found.add("probability", wantProbability)
	}
	f.checkPhase(found)
	if f.Latency != nil && !found.has("latency") {
		f.Latency.check(found)
	}
}

const (
	wantID          = "want up to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter or a digit"
	wantNth         = "calls count from 1"
	wantProbability = "want a number above 0 and up to 1"
)

// checkPhase validates what depends on the phase of the fault.
func (f *Fault) checkPhase(found *problems) {
	if !slices.Contains(phases, f.Phase) {
		found.add("phase", "there is no phase %q: send one of %s", f.Phase, quoted(phases))
		return
	}
	if f.Over.outOfRange() {
		found.add("over", "want a duration above 0 and up to %s", Duration(maxDuration))
	} else if f.Over != 0 && f.Phase != Drip {
		found.add("over", "only the phase %q takes time over its body", Drip)
	}
	if f.Phase == Before || f.Phase == After {
		f.checkRefusal(found)
		return
	}
	if f.Status != 0 {
		found.add("status", "the phase %q has no status of its own: %q and %q do", f.Phase, Before, After)
	}
	if f.RetryAfter != 0 {
		found.add("retry_after", "it goes with the status 429 or 503")
	}
	if f.Error != nil {
		found.add("error", "it goes with a status")
	}
}

// checkRefusal validates a refusal, or latency alone.
func (f *Fault) checkRefusal(found *problems) {
	switch {
	case f.Status == 0 && f.Latency == nil && !found.has("status") && !found.has("latency"):
		found.add("status", "say what goes wrong: send a status, a latency or another phase")
	case f.Status != 0 && (f.Status < 400 || f.Status > 599):
		found.add("status", "want a refusal, from 400 to 599")
	case f.Status != 0 && f.Error == nil && refusals[f.Status] == nil && !found.has("error"):
		found.add("error", "the API has no answer of its own for the status %d: send its body here", f.Status)
	}
	patient := f.Status == http.StatusTooManyRequests || f.Status == http.StatusServiceUnavailable
	switch {
	case f.RetryAfter != 0 && !patient:
		found.add("retry_after", "it goes with the status 429 or 503")
	case f.RetryAfter < 0 || f.RetryAfter > maxRetryAfter:
		found.add("retry_after", "want a number of seconds from 1 to %d", maxRetryAfter)
	}
	switch {
	case f.Error == nil:
	case f.Status == 0 && !found.has("status"):
		found.add("error", "it goes with a status")
	case len(f.Error) > maxErrorSize:
		found.add("error", "want no more than %d bytes", maxErrorSize)
	case !json.Valid(f.Error):
		found.add("error", "want a JSON value")
	}
}

// Problem is one validation error.
type Problem struct {
	// Field is the path of the field, as in "faults[1].latency.min"; empty for the whole.
	Field string `json:"field"`
	// Detail says what is wrong and what to send instead.
	Detail string `json:"detail"`
}

// InvalidError is returned for invalid faults, with all validation errors.
type InvalidError struct {
	// Problems is not empty.
	Problems []Problem
}

// maxListed is how many problems a message lists.
const maxListed = 20

// Error lists the problems.
func (e *InvalidError) Error() string {
	var texts []string
	for i, p := range e.Problems {
		if i == maxListed {
			texts = append(texts, fmt.Sprintf("and %d more", len(e.Problems)-maxListed))
			break
		}
		if p.Field == "" {
			texts = append(texts, p.Detail)
		} else {
			texts = append(texts, p.Field+": "+p.Detail)
		}
	}
	return strings.Join(texts, "; ")
}

// problems collects validation errors. The prefix is prepended to field names.
type problems struct {
	prefix string
	list   []Problem
}

func (p *problems) add(name, format string, values ...any) {
	if p.prefix != "" && name != "" {
		name = "." + name
	}
	p.list = append(p.list, Problem{p.prefix + name, fmt.Sprintf(format, values...)})
}

// has reports whether a field already has a problem.
func (p *problems) has(name string) bool {
	for _, known := range p.list {
		if known.Field == name || p.prefix != "" && known.Field == p.prefix+"."+name {
			return true
		}
	}
	return false
}

// err returns an [InvalidError], or nil without problems.
func (p *problems) err() error {
	if len(p.list) == 0 {
		return nil
	}
	return &InvalidError{p.list}
}

// field is a key of a JSON object and the pointer that its value is decoded into. A
// field without a target is accepted and ignored.
type field struct {
	name, want string
	target     any
}

// read decodes an object into fields, and notes unknown keys and values of a wrong
// type. null counts as not sent.
func (p *problems) read(name string, data []byte, fields []field) (sent map[string]json.RawMessage) {
	if err := json.Unmarshal(data, &sent); err != nil || sent == nil {
		p.add(name, "want a JSON object")
		return nil
	}
	var names []string
	inside := name
	if inside != "" {
		inside += "."
	}
	for _, f := range fields {
		names = append(names, f.name)
		value, ok := sent[f.name]
		if !ok || f.target == nil || string(value) == "null" {
			continue
		}
		if err := json.Unmarshal(value, f.target); err != nil {
			p.add(inside+f.name, "want %s", strings.TrimPrefix(f.want, "want "))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(sent)) {
		if !slices.Contains(names, key) {
			p.add(inside+key, "there is no such field%s", didYouMean(key, names))
		}
	}
	return sent
}

func isObject(data []byte) bool {
	return strings.HasPrefix(strings.TrimLeft(string(data), " \t\r\n"), "{")
}

// operations are the ids of all operations.
type operations []string

// match returns the operations that match a pattern; nil is every one. It is false
// for a pattern that matches none.
func (o operations) match(pattern string) (map[string]bool, bool) {
	if pattern == "" || pattern == "*" {
		return nil, true
	}
	found := map[string]bool{}
	for _, id := range o {
		if matched, _ := path.Match(pattern, id); matched {
			found[id] = true
		}
	}
	return found, len(found) > 0
}

// didYouMean names the known names that are most like an unknown one. Of equally similar
// names the shorter one comes first.
func didYouMean(name string, known []string) string {
	const alike, most, maxLength = 0.4, 3, 100
	byLength := slices.Clone(known)
	slices.SortStableFunc(byLength, func(a, b string) int { return len(a) - len(b) })
	closest := trigram.Closest(name[:min(len(name), maxLength)], byLength, alike, most)
	switch {
	case len(closest) > 0:
		return "; close ones are " + quoted(closest)
	case len(known) <= 20:
		return "; there are " + quoted(known)
	}
	return ""
}

// quoted returns a comma-separated list of quoted names.
func quoted[T ~string](names []T) string {
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = strconv.Quote(string(name))
	}
	return strings.Join(texts, ", ")
}
