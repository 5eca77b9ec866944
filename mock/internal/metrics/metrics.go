// Package metrics holds the Prometheus metrics of one server: requests, faults, contract
// violations, journal entries. Nothing in it is global, and it never looks at a request or
// at the world: the server reports to it.
package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics holds the collectors of one server. It is safe for concurrent use.
type Metrics struct {
	registry   *prometheus.Registry
	requests   *prometheus.CounterVec
	durations  *prometheus.HistogramVec
	faults     *prometheus.CounterVec
	violations *prometheus.CounterVec
	journalled prometheus.Counter
	dropped    prometheus.Counter
	statuses   [600]string // each status as text, formatted once
}

// buckets range from microseconds, for ordinary requests, to seconds, for those that a fault slows down.
var buckets = []float64{
	.000_025, .000_05, .000_1, .000_25, .000_5, .001, .002_5, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30,
}

// unknownOperation labels requests that match no operation.
const unknownOperation = "none"

// noStatus labels requests that got no response.
const noStatus = "none"

// New returns the metrics of a server. sandboxes returns how many it has; it is called at
// each scrape.
func New(sandboxes func() int) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: counters("requests_total", "Requests to the API, by operation and status.", "operation", "status"),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "understudy", Name: "request_duration_seconds", Buckets: buckets,
			Help: "How long requests to the API took, by operation.",
		}, []string{"operation"}),
		faults:     counters("faults_total", "Requests that went wrong on purpose, by the phase in which they did.", "phase"),
		violations: counters("violations_total", "Violations of the contract that were found, by code.", "code"),
		journalled: counter("journal_entries_total", "Requests that were written down in a journal."),
		dropped:    counter("journal_dropped_total", "Entries that a journal gave up to make room."),
	}
	for status := range m.statuses {
		m.statuses[status] = strconv.Itoa(status)
	}
	m.statuses[0] = noStatus
	m.registry.MustRegister(
		m.requests, m.durations, m.faults, m.violations, m.journalled, m.dropped,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: "understudy", Name: "sandboxes", Help: "Sandboxes that there are.",
		}, func() float64 { return float64(sandboxes()) }),
		collectors.NewGoCollector(),
	)
	return m
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "understudy", Name: name, Help: help}, labels)
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Namespace: "understudy", Name: name, Help: help})
}

// Answered counts a request and observes its duration. operation is its id, "" is none; a
// status of 0 is no response.
func (m *Metrics) Answered(operation string, status int, took time.Duration) {
	if operation == "" {
		operation = unknownOperation
	}
	m.requests.WithLabelValues(operation, m.status(status)).Inc()
	m.durations.WithLabelValues(operation).Observe(took.Seconds())
}

func (m *Metrics) status(status int) string {
	if status < 0 || status >= len(m.statuses) {
		return strconv.Itoa(status)
	}
	return m.statuses[status]
}

// FaultMet counts a request that met a fault in a phase.
func (m *Metrics) FaultMet(phase string) { m.faults.WithLabelValues(phase).Inc() }

// Violated counts a violation of the contract.
func (m *Metrics) Violated(code string) { m.violations.WithLabelValues(code).Inc() }

// Journalled counts a request that was recorded in a journal.
func (m *Metrics) Journalled() { m.journalled.Inc() }

// Dropped counts entries that a journal dropped to make room.
func (m *Metrics) Dropped(entries int) { m.dropped.Add(float64(entries)) }

// ServeHTTP serves the metrics in the format of Prometheus.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}).ServeHTTP(w, r)
}
