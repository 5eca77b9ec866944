package fault_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// Within the process there is no connection to close: the call is aborted.
func TestWithinTheProcess(t *testing.T) {
	for _, c := range []struct {
		name    string
		fault   fault.Fault
		changes int
		body    string
	}{
		{"lost", fault.Fault{Phase: fault.Lost}, 1, ""},
		{"reset", fault.Fault{Phase: fault.Reset}, 0, ""},
		{"partial", fault.Fault{Phase: fault.Partial}, 1, whole[:len(whole)/2]},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			s := newServer()
			g.Expect(s.Add(c.fault)).Error().NotTo(HaveOccurred())
			recorder := httptest.NewRecorder()
			g.Expect(func() { s.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/", nil)) }).To(PanicWith(http.ErrAbortHandler))
			g.Expect(recorder.Body.String()).To(Equal(c.body))
			g.Expect(s.changes.Load()).To(BeEquivalentTo(c.changes))
		})
		t.Run(c.name+" behind gin", func(t *testing.T) { // whose writer promises a connection that there is not
			g := NewWithT(t)
			s := newServer()
			g.Expect(s.Add(c.fault)).Error().NotTo(HaveOccurred())
			engine := gin.New()
			engine.NoRoute(gin.WrapH(s))
			g.Expect(func() { engine.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodPost, "/", nil)) }).To(PanicWith(http.ErrAbortHandler))
		})
	}
}

// A caller who did not wait gets no answer that could be taken for one.
func TestCallersWhoDidNotWait(t *testing.T) {
	for _, c := range []struct {
		name    string
		fault   fault.Fault
		changes int
	}{
		{"before the operation", fault.Fault{Latency: fault.Fixed(time.Second)}, 0},
		{"before the answer", fault.Fault{Phase: fault.After, Latency: fault.Fixed(time.Second)}, 1},
		{"in the answer", fault.Fault{Phase: fault.Drip}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			s := newServer()
			g.Expect(s.Add(c.fault)).Error().NotTo(HaveOccurred())
			ctx, hangUp := context.WithCancel(t.Context())
			hangUp()
			recorder := httptest.NewRecorder()
			g.Expect(func() { s.ServeHTTP(recorder, httptest.NewRequestWithContext(ctx, "POST", "/", nil)) }).To(PanicWith(http.ErrAbortHandler))
			g.Expect(recorder.Body.Len()).To(Equal(0))
			g.Expect(s.changes.Load()).To(BeEquivalentTo(c.changes))
		})
	}
}

func TestWithoutFault(t *testing.T) {
	g := NewWithT(t)
	s := newServer()
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/", nil))
	g.Expect(recorder.Body.String()).To(Equal(whole))
	g.Expect(recorder.Header()).NotTo(HaveKey("Understudy-Fault"))
}
