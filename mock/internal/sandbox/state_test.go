package sandbox_test

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/ratelimit"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// The state before a read is the state after some write, whole: rows and the position of
// identifiers belong together. Beside writes, a read once recorded the rows before one
// with the identifiers after it, and a rewind to the read gave other identifiers.
func TestStateBeforeAReadIsWholeBesideWrites(t *testing.T) {
	const writers, readers, each = 4, 4, 40
	g := NewWithT(t)
	server, err := mock.New(mock.WithJournal(2 * writers * readers * each))
	g.Expect(err).NotTo(HaveOccurred())
	key, err := server.Key()
	g.Expect(err).NotTo(HaveOccurred())
	client := &http.Client{Transport: server.Transport()}
	call := func(method, body string, want int) error {
		request, err := http.NewRequestWithContext(t.Context(), method, "http://fake/api/organizations/@current/invites/", strings.NewReader(body))
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "Bearer "+key)
		request.Header.Set("Content-Type", "application/json")
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		defer func() { _ = response.Body.Close() }()
		if response.StatusCode != want {
			return fmt.Errorf("%s answers %d", method, response.StatusCode)
		}
		return nil
	}

	var done sync.WaitGroup
	failed := make(chan error, writers+readers)
	for n := range writers {
		done.Go(func() {
			for i := range each {
				if err := call(http.MethodPost, fmt.Sprintf(`{"target_email": "a%d-%d@example.com"}`, n, i), http.StatusCreated); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	for range readers {
		done.Go(func() {
			for range each {
				if err := call(http.MethodGet, "", http.StatusOK); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	done.Wait()
	close(failed)
	g.Expect(<-failed).NotTo(HaveOccurred())

	identifiers := map[string]string{} // where they stood, by the rows
	for _, request := range server.Requests() {
		if request.Method != http.MethodGet {
			continue
		}
		g.Expect(server.Rewind(int(request.Number))).To(Succeed())
		w, err := server.Export()
		g.Expect(err).NotTo(HaveOccurred())
		position := w.State.Identifiers
		w.State.Identifiers = ""
		var rows bytes.Buffer
		g.Expect(fixtures.WriteJSON(&rows, w)).To(Succeed())
		if known, met := identifiers[rows.String()]; met {
			g.Expect(position).To(Equal(known), "before request %d", request.Number)
		}
		identifiers[rows.String()] = position
	}
}

// Whatever a transaction has done so far, the state is the one before it; afterwards it is
// the one after it, also where the transaction was given up and only identifiers are gone.
func TestStateIsThatOfTheLatestTransaction(t *testing.T) {
	g := NewWithT(t)
	registry, err := sandbox.New(sandbox.Config{Clock: mock.ClockFunc(func() time.Time { return time.Unix(0, 0) }), RateLimits: ratelimit.NewSetting("", ratelimit.Limits{})})
	g.Expect(err).NotTo(HaveOccurred())
	s := registry.Default()
	for _, outcome := range []error{nil, errors.New("given up")} {
		before := s.State()
		g.Expect(s.Store.Update(func(tx *world.Tx) error {
			tx.PutOrganization(&world.Organization{ID: s.IDs.UUID(s.Now())})
			g.Expect(s.State()).To(BeIdenticalTo(before))
			return outcome
		})).To(Or(BeNil(), MatchError(outcome)))
		after := s.State()
		g.Expect(*after).NotTo(Equal(*before))
		g.Expect(after.World == before.World).To(Equal(outcome != nil))
		g.Expect(s.State()).To(BeIdenticalTo(after), "nothing has happened since")
	}
}
