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

// MagicPrefix is what a magic word in the data of a request begins with.
const MagicPrefix = "understudy-fault-"

// MagicWord is a magic word and what it does.
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

// Magic returns the fault that a request asks for itself; nil is none. body is
// what the request sent.
//
// The header Understudy-Fault goes first: it fails when it holds anything else
// than a magic word, with or without the prefix. Then come the path, the query
// and the body. What only looks like a magic word there is ordinary data.
func Magic(r *http.Request, body []byte) (*Decision, error) {
	if asked := r.Header[HeaderName]; len(asked) > 0 {
		word := strings.TrimPrefix(asked[0], MagicPrefix)
		if d := magic(word); d != nil && len(asked) == 1 {
			return d, nil
		}
		return nil, fmt.Errorf("the header %s is %q: send one of %s", HeaderName, strings.Join(asked, ", "), wordList())
	}
	if r.URL != nil {
		for _, text := range [...]string{r.URL.Path, r.URL.RawQuery} {
			if !strings.Contains(text, MagicPrefix) {
				continue
			}
			if d := magicIn([]byte(text)); d != nil {
				return d, nil
			}
		}
	}
	return magicIn(body), nil
}

func wordList() string {
	var words []string
	for _, w := range MagicWords {
		words = append(words, w.Word)
	}
	return strings.Join(words, ", ")
}

// magicIn returns what the first magic word in a text does.
func magicIn(text []byte) *Decision {
	for {
		_, after, found := bytes.Cut(text, []byte(MagicPrefix))
		if !found {
			return nil
		}
		end := 0
		for end < len(after) && inWord(after[end]) {
			end++
		}
		if d := magic(string(after[:end])); d != nil {
			return d
		}
		text = after
	}
}

// inWord tells whether a byte goes on with a word: what stands behind a magic
// word must not.
func inWord(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || b == '-' || b == '_'
}

// magic returns what a word does; nil is nothing.
func magic(word string) *Decision {
	f, ok := magicFault(word)
	if !ok {
		return nil
	}
	var found problems
	check(&found, &f, nil)
	if found.err() != nil {
		return nil
	}
	f.ID = MagicPrefix + word
	return (*Decision)(nil).with(&f, rand.New(rand.NewPCG(0, 0)))
}

// magicFault reads a word. Numbers out of bounds are left for the check.
func magicFault(word string) (f Fault, ok bool) {
	switch Phase(word) {
	case Lost, Partial, Malformed, Drip, Reset:
		return Fault{Phase: Phase(word)}, true
	}
	kind, value, more := strings.Cut(word, "-")
	switch {
	case kind == "slow" && more:
		d, ok := magicTime(value)
		return Fault{Latency: Fixed(d)}, ok
	case kind == "drip":
		d, ok := magicTime(value)
		return Fault{Phase: Drip, Over: Duration(d)}, ok
	case kind == "after" && more:
		f.Phase = After
		kind, value, more = strings.Cut(value, "-")
	}
	if f.Status, ok = number(kind); ok && more {
		f.RetryAfter, ok = number(value)
	}
	return f, ok && refusals[f.Status] != nil
}

// magicTime reads a whole number with a unit.
func magicTime(text string) (time.Duration, bool) {
	digits := strings.TrimRight(text, "smh")
	_, ok := number(digits)
	d, err := time.ParseDuration(text)
	return d, ok && err == nil
}

// number reads a number above zero that is written in digits alone.
func number(text string) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 31)
	return int(n), err == nil && n > 0 && text[0] != '0'
}
