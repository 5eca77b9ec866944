package fault_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// A waiting call ends with the caller: before the operation, after it, and in
// the middle of an answer.
func TestWaitsEndWithTheCaller(t *testing.T) {
	for _, c := range []struct {
		name    string
		fault   fault.Fault
		changes int
	}{
		{"before the operation", fault.Fault{Latency: fault.Fixed(time.Hour)}, 0},
		{"before a refusal", fault.Fault{Latency: fault.Fixed(time.Hour), Status: 503}, 0},
		{"before the answer", fault.Fault{Phase: fault.After, Latency: fault.Fixed(time.Hour)}, 1},
		{"before a loss", fault.Fault{Phase: fault.Lost, Latency: fault.Fixed(time.Hour)}, 1},
		{"in the answer", fault.Fault{Phase: fault.Drip, Over: fault.Duration(time.Hour)}, 1},
	} {
		for _, wire := range wires {
			t.Run(c.name+"/"+wire.name, func(t *testing.T) {
				leakless(t)
				g := NewWithT(t)
				s := newServer()
				asleep := make(chan struct{}, 1)
				s.sleep = func(ctx context.Context, d time.Duration) error {
					asleep <- struct{}{}
					return fault.Wait(ctx, d)
				}
				g.Expect(s.Add(c.fault)).Error().NotTo(HaveOccurred())
				server := wire.listen(s)
				defer server.Close()

				ctx, hangUp := context.WithCancel(t.Context())
				go func() {
					<-asleep
					hangUp()
				}()
				request, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL, nil)
				g.Expect(err).NotTo(HaveOccurred())
				response, err := server.Client().Do(request)
				if err == nil { // the answer has begun
					_, err = io.ReadAll(response.Body)
					_ = response.Body.Close()
				}
				g.Expect(err).To(MatchError(context.Canceled))
				g.Eventually(s.ended.Load).WithTimeout(10 * time.Second).Should(BeEquivalentTo(1))
				g.Expect(s.changes.Load()).To(BeEquivalentTo(c.changes))
			})
		}
	}
}

// Each piece of a dripping body reaches the caller before the next one is sent.
func TestDripComesInPieces(t *testing.T) {
	for _, wire := range wires {
		t.Run(wire.name, func(t *testing.T) {
			leakless(t)
			g := NewWithT(t)
			s := newServer()
			next := make(chan struct{})
			s.sleep = func(ctx context.Context, _ time.Duration) error {
				select {
				case <-next:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			g.Expect(s.Add(fault.Fault{Phase: fault.Drip})).Error().NotTo(HaveOccurred())
			server := wire.listen(s)
			defer server.Close()
			go func() { next <- struct{}{} }()
			response, err := server.Client().Get(server.URL)
			g.Expect(err).NotTo(HaveOccurred())
			defer func() { _ = response.Body.Close() }()
			var pieces []string
			buffer := make([]byte, len(whole))
			for len(pieces) < 11 {
				n, err := response.Body.Read(buffer)
				if n > 0 {
					pieces = append(pieces, string(buffer[:n]))
				}
				if errors.Is(err, io.EOF) {
					break
				}
				g.Expect(err).NotTo(HaveOccurred())
				if len(pieces) < 10 {
					next <- struct{}{}
				}
			}
			g.Expect(pieces).To(HaveLen(10))
			g.Expect(pieces[:3]).To(Equal([]string{whole[:3], whole[3:7], whole[7:10]}))
		})
	}
}

func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewWithT(t)
		start := time.Now()
		g.Expect(fault.Wait(t.Context(), time.Hour)).To(Succeed())
		g.Expect(time.Since(start)).To(Equal(time.Hour))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		g.Expect(fault.Wait(ctx, time.Hour)).To(MatchError(context.DeadlineExceeded))
		g.Expect(time.Since(start)).To(Equal(time.Hour + time.Minute))
	})
}
