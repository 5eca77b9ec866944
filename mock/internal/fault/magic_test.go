package fault_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

func request(method, target, header string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	if header != "" {
		r.Header.Set("Understudy-Fault", header)
	}
	return r
}

// What each word does, as a caller sees it.
func TestMagicWords(t *testing.T) {
	for word, want := range map[string]struct {
		runs       bool
		status     int // 0 is no answer
		slept      time.Duration
		retryAfter string
	}{
		"429":       {status: 429, retryAfter: "1"},
		"429-7":     {status: 429, retryAfter: "7"},
		"500":       {status: 500},
		"401":       {status: 401},
		"403":       {status: 403},
		"404":       {status: 404},
		"502":       {status: 502},
		"503":       {status: 503},
		"503-30":    {status: 503, retryAfter: "30"},
		"504":       {status: 504},
		"after-500": {runs: true, status: 500},
		"after-429": {runs: true, status: 429, retryAfter: "1"},
		"lost":      {runs: true},
		"partial":   {runs: true, status: 200},
		"malformed": {runs: true, status: 200},
		"drip":      {runs: true, status: 200, slept: time.Second},
		"drip-5s":   {runs: true, status: 200, slept: 5 * time.Second},
		"slow-2s":   {runs: true, status: 200, slept: 2 * time.Second},
		"slow-20ms": {runs: true, status: 200, slept: 20 * time.Millisecond},
		"reset":     {},
	} {
		t.Run(word, func(t *testing.T) {
			g := NewWithT(t)
			s := newServer()
			server := wires[0].listen(s)
			defer server.Close()
			got := call(t, server, "POST", "email=understudy-fault-"+word+"%40example.com")
			g.Expect(got.status).To(Equal(want.status), "error: %v", got.err)
			g.Expect(s.changes.Load() > 0).To(Equal(want.runs))
			g.Expect(s.slept()).To(Equal(want.slept))
			if want.status != 0 {
				g.Expect(got.header.Get("Understudy-Fault")).To(Equal("understudy-fault-" + word))
				g.Expect(got.header.Get("Retry-After")).To(Equal(want.retryAfter))
			}
		})
	}
}

