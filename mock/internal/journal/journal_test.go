package journal_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
	"weak"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

func TestEntriesAreNumberedInTheirOrder(t *testing.T) {
	g := NewWithT(t)
	j := journal.New(journal.Limits{})
	for i := range 3 {
		g.Expect(j.Record(get(fmt.Sprint("/", i))).Number()).To(BeEquivalentTo(i + 1))
	}
	list := j.List(journal.Query{})
	g.Expect(list.Count).To(Equal(3))
	g.Expect(list.Requests).To(HaveExactElements(
		And(HaveField("Number", int64(3)), HaveField("Path", "/2")),
		And(HaveField("Number", int64(2)), HaveField("Path", "/1")),
		And(HaveField("Number", int64(1)), HaveField("Path", "/0")),
	), "newest first")
}

func TestNumbersAreNeverUsedAgain(t *testing.T) {
	g := NewWithT(t)
	j := journal.New(journal.Limits{Entries: 2})
	for range 3 {
		j.Record(get("/"))
	}
	j.Clear()
	g.Expect(j.List(journal.Query{})).To(Equal(journal.List{Requests: []journal.Summary{}}))
	g.Expect(j.Last()).To(BeEquivalentTo(3))
	g.Expect(j.Record(get("/")).Number()).To(BeEquivalentTo(4))
}

func TestAClearedJournalHasRoom(t *testing.T) {
	g := NewWithT(t)
	j := journal.New(journal.Limits{Bytes: 5000})
	x := get("/")
	x.RequestBody = body(strings.Repeat("x", 1000))
	for range 4 {
		j.Record(x)
	}
	j.Clear()
	for range 4 {
		j.Record(x)
	}
	g.Expect(j.List(journal.Query{})).To(And(HaveField("Count", 4), HaveField("Dropped", BeZero())))
}

func TestTheOldestMakeRoom(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for name, c := range map[string]struct {
		limits  journal.Limits
		uri     string
		request string
		answer  string
		kept    int
	}{
		"for more than may be":           {journal.Limits{Entries: 4}, "/", "", "", 4},
		"for the bodies of requests":     {journal.Limits{Bytes: 5000}, "/", long, "", 4},
		"for the bodies of answers":      {journal.Limits{Bytes: 5000}, "/", "", long, 4},
		"for both":                       {journal.Limits{Bytes: 5000}, "/", long, long, 2},
		"for addresses":                  {journal.Limits{Bytes: 5000}, "/?q=" + long, "", "", 4},
		"for one with more than may be":  {journal.Limits{Bytes: 500}, "/", long, "", 1},
		"but not for what is not kept":   {journal.Limits{Bytes: 5000, Body: 100}, "/", long, long, 10},
		"and there is room for a number": {journal.Limits{}, "/", long, long, 10},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			j := journal.New(c.limits)
			for range 10 {
				x := get(c.uri)
				x.RequestBody, x.ResponseBody = body(c.request), body(c.answer)
				j.Record(x)
			}
			list := j.List(journal.Query{})
			g.Expect(list.Count).To(Equal(c.kept))
			g.Expect(list.Dropped).To(BeEquivalentTo(10 - c.kept))
			g.Expect(list.Requests[0].Number).To(BeEquivalentTo(10), "the newest stays")
			for n := range int64(12) {
				e, ok := j.Entry(n)
				g.Expect(ok).To(Equal(n > int64(10-c.kept) && n <= 10), "entry %d", n)
				if ok {
					g.Expect(e.Number()).To(Equal(n))
				}
			}
		})
	}
}

func TestHeadersCountAsBytes(t *testing.T) {
	g := NewWithT(t)
	j := journal.New(journal.Limits{Bytes: 5000})
	for range 10 {
		x := get("/")
		x.RequestHeader = http.Header{"X-Long": {strings.Repeat("x", 1000)}}
		x.ResponseHeader = http.Header{"X-Long": {strings.Repeat("x", 1000)}}
		j.Record(x)
	}
	g.Expect(j.List(journal.Query{}).Count).To(Equal(2))
}

func TestLongBodiesAreCut(t *testing.T) {
	g := NewWithT(t)
	j := journal.New(journal.Limits{Body: 5})
	x := get("/")
	x.RequestBody = body("12345")
	x.ResponseBody = journal.Body{Data: []byte("abcdéf"), Size: 100} // é is cut in two
	d := j.Record(x).Detail()
	g.Expect(d.Request.Message).To(And(HaveField("Body", "12345"), HaveField("Size", int64(5)), HaveField("Truncated", false)))
	g.Expect(d.Response.Message).To(And(HaveField("Body", "abcd"), HaveField("Size", int64(100)), HaveField("Truncated", true)))
}

