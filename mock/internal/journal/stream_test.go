package journal_test

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

// tail is a server of a journal's stream.
type tail struct {
	*testing.T
	journal   *journal.Journal
	server    *httptest.Server
	heartbeat chan time.Time
	ended     chan struct{} // gets one for each stream that ended
}

func newTail(t *testing.T, query string) *tail {
	s := &tail{T: t, journal: journal.New(journal.Limits{Entries: 5}), heartbeat: make(chan time.Time), ended: make(chan struct{}, 2)}
	q := parse(t, query)
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.journal.ServeSSE(w, r, q, s.heartbeat)
		s.ended <- struct{}{}
	}))
	t.Cleanup(s.server.Close)
	return s
}

// connect opens a stream, which has begun when connect returns.
func (s *tail) connect(lastEventID string) *client {
	s.Helper()
	ctx, leave := context.WithCancel(s.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.server.URL, nil)
	if err != nil {
		s.Fatal(err)
	}
	if lastEventID != "" {
		request.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := s.server.Client().Do(request)
	if err != nil {
		s.Fatal(err)
	}
	c := &client{T: s.T, response: response, lines: bufio.NewScanner(response.Body), leave: func() { leave(); response.Body.Close() }}
	s.Cleanup(c.leave)
	NewWithT(s).Expect(c.next()).To(Equal(":"), "a stream begins at once")
	return c
}

type client struct {
	*testing.T
	response *http.Response
	lines    *bufio.Scanner
	leave    func()
}

// next is the next event as it came, without the empty line behind it; "" is the end.
func (c *client) next() string {
	var lines []string
	for c.lines.Scan() {
		if c.lines.Text() == "" && len(lines) > 0 {
			return strings.Join(lines, "\n")
		}
		if c.lines.Text() != "" {
			lines = append(lines, c.lines.Text())
		}
	}
	return strings.Join(lines, "\n")
}

func event(id, path string) OmegaMatcher {
	return And(HavePrefix("id:"+id+"\nevent:request\ndata:{\"n\":"+id+","), ContainSubstring(`"path":"`+path+`"`))
}

func TestStreamsBeginWithTheNextRequest(t *testing.T) {
	g := NewWithT(t)
	s := newTail(t, "")
	s.journal.Record(get("/before"))
	c := s.connect("")
	g.Expect(c.response.Header.Get("Content-Type")).To(HavePrefix("text/event-stream"))
	g.Expect(c.response.Header.Get("Cache-Control")).To(Equal("no-cache"))
	s.journal.Record(get("/1?token=0123456789abcdef"))
	g.Expect(c.next()).To(event("2", "/1?token=***cdef"))
	s.journal.Record(get("/2"))
	g.Expect(c.next()).To(event("3", "/2"))
	c.leave()
	<-s.ended
}

func TestStreamsGoOnWhereTheyWere(t *testing.T) {
	for name, c := range map[string]struct {
		query, lastEventID string
		want               []OmegaMatcher
	}{
		"by the last event":             {"", "7", []OmegaMatcher{event("8", "/8")}},
		"which counts before the query": {"since=4", "7", []OmegaMatcher{event("8", "/8")}},
		"by a number in the query":      {"since=6", "", []OmegaMatcher{event("7", "/7"), event("8", "/8")}},
		"by a time in the query":        {"since=2026-03-01T12:00:07Z", "", []OmegaMatcher{Equal("event:missed\ndata:{\"missed\":3}"), event("7", "/7"), event("8", "/8")}},
		"with what was missed":          {"", "2", []OmegaMatcher{Equal("event:missed\ndata:{\"missed\":1}"), event("4", "/4")}},
		"with the beginning":            {"since=0", "", []OmegaMatcher{Equal("event:missed\ndata:{\"missed\":3}"), event("4", "/4")}},
		"after an id that is none":      {"", "x", []OmegaMatcher{event("9", "/9")}},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			s := newTail(t, c.query)
			for i := range 8 {
				x := get("/" + string(rune('1'+i)))
				x.Time = noon.Add(time.Duration(i+1) * time.Second)
				s.journal.Record(x)
			}
			stream := s.connect(c.lastEventID)
			if c.lastEventID == "x" {
				s.journal.Record(get("/9"))
			}
			for _, want := range c.want {
				g.Expect(stream.next()).To(want)
			}
			stream.leave()
			<-s.ended
		})
	}
}

func TestStreamsHaveOnlyWhatTheQueryWants(t *testing.T) {
	g := NewWithT(t)
	s := newTail(t, "path=/wanted&limit=1")
	c := s.connect("")
	for _, uri := range []string{"/wanted/1", "/other", "/wanted/2"} {
		s.journal.Record(get(uri))
	}
	g.Expect(c.next()).To(event("1", "/wanted/1"))
	g.Expect(c.next()).To(event("3", "/wanted/2"))
	c.leave()
	<-s.ended
}

func TestHeartbeats(t *testing.T) {
	g := NewWithT(t)
	s := newTail(t, "")
	c := s.connect("")
	s.heartbeat <- noon
	g.Expect(c.next()).To(Equal(":"))
	s.journal.Record(get("/"))
	g.Expect(c.next()).To(event("1", "/"))
	s.heartbeat <- noon
	g.Expect(c.next()).To(Equal(":"))
	c.leave()
	<-s.ended
}

func TestStreamsEndWithTheJournal(t *testing.T) {
	g := NewWithT(t)
	s := newTail(t, "")
	clients := []*client{s.connect(""), s.connect("")}
	s.journal.Close()
	for _, c := range clients {
		<-s.ended
		g.Expect(c.next()).To(BeEmpty())
		g.Expect(c.lines.Err()).NotTo(HaveOccurred(), "not cut off: ended")
	}
}

// A client that does not read must not keep a stream for ever.
func TestStreamsEndWhenNobodyReads(t *testing.T) {
	g := NewWithT(t)
	j := journal.New(journal.Limits{})
	w := &deafWriter{ResponseRecorder: httptest.NewRecorder(), left: 2}
	for range 3 {
		j.Record(get("/"))
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Last-Event-ID", "0")
	j.ServeSSE(w, r, journal.Query{}, nil)
	g.Expect(w.deadlines).To(Equal(2), "one for the beginning, one for the events")
}

// deafWriter fails after some writes, as a connection does whose deadline is over.
type deafWriter struct {
	*httptest.ResponseRecorder
	left, deadlines int
}

func (w *deafWriter) SetWriteDeadline(at time.Time) error {
	if !at.After(time.Now()) {
		return errors.New("a deadline that is over")
	}
	w.deadlines++
	return nil
}

func (w *deafWriter) Write(data []byte) (int, error) {
	if w.left--; w.left < 0 {
		return 0, errors.New("nobody reads")
	}
	return w.ResponseRecorder.Write(data)
}

func (w *deafWriter) WriteString(data string) (int, error) { return w.Write([]byte(data)) }
