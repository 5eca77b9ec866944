package journal

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// Entry is something that a run was about to create or to change and that was not
// struck out.
type Entry struct {
	Event
	// Answered is whether an answer confirmed the creation.
	Answered bool
}

// String says what it is, without what is secret.
func (e *Entry) String() string {
	if e.Event.Event == Change {
		return "change of " + e.Path
	}
	return e.Kind + " " + cmp.Or(e.Label, e.ID, e.Sent, "without a label") + " of " + e.Collection
}

// Read reads what a journal does not strike out, the latest first. It fails with
// [ErrOtherTarget] when a run in it was against another target, and on lines that
// are no events. A last line without an end is left out.
func Read(path string, t Target) ([]*Entry, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	entries, err := read(file, t)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return entries, nil
}

// key identifies an intent or a change: they are numbered within a run.
type key struct {
	run string
	n   int
}

// reader collects the entries that are not struck out so far.
type reader struct {
	target Target
	began  map[string]bool
	open   map[key]*Entry
	order  []key
}

func read(from io.Reader, t Target) ([]*Entry, error) {
	r := &reader{target: t, began: map[string]bool{}, open: map[key]*Entry{}}
	lines := bufio.NewReader(from)
	for count := 1; ; count++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := r.add(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", count, err)
		}
	}
	var entries []*Entry
	for _, k := range slices.Backward(r.order) {
		if entry := r.open[k]; entry != nil {
			entries = append(entries, entry)
		}
	}
	return entries, nil
}

// errNotJournal is returned for a file that is something else.
var errNotJournal = errors.New("no event of a journal")

// add takes in one line.
func (r *reader) add(line []byte) error {
	var e Event
	if err := json.Unmarshal(line, &e); err != nil {
		// The line of a process that was killed, ended by the next one.
		if len(r.began) > 0 && !json.Valid(line) {
			return nil
		}
		return errNotJournal
	}
	k := key{e.Run, e.N}
	switch e.Event {
	case Began:
		return r.begin(&e)
	case Ended:
	case Intent, Change:
		if !r.began[e.Run] {
			return errNotJournal
		}
		r.open[k] = &Entry{Event: e}
		r.order = append(r.order, k)
	case Made:
		if entry := r.open[k]; entry != nil {
			entry.Answered, entry.ID, entry.IDHash, entry.Created = true, e.ID, e.IDHash, e.Created
		}
	case Gone, Kept:
		delete(r.open, k)
	default:
		return errNotJournal
	}
	return nil
}

func (r *reader) begin(e *Event) error {
	if e.Schema != Schema {
		return fmt.Errorf("a journal of the form %q; this version knows %q", e.Schema, Schema)
	}
	if e.BaseURL != r.target.BaseURL || e.Organization != r.target.Organization {
		return fmt.Errorf("%w: %s, organization %s", ErrOtherTarget, e.BaseURL, e.Organization)
	}
	r.began[e.Run] = true
	return nil
}

// OlderThan are the entries that are older than an age.
func OlderThan(entries []*Entry, age time.Duration, now time.Time) (old []*Entry) {
	for _, entry := range entries {
		if now.Sub(entry.At) >= age {
			old = append(old, entry)
		}
	}
	return old
}
