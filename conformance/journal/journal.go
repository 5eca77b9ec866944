// Package journal keeps, in a file, what a run of the suite is about to create on
// a target, what it created and what it deleted again: enough for a sweep to remove
// what a run left that was killed, and nothing else.
//
// A journal is NDJSON, one event a line, appended and never changed. The intent of
// a creation is on disk before its request is sent; its identifier and the time of
// its creation follow with the answer; a last event strikes it out when it is gone.
// A line that was cut off by the end of the process counts as not written.
//
// Nothing in it is a secret: the identifier of an invite, which opens it, is there
// as a hash.
package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Schema names the form of a journal.
const Schema = "understudy/journal/v1"

// What happened, by the field event.
const (
	Began  = "run"    // a run begins; says of which target
	Intent = "intent" // something is about to be created
	Made   = "made"   // it was created
	Change = "change" // something that the run did not create is about to be changed
	Gone   = "gone"   // it is not there (any more), or it was changed back
	Kept   = "kept"   // a sweep found something else in its place, and let it be
	Ended  = "end"    // the run ended and cleaned up
)

// Event is one line.
type Event struct {
	Event string    `json:"event"`
	At    time.Time `json:"at"` // by the clock of this machine
	Run   string    `json:"run"`

	// Of a run: the form of the journal, and the target.
	Schema       string `json:"schema,omitempty"`
	BaseURL      string `json:"base_url,omitempty"`
	Organization string `json:"organization,omitempty"`

	// N numbers the intents and changes of a run. The events that follow on one
	// carry its number.
	N int `json:"n,omitempty"`
	// Of an intent: what it is, the path of its collection, the label that it carries
	// ("" for none), the property that tells it from others of its kind as it was
	// sent, who creates it, and the target's time.
	Kind       string    `json:"kind,omitempty"`
	Collection string    `json:"collection,omitempty"`
	Label      string    `json:"label,omitempty"`
	Sent       string    `json:"sent,omitempty"`
	Who        string    `json:"who,omitempty"`
	TargetAt   time.Time `json:"target_at,omitzero"`
	// NamesNobody is whether the request named nobody, nor an invite of the run: without an
	// answer it let nobody in.
	NamesNobody bool `json:"names_nobody,omitempty"`
	// Of something made: its identifier, or the hash of one that is a secret, and
	// when it was created, as the target wrote it.
	ID      string `json:"id,omitempty"`
	IDHash  string `json:"id_sha256,omitempty"`
	Created string `json:"created,omitempty"`
	// Of a change: the path of the thing, the values that it had, and those that it was
	// to get.
	Path string          `json:"path,omitempty"`
	Was  json.RawMessage `json:"was,omitempty"`
	Set  json.RawMessage `json:"set,omitempty"`
	// Why something was kept.
	Reason string `json:"reason,omitempty"`
}

// Target is what a journal belongs to.
type Target struct{ BaseURL, Organization string }

// Journal is open for writing by one process. It is safe for concurrent use. A nil
// journal takes everything and keeps nothing.
type Journal struct {
	mu   sync.Mutex
	file *os.File
	lock *flock.Flock
	run  string
	n    int
	now  func() time.Time
}

// ErrInUse is returned for a journal that another process writes to.
var ErrInUse = errors.New("a run that is going on writes to this journal")

// ErrOtherTarget is returned for a journal of a run against another target.
var ErrOtherTarget = errors.New("the journal belongs to another target")

// Open opens a journal for a run, and makes the file unless it is there. It fails
// with [ErrInUse] and [ErrOtherTarget].
func Open(path, run string, t Target) (*Journal, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	j, err := open(path, run)
	if err != nil {
		return nil, err
	}
	if _, err := Read(path, t); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	err = j.write(Event{Event: Began, Schema: Schema, BaseURL: t.BaseURL, Organization: t.Organization}, true)
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// Reopen opens a journal that is there, to strike out what a sweep removed.
func Reopen(path string) (*Journal, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return open(path, "")
}

func open(path, run string) (*Journal, error) {
	lock := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
	mine, err := lock.TryLock()
	if err != nil {
		return nil, err
	}
	if !mine {
		return nil, fmt.Errorf("%s: %w", path, ErrInUse)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	j := &Journal{file: file, lock: lock, run: run, now: func() time.Time { return time.Now().UTC() }}
	if err := j.endLine(); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// endLine ends a last line that was cut off.
func (j *Journal) endLine() error {
	size, err := j.file.Seek(0, io.SeekEnd)
	if err != nil || size == 0 {
		return err
	}
	var last [1]byte
	if _, err := j.file.ReadAt(last[:], size-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = j.file.WriteString("\n")
	return err
}

// Intent notes what is about to be created and returns its number. Once it returns,
// the event is on disk.
func (j *Journal) Intent(e Event) (int, error) { return j.begin(Intent, e) }

// Change notes what is about to be changed and returns its number. Once it returns,
// the event is on disk.
func (j *Journal) Change(e Event) (int, error) { return j.begin(Change, e) }

func (j *Journal) begin(event string, e Event) (int, error) {
	if j == nil {
		return 0, nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.n++
	e.Event, e.N = event, j.n
	return e.N, j.write(e, true)
}

// Made notes what came of an intent: an identifier or its hash, and a time.
func (j *Journal) Made(n int, id, hash, created string) error {
	return j.follow(Event{Event: Made, N: n, ID: id, IDHash: hash, Created: created}, true)
}

// Gone strikes out what an intent or a change began.
func (j *Journal) Gone(n int) error { return j.follow(Event{Event: Gone, N: n}, false) }

// Close notes the end of a run and lets go of the file.
func (j *Journal) Close() error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	var err error
	if j.n > 0 {
		err = j.write(Event{Event: Ended}, true)
	}
	return errors.Join(err, j.file.Close(), j.lock.Unlock())
}

// StrikeOut notes that an entry is gone, or kept for a reason.
func (j *Journal) StrikeOut(entry *Entry, kept string) error {
	e := Event{Event: Gone, Run: entry.Run, N: entry.N}
	if kept != "" {
		e.Event, e.Reason = Kept, kept
	}
	return j.follow(e, true)
}

func (j *Journal) follow(e Event, durable bool) error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.write(e, durable)
}

// write appends one line; durable waits until it is on disk.
func (j *Journal) write(e Event, durable bool) error {
	e.At = j.now()
	if e.Run == "" {
		e.Run = j.run
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("cannot write the journal: %w", err)
	}
	if !durable {
		return nil
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("cannot write the journal: %w", err)
	}
	return nil
}