func TestEntriesDoNotChangeWithWhatTheyWereMadeOf(t *testing.T) {
	g := NewWithT(t)
	sent, answered := []byte("sent"), []byte("answered")
	header := http.Header{"X-A": {"before"}}
	x := get("/")
	x.RequestHeader, x.ResponseHeader = header, header
	x.RequestBody.Data, x.ResponseBody.Data = sent, answered
	e := journal.New(journal.Limits{}).Record(x)
	copy(sent, "SENT")
	copy(answered, "ANSWERED")
	header["X-A"][0] = "after"
	d := e.Detail()
	g.Expect(d.Request.Body).To(Equal("sent"))
	g.Expect(d.Response.Body).To(Equal("answered"))
	g.Expect(d.Request.Headers).To(HaveKeyWithValue("X-A", []string{"before"}))
	g.Expect(d.Response.Headers).To(HaveKeyWithValue("X-A", []string{"before"}))
}

func TestStatesGoWithTheirEntries(t *testing.T) {
	type state [1 << 10]byte
	for requests := 4; requests < 9; requests++ {
		t.Run(fmt.Sprint(requests), func(t *testing.T) {
			g := NewWithT(t)
			j := journal.New(journal.Limits{Entries: 3})
			var states []weak.Pointer[state]
			for range requests {
				before, after := new(state), new(state)
				states = append(states, weak.Make(before), weak.Make(after))
				x := get("/")
				x.Changed, x.Before, x.After = true, before, after
				e := j.Record(x)
				g.Expect(e.Changed()).To(BeTrue())
				g.Expect(e.Before()).To(BeIdenticalTo(before))
				g.Expect(e.After()).To(BeIdenticalTo(after))
			}
			alive := func() (n int) {
				runtime.GC()
				for _, s := range states {
					if s.Value() != nil {
						n++
					}
				}
				return n
			}
			g.Expect(alive()).To(Equal(6), "two for each entry that is left")
			j.Clear()
			g.Expect(alive()).To(BeZero())
			runtime.KeepAlive(j)
		})
	}
}

// Ten thousand sandboxes that nobody uses must not cost what a used one does.
func TestAnEmptyJournalIsSmall(t *testing.T) {
	g := NewWithT(t)
	const sandboxes = 10_000
	journals := make([]*journal.Journal, sandboxes)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range journals {
		journals[i] = journal.New(journal.Limits{})
	}
	runtime.ReadMemStats(&after)
	g.Expect((after.TotalAlloc - before.TotalAlloc) / sandboxes).To(BeNumerically("<", 200))
	runtime.KeepAlive(journals)
}

func TestSimultaneousUse(t *testing.T) {
	g := NewWithT(t)
	j := journal.New(journal.Limits{Entries: 50})
	query := parse(t, "search=secret&status=2xx")
	var recording, reading sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		reading.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				j.List(query)
				if e, ok := j.Entry(j.Last()); ok {
					e.Detail()
				}
			}
		})
	}
	for range 8 {
		recording.Go(func() {
			for range 200 {
				x := get("/?token=" + sessionID)
				x.ResponseBody = body(`{"secret": "` + sessionID + `"}`)
				j.Record(x)
			}
		})
	}
	recording.Wait()
	close(done)
	reading.Wait()
	list := j.List(journal.Query{})
	g.Expect(list.Count).To(Equal(50))
	g.Expect(list.Dropped).To(BeEquivalentTo(8*200 - 50))
	for i, s := range list.Requests {
		g.Expect(s.Number).To(BeEquivalentTo(8*200 - i))
	}
}

func TestASummarySaysWhatHappened(t *testing.T) {
	g := NewWithT(t)
	x := get("/api/organizations/")
	x.Operation, x.Caller, x.Key = "organizations_list", "ada@example.com", "laptop"
	x.Duration = 1500 * time.Microsecond
	x.Status, x.Changed, x.Fault = 403, true, "slow"
	x.Violations = []string{"query: page is not documented"}
	x.Steps = []journal.Step{{Name: "authentication", Passed: true}, {Name: "scope"}, {Name: "level"}}
	x.Explanation = &journal.Explanation{Rule: "scope", Detail: "The key has no scope.", Sufficient: "organization:read"}
	x.RequestHeader = http.Header{"Authorization": {"Bearer " + apiKey}}
	d := journal.New(journal.Limits{}).Record(x).Detail()
	g.Expect(d.Summary).To(Equal(journal.Summary{
		Number: 1, Time: noon, DurationMS: 1.5, Method: "GET", Path: "/api/organizations/",
		Operation: "organizations_list", Status: 403, Caller: "ada@example.com", Key: "laptop", Credential: "phx_***wxyz",
		RefusedBy: "scope", Fault: "slow", Violations: []string{"query: page is not documented"}, Changed: true,
	}))
	g.Expect(d.Steps).To(Equal(x.Steps))
	g.Expect(d.Explanation).To(Equal(x.Explanation))
	g.Expect(d.Request.URL).To(Equal("http://127.0.0.1:8010/api/organizations/"))
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// get is a request that nothing special happens to.
func get(uri string) journal.Exchange {
	return journal.Exchange{
		Time: noon, Duration: 2 * time.Millisecond, Site: "http://127.0.0.1:8010",
		Method: "GET", URI: uri, Proto: "HTTP/1.1", Status: 200,
	}
}

func body(text string) journal.Body { return journal.Body{Data: []byte(text)} }
