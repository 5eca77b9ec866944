package mock_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gleak"
	"github.com/onsi/gomega/types"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// roundTrip calls a fake in this program with the administrator's key.
func roundTrip(ctx context.Context, t *testing.T, f *mocktest.Fake, method, path, body string) (*http.Response, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, method, "https://anywhere.example"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+f.Known("credentials.admin.personal_api_key"))
	request.Header.Set("Content-Type", "application/json")
	return f.Transport().RoundTrip(request)
}

// TestTransport: a client in the same program sees what one over the network sees,
// broken answers too.
func TestTransport(t *testing.T) {
	for _, tc := range []struct {
		name    string
		fault   mock.Fault
		status  int // 0 for an error of the request
		read    types.GomegaMatcher
		written bool
	}{
		{"an answer", mock.Fault{Operation: "roles_list", Status: 500}, 201, Succeed(), true},
		{"before", mock.Fault{Status: 503}, 503, Succeed(), false},
		{"reset", mock.Fault{Phase: mock.FaultReset}, 0, nil, false},
		{"lost", mock.Fault{Phase: mock.FaultLost}, 0, nil, true},
		{"partial", mock.Fault{Phase: mock.FaultPartial}, 201, MatchError(io.ErrUnexpectedEOF), true},
		{"malformed", mock.Fault{Phase: mock.FaultMalformed}, 201, Succeed(), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before := gleak.Goroutines()
			g := NewWithT(t)
			f := mocktest.New(t)
			g.Expect(f.Fault(tc.fault)).To(Succeed())
			response, err := roundTrip(t.Context(), t, f, "POST", f.Org("invites"), `{"target_email": "in-process@example.com"}`)
			if tc.status == 0 {
				g.Expect(err).To(MatchError(io.ErrUnexpectedEOF))
			} else {
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(response.StatusCode).To(Equal(tc.status))
				_, err = io.ReadAll(response.Body)
				g.Expect(err).To(tc.read)
				g.Expect(response.Body.Close()).To(Succeed())
			}
			g.Expect(len(f.Outbox()) == 1).To(Equal(tc.written))
			g.Eventually(gleak.Goroutines).WithTimeout(10 * time.Second).ShouldNot(gleak.HaveLeaked(before))
		})
	}
}

// The end of an answer is not mistaken for the end of the caller's patience.
func TestTransportAnswersAlways(t *testing.T) {
	f := mocktest.New(t)
	g := NewWithT(t)
	for range 2000 {
		response, err := roundTrip(t.Context(), t, f, "GET", "/_understudy/health", "")
		g.Expect(err).NotTo(HaveOccurred())
		_, err = io.ReadAll(response.Body)
		g.Expect(err).NotTo(HaveOccurred())
	}
}

func TestTransportOfCallersWhoGoAway(t *testing.T) {
	before := gleak.Goroutines()
	g := NewWithT(t)
	ctx, leave := context.WithCancel(t.Context())
	f := mocktest.New(t, mock.WithSleep(func(ctx context.Context, _ time.Duration) error {
		leave()
		<-ctx.Done()
		return ctx.Err()
	}))
	g.Expect(f.Fault(mock.Fault{Latency: mock.FixedLatency(time.Hour)})).To(Succeed())
	_, err := roundTrip(ctx, t, f, "POST", f.Org("invites"), `{"target_email": "gone@example.com"}`)
	g.Expect(err).To(MatchError(context.Canceled))
	g.Expect(f.Outbox()).To(BeEmpty())
	g.Eventually(gleak.Goroutines).WithTimeout(10 * time.Second).ShouldNot(gleak.HaveLeaked(before))
}
