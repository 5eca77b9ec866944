package dashboard

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// faultsPage is the page of injected faults.
type faultsPage struct {
	Faults     []armedFault
	Operations []string
	Presets    []string
	Words      []struct{ Word, Does string } // that trigger a fault from a request
}

// armedFault is a fault with its counters.
type armedFault struct {
	ID          string
	Operation   string
	Caller      string
	Nth, Count  int
	Probability float64
	Phase       string
	Status      int
	RetryAfter  int `json:"retry_after"`
	Latency     rawJSON
	Over        string
	Error       rawJSON
	Matched     int
	Met         int
	Spent       bool
}

// Does describes the effect of the fault.
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

// Slow describes the latency, "" for none.
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

// Percent is the probability.
func (f armedFault) Percent() string {
	return strconv.FormatFloat(f.Probability*100, 'f', -1, 64) + " %"
}

// kindOfFault is an option of the form.
type kindOfFault struct{ Value, Label string }

// Kinds are the effects that the form offers.
func (faultsPage) Kinds() []kindOfFault {
	return []kindOfFault{
		{"before", "refuse with a status"}, {"after", "do it, then refuse with a status"}, {"slow", "wait, then go on"},
		{"lost", "do it, then give no answer"}, {"partial", "do it, then cut the answer"}, {"drip", "do it, then answer slowly"},
		{"malformed", "do it, then answer what is no JSON"}, {"reset", "reset the connection"},
	}
}

// PresetDoes describes a preset, "" for an unknown one.
func (faultsPage) PresetDoes(name string) string {
	return map[string]string{
		"flaky-network": "slow, and now and then no answer", "rate-limited": "429 for every second call or so",
		"maintenance": "503 for every call",
	}[name]
}

// Refusals are the statuses that the form offers.
func (faultsPage) Refusals() []int { return []int{429, 500, 502, 503, 504, 401, 403, 404} }

func (d *dashboard) faults() {
	s := pageSpec{title: "Faults", section: "faults", template: "faults"}
	d.page("GET /ui/faults", s, func(p *pageRequest) (any, error) {
		page := &faultsPage{Operations: operationIDs()}
		if err := p.get("/faults", page); err != nil {
			return page, err
		}
		return page, p.get("/fault-words", page)
	})
	d.form("/ui/faults", armFault)
	d.form("/ui/faults/preset", func(p *pageRequest) (formCall, error) {
		name := p.value("preset")
		return formCall{
			method: http.MethodPost, path: "/faults", body: map[string]any{"preset": name},
			done: "The preset " + name + " is armed.", back: "ui/faults",
		}, nil
	})
	d.form("/ui/faults/remove", func(p *pageRequest) (formCall, error) {
		return formCall{
			method: http.MethodDelete, path: "/faults" + escapedPath(p.value("id")),
			done: "The fault " + p.value("id") + " is gone.", back: "ui/faults",
		}, nil
	})
	d.form("/ui/faults/clear", func(*pageRequest) (formCall, error) {
		return formCall{method: http.MethodDelete, path: "/faults", done: "Nothing goes wrong on purpose any more.", back: "ui/faults"}, nil
	})
}

// armFault reads the form. Empty fields are left to the defaults of the control plane.
func armFault(p *pageRequest) (formCall, error) {
	body := map[string]any{}
	for _, name := range []string{"operation", "caller", "latency", "over"} {
		if value := p.value(name); value != "" {
			body[name] = value
		}
	}
	var wrong error
	for _, name := range []string{"nth", "count", "retry_after", "status"} {
		if value := p.value(name); value != "" {
			n, err := strconv.Atoi(value)
			if err != nil {
				wrong = inputError(words(name) + ": write a whole number.")
			}
			body[name] = n
		}
	}
	if value := p.value("chance"); value != "" {
		percent, err := strconv.ParseFloat(value, 64)
		if err != nil {
			wrong = inputError("Chance: write a number of percent.")
		}
		body["probability"] = percent / 100
	}
	switch kind := p.value("kind"); kind {
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
	if p.value("kind") != "drip" {
		delete(body, "over")
	}
	return formCall{method: http.MethodPost, path: "/faults", body: body, done: "The fault is armed.", back: "ui/faults"}, wrong
}
