package journal_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

func TestTheRecorderSeesWhatTheClientGets(t *testing.T) {
	write := func(w http.ResponseWriter, text string) { _, _ = io.WriteString(w, text) }
	for name, c := range map[string]struct {
		handle    http.HandlerFunc
		status    int
		kept      string
		size      int64
		delivered string
	}{
		"nothing":          {func(http.ResponseWriter, *http.Request) {}, 0, "", 0, ""},
		"a status":         {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, 404, "", 0, ""},
		"a body":           {func(w http.ResponseWriter, _ *http.Request) { write(w, "1234"); write(w, "5") }, 200, "12345", 5, "12345"},
		"a longer body":    {func(w http.ResponseWriter, _ *http.Request) { write(w, "1234"); write(w, "56"); write(w, "78") }, 200, "12345", 8, "12345678"},
		"a status early":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(201) }, 201, "", 0, ""},
		"a flush":          {func(w http.ResponseWriter, _ *http.Request) { w.(http.Flusher).Flush() }, 200, "", 0, ""},
		"a flush, asked":   {func(w http.ResponseWriter, _ *http.Request) { _ = http.NewResponseController(w).Flush() }, 200, "", 0, ""},
		"a copied body":    {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.CopyN(w, endless{}, 7) }, 200, "xxxxx", 7, "xxxxxxx"},
		"a body not asked": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204); write(w, "no") }, 204, "", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			status, kept := make(chan int, 1), make(chan journal.Body, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				recorder := journal.NewRecorder(w, 5)
				defer recorder.Release()
				c.handle(recorder, r)
				status <- recorder.Status()
				kept <- journal.Body{Data: append([]byte{}, recorder.Body().Data...), Size: recorder.Body().Size}
			}))
			defer server.Close()
			response, err := server.Client().Get(server.URL)
			g.Expect(err).NotTo(HaveOccurred())
			defer response.Body.Close()
			g.Expect(io.ReadAll(response.Body)).To(BeEquivalentTo(c.delivered))
			g.Expect(<-status).To(Equal(c.status))
			g.Expect(<-kept).To(Equal(journal.Body{Data: []byte(c.kept), Size: c.size}))
		})
	}
}

type endless struct{}

func (endless) Read(data []byte) (int, error) {
	for i := range data {
		data[i] = 'x'
	}
	return len(data), nil
}

func TestTheRecorderLetsTheConnectionBeTakenOver(t *testing.T) {
	for name, hijack := range map[string]func(http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error){
		"through the controller": func(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error) {
			controller := http.NewResponseController(w)
			if err := controller.SetWriteDeadline(time.Time{}); err != nil {
				return nil, nil, err
			}
			return controller.Hijack()
		},
		"directly": func(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error) { return w.(http.Hijacker).Hijack() },
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				recorder := journal.NewRecorder(w, 5)
				defer recorder.Release()
				connection, buffered, err := hijack(recorder)
				if err != nil {
					t.Error(err)
					return
				}
				defer connection.Close()
				_, _ = buffered.WriteString("HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\n\r\n")
				_ = buffered.Flush()
				if recorder.Status() != 0 {
					t.Errorf("status %d, of an answer that nobody saw", recorder.Status())
				}
			}))
			defer server.Close()
			response, err := server.Client().Get(server.URL)
			g.Expect(err).NotTo(HaveOccurred())
			defer response.Body.Close()
			g.Expect(response.StatusCode).To(Equal(http.StatusTeapot))
		})
	}
}

func TestTheRecorderTakesAChangeOfProtocolForAnAnswer(t *testing.T) {
	recorder := journal.NewRecorder(httptest.NewRecorder(), 5)
	defer recorder.Release()
	recorder.WriteHeader(http.StatusSwitchingProtocols)
	NewWithT(t).Expect(recorder.Status()).To(Equal(http.StatusSwitchingProtocols))
}

// Recorders are used again; nothing of one request may be in the entry of another.
func TestRecordersDoNotMixRequests(t *testing.T) {
	g := NewWithT(t)
	j := journal.New(journal.Limits{})
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			text := string(rune('a' + i))
			for range 100 {
				recorder := journal.NewRecorder(httptest.NewRecorder(), j.BodyLimit())
				_, _ = io.WriteString(recorder, text+text)
				x := get("/" + text)
				x.Status, x.ResponseBody = recorder.Status(), recorder.Body()
				j.Record(x)
				recorder.Release()
			}
		})
	}
	group.Wait()
	for _, e := range j.Select(journal.Query{}) {
		d := e.Detail()
		g.Expect("/" + d.Response.Body).To(Equal(d.Path + d.Path[1:]))
	}
}
