package fault

import (
	"fmt"
	"net/http"
	"slices"
	"time"
)

// preset is a kind of bad day.
type preset struct {
	name   string
	faults []Fault
}

// presets are all there are. Their faults have ids, so that a preset that is
// armed twice takes its own place.
var presets = []preset{
	{"flaky-network", []Fault{
		{ID: "flaky-network-latency", Latency: Lognormal(80*time.Millisecond, 0.6)},
		{ID: "flaky-network-reset", Phase: Reset, Probability: 0.05},
		{ID: "flaky-network-lost", Phase: Lost, Probability: 0.05},
		{ID: "flaky-network-partial", Phase: Partial, Probability: 0.03},
	}},
	{"rate-limited", []Fault{
		{ID: "rate-limited", Status: http.StatusTooManyRequests, RetryAfter: 2, Probability: 0.5},
	}},
	{"maintenance", []Fault{
		{ID: "maintenance", Status: http.StatusServiceUnavailable, RetryAfter: 30},
	}},
}

// Presets are the names of the presets: "flaky-network" is slow and loses some
// answers, "rate-limited" refuses every second call or so, "maintenance" refuses
// them all.
func Presets() (names []string) {
	for _, p := range presets {
		names = append(names, p.name)
	}
	return names
}

// Preset returns the faults of a preset. It fails for a name that there is not.
func Preset(name string) ([]Fault, error) {
	for _, p := range presets {
		if p.name == name {
			return slices.Clone(p.faults), nil
		}
	}
	return nil, fmt.Errorf("there is no preset %q: send one of %s", name, quoted(Presets()))
}
