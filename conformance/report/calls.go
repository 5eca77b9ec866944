package report

import (
	"math"
	"slices"
	"sort"
)

// Permission is what an operation answered to one caller.
type Permission struct {
	Operation string      `json:"operation"`
	Caller    string      `json:"caller"`
	Statuses  map[int]int `json:"statuses"` // how often each came; 0 is no answer
}

// Codes returns the statuses, lowest first.
func (p *Permission) Codes() []int {
	codes := make([]int, 0, len(p.Statuses))
	for code := range p.Statuses {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// permissions returns the matrix of callers and operations, in the order of the calls.
func permissions(outcomes []Outcome) []Permission {
	list := []Permission{}
	at := map[[2]string]int{}
	for i := range outcomes {
		for _, call := range outcomes[i].Calls {
			key := [2]string{call.Operation, call.Caller}
			index, known := at[key]
			if !known {
				index = len(list)
				at[key] = index
				list = append(list, Permission{call.Operation, call.Caller, map[int]int{}})
			}
			list[index].Statuses[call.Status]++
		}
	}
	return list
}

// Latency is how long one operation took to answer, in milliseconds. Waits for a
// limit are not in it.
type Latency struct {
	Operation string  `json:"operation"`
	Requests  int     `json:"requests"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	Max       float64 `json:"max_ms"`
}

// latencies returns the operations' response times, the slowest first.
func latencies(outcomes []Outcome) []Latency {
	times := map[string][]float64{}
	for i := range outcomes {
		for _, call := range outcomes[i].Calls {
			times[call.Operation] = append(times[call.Operation], call.DurationMS)
		}
	}
	list := make([]Latency, 0, len(times))
	for operation, all := range times {
		slices.Sort(all)
		list = append(list, Latency{operation, len(all), percentile(all, 0.50), percentile(all, 0.95), all[len(all)-1]})
	}
	sort.Slice(list, func(i, j int) bool {
		if list[i].P95 != list[j].P95 {
			return list[i].P95 > list[j].P95
		}
		return list[i].Operation < list[j].Operation
	})
	return list
}

// percentile returns the value that a part of all do not exceed, by the nearest rank.
func percentile(sorted []float64, part float64) float64 {
	rank := int(math.Ceil(part * float64(len(sorted))))
	return sorted[max(0, rank-1)]
}

// slowest returns the scenarios that took longest.
func (r *Report) slowest(n int) []*Outcome {
	var list []*Outcome
	for i := range r.Outcomes {
		if o := &r.Outcomes[i]; o.Requests > 0 {
			list = append(list, o)
		}
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].DurationMS > list[j].DurationMS })
	return list[:min(n, len(list))]
}