func TestMagicPlaces(t *testing.T) {
	for _, c := range []struct {
		name, target, header, body string
		met                        string // "" is nothing
	}{
		{"a local part", "/", "", `{"target_email": "understudy-fault-429@example.com"}`, "429"},
		{"a tag", "/", "", `{"target_email": "ann+understudy-fault-lost@example.com"}`, "lost"},
		{"a domain", "/", "", `{"domain": "understudy-fault-503.example.com"}`, "503"},
		{"a name", "/", "", `{"name": "Team understudy-fault-slow-2s"}`, "slow-2s"},
		{"a name behind an escape", "/", "", `{"name": "Team\nunderstudy-fault-500"}`, "500"},
		{"a query", "/?search=understudy-fault-500", "", "", "500"},
		{"a path", "/api/roles/understudy-fault-500/", "", "", "500"},
		{"an escaped path", "/api/roles/understudy%2Dfault-500/", "", "", "500"},
		{"the header", "/", "503", "", "503"},
		{"the header with the prefix", "/", "understudy-fault-503", "", "503"},
		{"the header goes first", "/understudy-fault-500", "lost", "understudy-fault-429", "lost"},
		{"the first of two", "/", "", `understudy-fault-500 understudy-fault-lost`, "500"},
		{"one behind a false one", "/", "", `understudy-fault-injection understudy-fault-lost`, "lost"},
		{"a form", "/", "", `email=understudy-fault-after-500%40example.com`, "after-500"},

		{"nothing", "/", "", "", ""},
		{"ordinary data", "/api/organizations/", "", `{"name": "429 understudy fault-503 lost", "slow": "2s"}`, ""},
		{"a prefix alone", "/", "", "understudy-fault-", ""},
		{"a longer word", "/", "", "understudy-fault-5000 understudy-fault-lostandfound understudy-fault-500_ understudy-fault-500-", ""},
		{"another word", "/", "", "understudy-fault-injection understudy-fault-tests", ""},
		{"another status", "/", "", "understudy-fault-200 understudy-fault-418 understudy-fault-after-302", ""},
		{"no time", "/", "", "understudy-fault-slow understudy-fault-slow-s understudy-fault-slow-0s understudy-fault-slow-2", ""},
		{"an endless time", "/", "", "understudy-fault-slow-2h understudy-fault-drip-61m understudy-fault-429-86401", ""},
		{"an odd number", "/", "", "understudy-fault-429--1 understudy-fault-429-07 understudy-fault-0429 understudy-fault-500-3", ""},
		{"a bare word in data", "/?status=503", "", `{"name": "fault-503"}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			d, err := fault.Magic(request("POST", c.target, c.header), []byte(c.body))
			g.Expect(err).NotTo(HaveOccurred())
			if c.met == "" {
				g.Expect(d).To(BeNil())
				return
			}
			g.Expect(d).To(HaveField("Name", "understudy-fault-"+c.met))
		})
	}
}

// A header that asks for something else is a mistake.
func TestMagicHeaderIsChecked(t *testing.T) {
	for _, value := range []string{"512", "slow", "Lost", " 503", "503, lost", "understudy-fault-", "understudy-fault-understudy-fault-503"} {
		t.Run(value, func(t *testing.T) {
			_, err := fault.Magic(request("POST", "/", value), nil)
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring("send one of 429, 429-N, 500, ")))
		})
	}
	t.Run("two", func(t *testing.T) {
		r := request("POST", "/", "503")
		r.Header.Add("Understudy-Fault", "lost")
		_, err := fault.Magic(r, nil)
		NewWithT(t).Expect(err).To(HaveOccurred())
	})
	t.Run("empty", func(t *testing.T) {
		r := request("POST", "/", "")
		r.Header["Understudy-Fault"] = []string{""}
		_, err := fault.Magic(r, nil)
		NewWithT(t).Expect(err).To(HaveOccurred())
	})
}

// Every word that is listed is one.
func TestMagicWordsAreListed(t *testing.T) {
	for _, w := range fault.MagicWords {
		t.Run(w.Word, func(t *testing.T) {
			g := NewWithT(t)
			word := strings.NewReplacer("TIME", "200ms", "N", "5").Replace(w.Word)
			d, err := fault.Magic(request("POST", "/", word), nil)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(d).NotTo(BeNil())
			g.Expect(w.Does).NotTo(BeEmpty())
		})
	}
}

// FuzzMagic wants data to meet a fault only when it holds the prefix, and the
// name of a fault to ask for that fault again.
func FuzzMagic(f *testing.F) {
	for _, text := range []string{"understudy-fault-503", "understudy-fault-slow-2s@x", "a understudy-fault-understudy-fault-drip-1ms", "429", "understudy-fault-after-429-7"} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, text, header string) {
		r := request("GET", "/", "")
		d, err := fault.Magic(r, []byte(text))
		if err != nil || d != nil && !strings.Contains(text, d.Name) {
			t.Fatalf("%q: %+v, %v", text, d, err)
		}
		if d != nil {
			header = d.Name
		}
		r.Header["Understudy-Fault"] = []string{header}
		again, err := fault.Magic(r, nil)
		if (again == nil) == (err == nil) || d != nil && (again == nil || again.Name != d.Name || again.Phase != d.Phase) {
			t.Fatalf("%q: %+v, then %+v, %v", header, d, again, err)
		}
		if again == nil {
			return
		}
		s := newServer()
		if !again.WaitBefore(httptest.NewRecorder(), r, s.sleep) || s.slept() > time.Hour {
			t.Fatalf("%q: waits for %s", header, s.slept())
		}
		defer func() { // closes the connection
			if crash := recover(); crash != nil && crash != any(http.ErrAbortHandler) {
				panic(crash)
			}
		}()
		recorder := httptest.NewRecorder()
		again.Send(recorder, r, again.Answer(fault.Answer{Status: 200, Body: []byte(whole)}, fault.RenderSCIM), s.sleep)
		if sent, _ := io.ReadAll(recorder.Body); recorder.Header().Get("Understudy-Fault") != again.Name || len(sent) == 0 {
			t.Fatalf("%q: %q", header, sent)
		}
	})
}
