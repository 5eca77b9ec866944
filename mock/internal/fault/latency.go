package fault

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"time"
)

// The distributions of a [Latency].
const (
	fixed     = "fixed"
	uniform   = "uniform"
	lognormal = "lognormal"
)

var distributions = []string{fixed, uniform, lognormal}

// Latency is how long calls wait: always the same, or drawn anew for each call.
// [Fixed], [Uniform] and [Lognormal] make one. In JSON it is a duration, or an
// object that names its distribution.
type Latency struct {
	// Distribution is "fixed", "uniform" or "lognormal".
	Distribution string
	// Value is the wait of the distribution "fixed".
	Value Duration
	// Min and Max are the bounds of the distribution "uniform".
	Min, Max Duration
	// Median is the median of the distribution "lognormal".
	Median Duration
	// Sigma is its spread: 0 is always the median; with 0.5, one call in a hundred
	// waits more than three times as long.
	Sigma float64
}

// Fixed returns a latency that is always d.
func Fixed(d time.Duration) *Latency { return &Latency{Distribution: fixed, Value: Duration(d)} }

// Uniform returns a latency that is distributed evenly between two bounds.
func Uniform(least, most time.Duration) *Latency {
	return &Latency{Distribution: uniform, Min: Duration(least), Max: Duration(most)}
}

// Lognormal returns a latency like that of a network: mostly near the median, a few
// much longer.
func Lognormal(median time.Duration, sigma float64) *Latency {
	return &Latency{Distribution: lognormal, Median: Duration(median), Sigma: sigma}
}

// sample draws the latency of one call.
func (l *Latency) sample(random *rand.Rand) time.Duration {
	switch l.Distribution {
	case uniform:
		return time.Duration(l.Min) + time.Duration(random.Float64()*float64(l.Max-l.Min))
	case lognormal:
		wait := float64(l.Median) * math.Exp(l.Sigma*random.NormFloat64())
		return time.Duration(min(wait, float64(maxDuration)))
	}
	return time.Duration(l.Value)
}

// latencyJSON is the JSON of a latency that is not a fixed duration.
type latencyJSON struct {
	Distribution string   `json:"distribution"`
	Value        Duration `json:"value,omitempty"`
	Min          Duration `json:"min,omitempty"`
	Max          Duration `json:"max,omitempty"`
	Median       Duration `json:"median,omitempty"`
	Sigma        float64  `json:"sigma,omitempty"`
}

// MarshalJSON shows a fixed latency as a duration, others as an object.
func (l Latency) MarshalJSON() ([]byte, error) {
	if l.Distribution == fixed {
		return json.Marshal(l.Value)
	}
	return json.Marshal(latencyJSON(l))
}

// UnmarshalJSON reads a duration or an object.
func (l *Latency) UnmarshalJSON(data []byte) error {
	var found problems
	*l = readLatency(&found, data)
	return found.err()
}

// readLatency decodes a latency and notes what is wrong with its form.
func readLatency(found *problems, data json.RawMessage) (l Latency) {
	l.Distribution = fixed
	if isObject(data) {
		found.read("latency", data, []field{
			{"distribution", "a text", &l.Distribution},
			{"value", wantDuration, &l.Value},
			{"min", wantDuration, &l.Min},
			{"max", wantDuration, &l.Max},
			{"median", wantDuration, &l.Median},
			{"sigma", "a number", &l.Sigma},
		})
		return l
	}
	if err := json.Unmarshal(data, &l.Value); err != nil {
		found.add("latency", `want a duration such as "200ms", a number of seconds, or an object with a "distribution"`)
	}
	return l
}

// check validates the values.
func (l *Latency) check(found *problems) {
	given := map[string]bool{"value": l.Value != 0, "min": l.Min != 0, "max": l.Max != 0, "median": l.Median != 0, "sigma": l.Sigma != 0}
	var own []string
	switch l.Distribution {
	case fixed:
		own = []string{"value"}
		checkWait(found, "latency", l.Value)
	case uniform:
		own = []string{"min", "max"}
		checkBounds(found, l)
	case lognormal:
		own = []string{"median", "sigma"}
		checkWait(found, "latency.median", l.Median)
		if !(l.Sigma >= 0 && l.Sigma <= 10) {
			found.add("latency.sigma", "want a number from 0 to 10")
		}
	default:
		found.add("latency.distribution", "there is no distribution %q: send one of %s", l.Distribution, quoted(distributions))
		return
	}
	for _, name := range own {
		given[name] = false
	}
	for _, name := range []string{"value", "min", "max", "median", "sigma"} {
		if given[name] {
			found.add("latency."+name, "the distribution %q has %s alone", l.Distribution, quoted(own))
		}
	}
}

func checkBounds(found *problems, l *Latency) {
	if l.Min.outOfRange() {
		found.add("latency.min", "want a duration from 0 to %s", Duration(maxDuration))
	}
	checkWait(found, "latency.max", l.Max)
	if l.Max > 0 && l.Min > l.Max {
		found.add("latency.min", "want no more than \"max\"")
	}
}

// checkWait notes a duration that is zero or out of range.
func checkWait(found *problems, name string, d Duration) {
	if d == 0 || d.outOfRange() {
		found.add(name, "want a duration above 0 and up to %s", Duration(maxDuration))
	}
}

// Duration is a [time.Duration] that JSON shows as text, such as "200ms". It also
// reads a number of seconds.
type Duration time.Duration

// maxDuration is the longest time that a fault may take.
const maxDuration = time.Hour

// String is the text of [time.Duration].
func (d Duration) String() string { return time.Duration(d).String() }

// MarshalJSON shows the text.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads a text or a number of seconds.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var seconds float64
	if json.Unmarshal(data, &seconds) == nil {
		nanoseconds := seconds * float64(time.Second)
		if math.Abs(nanoseconds) > math.MaxInt64/2 {
			return errors.New(wantDuration)
		}
		*d = Duration(nanoseconds)
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return errors.New(wantDuration)
	}
	parsed, err := time.ParseDuration(text)
	*d = Duration(parsed)
	return err
}

const wantDuration = `want a duration such as "200ms" or a number of seconds`

// outOfRange reports whether d is negative or above the maximum.
func (d Duration) outOfRange() bool { return d < 0 || time.Duration(d) > maxDuration }
