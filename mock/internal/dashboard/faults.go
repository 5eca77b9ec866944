package dashboard

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// faultsPage is what goes wrong on purpose.
type faultsPage struct {
	Faults     []armedFault
	Operations []string
	Presets    []string
	Words      []struct{ Word, Does string } // that trigger a fault from a request
}

// armedFault is a fault and how often it was met.
type armedFault struct {
	ID          string
	Operation   string
	Caller      string
	Nth, Count  int
	Probability float64
	Phase       string
	Status      int
	RetryAfter  int `json:"retry_after"`
	Latency     raw
	Over        string
	Error       raw
	Matched     int
	Met         int
	Spent       bool
}

// Does says what happens to a call, in words.
func (f armedFault) Does() string {
	words := map[string]string{
		"lost": "do it, then give no answer", "partial": "do it, then cut the answer", "drip": "do it, then answer slowly",
		"malformed": "do it, then answer what is no JSON", "reset": "reset the connection",
	}[f.Phase]
	switch {
	case words != "":
		return words
	case f.Status == 0:
		return "wait, then go on"
	case f.Phase == "after":
		return "do it, then refuse with " + strconv.Itoa(f.Status)
	}
	return "refuse with " + strconv.Itoa(f.Status)
}

// Slow is the latency in words, "" for none.
func (f armedFault) Slow() string {
	var fixed string
	if json.Unmarshal(f.Latency, &fixed) == nil {
		return fixed
	}
	var drawn struct{ Distribution, Min, Max, Median string }
	if json.Unmarshal(f.Latency, &drawn) != nil {
		return ""
	}
	if drawn.Median != "" {
		return "about " + drawn.Median
	}
	return drawn.Min + " to " + drawn.Max
}

// Percent is the chance of a call.
func (f armedFault) Percent() string {
	return strconv.FormatFloat(f.Probability*100, 'f', -1, 64) + " %"
}

// kindOfFault is a line of the form.
type kindOfFault struct{ Value, Label string }

// Kinds are what the form offers to happen.
func (faultsPage) Kinds() []kindOfFault {
	return []kindOfFault{
		{"before", "refuse with a status"}, {"after", "do it, then refuse with a status"}, {"slow", "wait, then go on"},
		{"lost", "do it, then give no answer"}, {"partial", "do it, then cut the answer"}, {"drip", "do it, then answer slowly"},
		{"malformed", "do it, then answer what is no JSON"}, {"reset", "reset the connection"},
	}
}

// PresetDoes says what a preset is, as far as it is known here.
func (faultsPage) PresetDoes(name string) string {
	return map[string]string{
		"flaky-network": "slow, and now and then no answer", "rate-limited": "429 for every second call or so",
		"maintenance": "503 for every call",
	}[name]
}

// Refusals are the statuses that the form offers.
func (faultsPage) Refusals() []int { return []int{429, 500, 502, 503, 504, 401, 403, 404} }

func (d *dashboard) faults() {
	s := screen{title: "Faults", section: "faults", template: "faults"}
	d.page("GET /ui/faults", s, func(v *visit) (any, error) {
		page := &faultsPage{Operations: operationIDs()}
		if err := v.get("/faults", page); err != nil {
			return page, err
		}
		return page, v.get("/fault-words", page)
	})
	d.change("/ui/faults", armFault)
	d.change("/ui/faults/preset", func(v *visit) (change, error) {
		name := v.value("preset")
		return change{
			method: http.MethodPost, path: "/faults", body: map[string]any{"preset": name},
			done: "The preset " + name + " is armed.", back: "ui/faults",
		}, nil
	})
	d.change("/ui/faults/remove", func(v *visit) (change, error) {
		return change{
			method: http.MethodDelete, path: "/faults" + escaped(v.value("id")),
			done: "The fault " + v.value("id") + " is gone.", back: "ui/faults",
		}, nil
	})
	d.change("/ui/faults/clear", func(*visit) (change, error) {
		return change{method: http.MethodDelete, path: "/faults", done: "Nothing goes wrong on purpose any more.", back: "ui/faults"}, nil
	})
}

// armFault reads the form. What is empty is left to the control plane.
func armFault(v *visit) (change, error) {
	body := map[string]any{}
	for _, name := range []string{"operation", "caller", "latency", "over"} {
		if value := v.value(name); value != "" {
			body[name] = value
		}
	}
	var wrong error
	for _, name := range []string{"nth", "count", "retry_after", "status"} {
		if value := v.value(name); value != "" {
			n, err := strconv.Atoi(value)
			if err != nil {
				wrong = hint(words(name) + ": write a whole number.")
			}
			body[name] = n
		}
	}
	if value := v.value("chance"); value != "" {
		percent, err := strconv.ParseFloat(value, 64)
		if err != nil {
			wrong = hint("Chance: write a number of percent.")
		}
		body["probability"] = percent / 100
	}
	switch kind := v.value("kind"); kind {
	case "slow":
		delete(body, "status")
		delete(body, "retry_after")
	case "before", "after":
		body["phase"] = kind
	default:
		body["phase"] = kind
		delete(body, "status")
		delete(body, "retry_after")
	}
	if v.value("kind") != "drip" {
		delete(body, "over")
	}
	return change{method: http.MethodPost, path: "/faults", body: body, done: "The fault is armed.", back: "ui/faults"}, wrong
}
