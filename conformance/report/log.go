package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
)

// LogWriter returns a function that writes each event as one line of JSON, at
// once, so that a run that is killed leaves all but its last line. The function is
// for the events of a run's options. failed returns the first error in writing.
func LogWriter(w io.Writer) (write func(Event), failed func() error) {
	var mu sync.Mutex
	var first error
	write = func(e Event) {
		line, err := json.Marshal(e)
		mu.Lock()
		defer mu.Unlock()
		if err == nil && first == nil {
			_, err = w.Write(append(line, '\n'))
		}
		if first == nil {
			first = err
		}
	}
	return write, func() error {
		mu.Lock()
		defer mu.Unlock()
		return first
	}
}

// WriteLog writes events as a log.
func WriteLog(w io.Writer, events []Event) error {
	write, failed := LogWriter(w)
	for _, e := range events {
		write(e)
	}
	return failed()
}

var errNoLog = errors.New("this is no event log; 'understudy verify --log FILE' writes one")

// longestLine bounds a line of a log, in bytes. A scenario's bodies are cut long
// before.
const longestLine = 16 << 20

// ReadLog reads an event log. The last line may be cut off, as a killed run
// leaves it; any other line that is no event is an error that names it.
func ReadLog(r io.Reader) ([]Event, error) {
	var events []Event
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longestLine)
	var bad error
	for number := 1; lines.Scan(); number++ {
		if bad != nil {
			return nil, bad
		}
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		var e Event
		if err := json.Unmarshal(line, &e); err != nil {
			if len(events) == 0 {
				return nil, errNoLog
			}
			bad = fmt.Errorf("line %d is no event: %w", number, err)
			continue
		}
		events = append(events, e)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, errNoLog
	}
	return events, nil
}
