package journal

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-contrib/sse"
)

// Batch is a number of entries for a subscriber.
type Batch struct {
	Entries []*Entry // oldest first
	// Missed is how many entries before these were dropped or cleared before the
	// subscriber read them.
	Missed int64
}

// Subscribe yields the entries after a number, present and future, until the context
// ends or the journal is closed.
//
// A slow subscriber holds up nobody: its buffer is the journal itself, and entries that
// are dropped before it reads them are counted as missed.
func (j *Journal) Subscribe(ctx context.Context, after int64) iter.Seq[Batch] {
	return func(yield func(Batch) bool) {
		for r := (reader{j, after}); ctx.Err() == nil; {
			batch, more, open := r.next()
			if !batch.empty() && !yield(batch) {
				return
			}
			if !open {
				return
			}
			select {
			case <-more:
			case <-ctx.Done():
				return
			}
		}
	}
}

func (b Batch) empty() bool { return len(b.Entries) == 0 && b.Missed == 0 }

// reader is a position in a journal.
type reader struct {
	journal *Journal
	after   int64 // the number that was read last
}

// next returns the entries since the last call, whether the journal is open, and a
// channel that is closed with the next entry.
//
// A number above the last one belongs to an earlier process; such a reader starts at the
// beginning.
func (r *reader) next() (batch Batch, more <-chan struct{}, open bool) {
	j := r.journal
	j.mu.Lock()
	defer j.mu.Unlock()
	if r.after > j.last {
		r.after = 0
	}
	unread := j.last - max(r.after, 0)
	have := min(unread, int64(len(j.entries)))
	batch = Batch{Entries: slices.Clone(j.entries[int64(len(j.entries))-have:]), Missed: unread - have}
	r.after = j.last
	if j.appended == nil {
		j.appended = make(chan struct{})
	}
	return batch, j.appended, !j.closed
}

// wakeSubscribers wakes the subscribers. The caller holds the lock.
func (j *Journal) wakeSubscribers() {
	if j.appended != nil {
		close(j.appended)
		j.appended = nil
	}
}

// writeTimeout bounds one write, so that a stalled client does not hold a connection for
// ever.
const writeTimeout = 30 * time.Second

// ServeSSE streams the entries that match a query as they are recorded, as server-sent
// events: "request" is a [Summary], and its id is its number; "missed" says how many
// entries were dropped or cleared before the client read them.
//
// The stream begins with the entries after the one in the header Last-Event-ID, which
// browsers send when they reconnect; else with those of the query's since; else with the
// next one. The query's limit does not count. Each heartbeat writes a comment, so that
// proxies do not time the connection out. The stream ends when the client goes or the
// journal is closed.
func (j *Journal) ServeSSE(w http.ResponseWriter, r *http.Request, q Query, heartbeat <-chan time.Time) {
	s := eventStream{w, http.NewResponseController(w), q}
	sse.Event{}.WriteContentType(w)
	from := reader{j, j.start(r, q)}
	if s.comment() != nil {
		return
	}
	for {
		batch, more, open := from.next()
		if s.send(batch) != nil || !open {
			return
		}
		select {
		case <-more:
		case <-heartbeat:
			if s.comment() != nil {
				return
			}
		case <-r.Context().Done():
			return
		}
	}
}

// start returns the number after which a stream begins.
func (j *Journal) start(r *http.Request, q Query) int64 {
	if id, err := strconv.ParseInt(r.Header.Get("Last-Event-ID"), 10, 64); err == nil {
		return id
	}
	if q.since {
		return q.sinceEntry
	}
	return j.Last()
}

// eventStream writes events to a client.
type eventStream struct {
	w     http.ResponseWriter
	flow  *http.ResponseController
	query Query
}

// send writes the entries of a batch that match the query.
func (s *eventStream) send(b Batch) error {
	var events []sse.Event
	if b.Missed > 0 {
		events = append(events, sse.Event{Event: "missed", Data: map[string]int64{"missed": b.Missed}})
	}
	for _, e := range b.Entries {
		if s.query.Matches(e) {
			events = append(events, sse.Event{Event: "request", Id: strconv.FormatInt(e.number, 10), Data: e.Summary()})
		}
	}
	if len(events) == 0 {
		return nil
	}
	return s.write(func() error {
		for _, event := range events {
			if err := sse.Encode(s.w, event); err != nil {
				return err
			}
		}
		return nil
	})
}

// comment writes an empty comment, which clients ignore.
func (s *eventStream) comment() error {
	return s.write(func() error {
		_, err := fmt.Fprint(s.w, ":\n\n")
		return err
	})
}

// write writes and flushes. The deadline is one of the network, so it uses real time, not
// the clock of the sandbox.
func (s *eventStream) write(events func() error) error {
	_ = s.flow.SetWriteDeadline(time.Now().Add(writeTimeout)) // not every connection supports deadlines
	if err := events(); err != nil {
		return err
	}
	return s.flow.Flush()
}
