package fault

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// MagicPrefix is the prefix of a magic word in the data of a request.
const MagicPrefix = "understudy-fault-"

// MagicWord is a magic word with a description of its effect.
type MagicWord struct {
	Word, Does string
}

// MagicWords are the magic words. N is a number, and TIME a whole number with a unit,
// such as 2s or 200ms.
var MagicWords = []MagicWord{
	{"429", "refuse: asked too often, wait for one second"},
	{"429-N", "refuse: asked too often, wait for N seconds"},
	{"500", "refuse: a crash; so do 401, 403, 404, 502, 503 and 504 in their words"},
	{"503-N", "refuse: out of service, wait for N seconds"},
	{"after-500", "do it, then refuse; so do after-429, after-502, after-503 and the others"},
	{"lost", "do it, then close the connection without an answer"},
	{"partial", "do it, then send half of the answer and close the connection"},
	{"malformed", "do it, then answer what is no JSON"},
	{"drip", "do it, then take one second over the answer"},
	{"drip-TIME", "do it, then take so long over the answer"},
	{"slow-TIME", "wait, then go on as usual"},
	{"reset", "reset the connection"},
}

// Magic returns the fault that a request asks for itself; nil is none. body is the
// body of the request.
//
// The header Understudy-Fault is read first: Magic fails when it holds anything else
// than a magic word, with or without the prefix. Then come the path, the query and
// the body, in which unknown words are ordinary data.
func Magic(r *http.Request, body []byte) (*Decision, error) {
	if asked := r.Header[HeaderName]; len(asked) > 0 {
		word := strings.TrimPrefix(asked[0], MagicPrefix)
		if d := decisionOf(word); d != nil && len(asked) == 1 {
			return d, nil
		}
		return nil, fmt.Errorf("the header %s is %q: send one of %s", HeaderName, strings.Join(asked, ", "), wordList())
	}
	if r.URL != nil {
		for _, text := range [...]string{r.URL.Path, r.URL.RawQuery} {
			if !strings.Contains(text, MagicPrefix) {
				continue
			}
			if d := findMagicWord([]byte(text)); d != nil {
				return d, nil
			}
		}
	}
	return findMagicWord(body), nil
}

func wordList() string {
	var words []string
	for _, w := range MagicWords {
		words = append(words, w.Word)
	}
	return strings.Join(words, ", ")
}

// findMagicWord returns the decision of the first magic word in a text.
func findMagicWord(text []byte) *Decision {
	for {
		_, after, found := bytes.Cut(text, []byte(MagicPrefix))
		if !found {
			return nil
		}
		end := 0
		for end < len(after) && isWordByte(after[end]) {
			end++
		}
		if d := decisionOf(string(after[:end])); d != nil {
			return d
		}
		text = after
	}
}

// isWordByte reports whether a byte continues a word. A magic word ends before the
// first byte that does not.
func isWordByte(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '-' || b == '_'
}

// decisionOf returns the decision of a word; nil for an unknown word.
func decisionOf(word string) *Decision {
	f, ok := parseMagicWord(word)
	if !ok {
		return nil
	}
	var found problems
	check(&found, &f, nil)
	if found.err() != nil {
		return nil
	}
	f.ID = MagicPrefix + word
	return (*Decision)(nil).add(&f, rand.New(rand.NewPCG(0, 0)))
}

// parseMagicWord parses a word. The ranges of its numbers are not checked here.
func parseMagicWord(word string) (f Fault, ok bool) {
	switch Phase(word) {
	case Lost, Partial, Malformed, Drip, Reset:
		return Fault{Phase: Phase(word)}, true
	default:
	}
	kind, value, more := strings.Cut(word, "-")
	switch {
	case kind == "slow" && more:
		d, ok := parseTime(value)
		return Fault{Latency: Fixed(d)}, ok
	case kind == "drip":
		d, ok := parseTime(value)
		return Fault{Phase: Drip, Over: Duration(d)}, ok
	case kind == "after" && more:
		f.Phase = After
		kind, value, more = strings.Cut(value, "-")
	}
	if f.Status, ok = parsePositive(kind); ok && more {
		f.RetryAfter, ok = parsePositive(value)
	}
	return f, ok && refusals[f.Status] != nil
}

// parseTime parses a whole number with a unit.
func parseTime(text string) (time.Duration, bool) {
	digits := strings.TrimRight(text, "smh")
	_, ok := parsePositive(digits)
	d, err := time.ParseDuration(text)
	return d, ok && err == nil
}

// parsePositive parses a number above zero that is written in digits alone.
func parsePositive(text string) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 31)
	return int(n), err == nil && n > 0 && text[0] != '0'
}
