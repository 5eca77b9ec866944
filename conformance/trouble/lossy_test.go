package trouble_test

import (
	"encoding/binary"
	"hash/fnv"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/internal/kittest"
	"github.com/understudy-dev/understudy/mock"
)

// lossyLink is a way to a target on which connections break: before a request
// arrives, before its answer does, or in the middle of it; and gateways fail.
type lossyLink struct {
	to     http.Handler
	oneIn  uint32 // so many requests are hit
	seen   atomic.Uint32
	broken atomic.Int64
	mu     sync.Mutex
	kinds  map[string]int
}

func (l *lossyLink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	hash := fnv.New32a()
	_, _ = hash.Write(binary.BigEndian.AppendUint32(nil, l.seen.Add(1)))
	chance := hash.Sum32()
	if chance%l.oneIn != 0 || strings.HasPrefix(r.URL.Path, "/_understudy/") {
		<-time.After(time.Millisecond) // the link is slow; nothing here waits for that
		l.to.ServeHTTP(w, r)
		return
	}
	l.broken.Add(1)
	kind := []string{"before", "after", "in the middle", "gateway"}[chance/l.oneIn%4]
	l.mu.Lock()
	l.kinds[kind]++
	l.mu.Unlock()
	if kind == "before" {
		panic(http.ErrAbortHandler)
	}
	if kind == "gateway" {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	answer := httptest.NewRecorder()
	l.to.ServeHTTP(answer, r)
	if kind == "in the middle" {
		w.Header().Set("Content-Length", "1000000")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes()[:answer.Body.Len()/2])
		_ = http.NewResponseController(w).Flush()
	}
	panic(http.ErrAbortHandler)
}

// TestLossyLink: a link on which one request in forty breaks costs time, not the
// verdict, and leaves nothing behind.
func TestLossyLink(t *testing.T) {
	g := NewWithT(t)
	fake, err := mock.New()
	g.Expect(err).NotTo(HaveOccurred())
	link := &lossyLink{to: fake, oneIn: 40, kinds: map[string]int{}}
	server := httptest.NewServer(link)
	t.Cleanup(server.Close)
	profile := kittest.ProfileOf(t, fake, server.URL)
	running := &mock.Running{Server: fake, URL: server.URL}
	before := kittest.Snapshot(running, profile)
	report, err := conformance.Execute(t.Context(), profile, conformance.Options{Preflight: true})
	g.Expect(err).NotTo(HaveOccurred())
	for _, o := range report.Outcomes {
		g.Expect(o.Status).To(Equal(conformance.Passed), "%s: %s", o.ID, o.Reason)
	}
	g.Expect(report.OK()).To(BeTrue(), report.Verdict())
	g.Expect(report.Retries).To(BeNumerically(">", 0))
	told := 0
	for _, n := range report.RetriesFor {
		told += n
	}
	g.Expect(told).To(Equal(report.Retries), "each retry has its reason: %v", report.RetriesFor)
	var text strings.Builder
	g.Expect(report.WriteText(&text)).To(Succeed())
	g.Expect(text.String()).To(MatchRegexp(`(?m)^passed after [0-9]+ retr(y|ies): `))
	g.Expect(report.Leftovers).To(BeEmpty())
	g.Expect(link.broken.Load()).To(BeNumerically(">", 20))
	g.Expect(link.kinds).To(HaveLen(4))
	g.Expect(kittest.Snapshot(running, profile)).To(Equal(before))
}

// TestTargetThatGoesAway: the rest is told in one word, and soon.
func TestTargetThatGoesAway(t *testing.T) {
	g := NewWithT(t)
	fake, err := mock.New()
	g.Expect(err).NotTo(HaveOccurred())
	var seen atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seen.Add(1) > 400 {
			panic(http.ErrAbortHandler)
		}
		fake.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	o := conformance.Options{Preflight: true}
	o.Patience = time.Second
	report, err := conformance.Execute(t.Context(), kittest.ProfileOf(t, fake, server.URL), o)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(report.OK()).To(BeFalse())
	g.Expect(report.Totals[conformance.Failed]).To(BeZero(), "no answer is no verdict")
	g.Expect(report.Totals[conformance.Errored]).To(BeNumerically("<", 20), "those that it hit")
	g.Expect(report.Totals[conformance.CouldNotRun]).To(BeNumerically(">", 500))
	g.Expect(seen.Load()).To(BeNumerically("<", 3000), "a target that is gone is not asked over and over")
}
