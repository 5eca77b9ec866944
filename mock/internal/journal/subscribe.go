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

// Batch is what a subscriber gets at a time.
type Batch struct {
	Entries []*Entry // oldest first
	// Missed is how many entries before these were dropped or cleared before the
	// subscriber came to read them.
	Missed int64
}

// Subscribe yields the entries after a number, those that are there and those to
// come, until the context ends or the journal is closed.
//
// Nobody waits for a subscriber: its buffer is the journal itself, so that one who is
// slower than the requests for long misses some, and is told how many.
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

// reader is a place in a journal.
type reader struct {
	journal *Journal
	after   int64 // the number that was read last
}

// next returns what has come since, whether the journal is open, and a channel that
// closes when there is more.
//
// A number that the journal has not given yet is of another life of it; such a
// reader starts at the beginning.
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
	if j.more == nil {
		j.more = make(chan struct{})
	}
	return batch, j.more, !j.closed
}

// announce wakes the subscribers. The caller holds the lock.
func (j *Journal) announce() {
	if j.more != nil {
		close(j.more)
		j.more = nil
	}
}

// writeTimeout is how long a client may take to read what it was sent. One that
// sleeps must not hold a connection for ever.
const writeTimeout = 30 * time.Second

// ServeSSE answers with the entries that a query wants as they come, as server-sent
// events: "request" is a [Summary], and its id is its number; "missed" says how many
// entries the client was too slow for, or were cleared before it came to them.
//
// The stream begins with the entries after the one in the header Last-Event-ID, which
// browsers send when they connect again; else with those since what the query says;
// else with the next one. The query's limit does not count. Each heartbeat writes a
// comment, so that nobody on the way takes the connection for dead. The stream ends
// when the client goes or the journal is closed.
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

// start is the number after which a stream begins.
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

// send writes what the query wants of a batch.
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

// comment writes what clients skip.
func (s *eventStream) comment() error {
	return s.write(func() error {
		_, err := fmt.Fprint(s.w, ":\n\n")
		return err
	})
}

// write writes and makes sure that it leaves. The deadline is one of the network, so
// it goes by the time that it goes by.
func (s *eventStream) write(events func() error) error {
	_ = s.flow.SetWriteDeadline(time.Now().Add(writeTimeout)) // not every connection has one
	if err := events(); err != nil {
		return err
	}
	return s.flow.Flush()
}
