package fault

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
)

const (
	// longestRetryAfter is a day, in seconds.
	longestRetryAfter = 24 * 60 * 60
	// largestError is how many bytes the body of a refusal may have.
	largestError = 64 << 10
	// longestCaller is how long the address of a caller may be.
	longestCaller = 320
)

var idForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// check notes everything that is wrong with the values of a fault.
func (f *Fault) check(found *problems, known operations) {
	if f.ID != "" && !idForm.MatchString(f.ID) {
		found.add("id", wantID)
	}
	if _, ok := known.match(f.Operation); !ok {
		found.add("operation", "there is no operation %q%s", f.Operation, nearest(f.Operation, known))
	}
	if len(f.Caller) > longestCaller {
		found.add("caller", "want no more than %d bytes", longestCaller)
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

// checkPhase notes what does not go together with the moment of the fault.
func (f *Fault) checkPhase(found *problems) {
	if !slices.Contains(phases, f.Phase) {
		found.add("phase", "there is no phase %q: send one of %s", f.Phase, quoted(phases))
		return
	}
	if f.Over.outside() {
		found.add("over", "want a duration above 0 and up to %s", Duration(longest))
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

// checkRefusal notes what is wrong with a refusal, or with slowness alone.
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
	case f.RetryAfter < 0 || f.RetryAfter > longestRetryAfter:
		found.add("retry_after", "want a number of seconds from 1 to %d", longestRetryAfter)
	}
	switch {
	case f.Error == nil:
	case f.Status == 0 && !found.has("status"):
		found.add("error", "it goes with a status")
	case len(f.Error) > largestError:
		found.add("error", "want no more than %d bytes", largestError)
	case !json.Valid(f.Error):
		found.add("error", "want a JSON value")
	}
}
