package journal

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-contrib/sse"
)

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
