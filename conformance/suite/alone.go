package suite

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// WithLoans has runs of this machine that name the same file change known things of a target one
// after another; "" is no file. Runs of other machines are kept apart by a lease in the target.
func WithLoans(file string) ClientOption {
	return func(c *Client) error {
		if file == "" {
			return nil
		}
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			return err
		}
		c.loans = flock.New(file, flock.SetPermissions(0o600))
		return nil
	}
}

// askForLoan is how often a run asks whether another is done with known things.
const askForLoan = 100 * time.Millisecond

// Alone has no other story of the run, and no other run, change known things until this one
// ends, as one needs that changes them or says that they stay as they are.
func (s *S) Alone() {
	if s.alone {
		return
	}
	s.alone = true
	s.client.borrowed.Lock()
	s.client.loanMoves.Add(1)
	s.Cleanup("loan", func(*S) *Response {
		s.client.loanMoves.Add(1)
		s.client.borrowed.Unlock()
		return nil
	})
	s.lockLoans()
	s.leaseKnownThings()
}

// lentMoved reports whether another story of the run had known things while this one looked at
// some of them. What it saw shows nothing then, and it is told again alone. So whoever only reads
// waits for nobody.
func (s *S) lentMoved() bool {
	lentThroughout := s.loansSeen%2 == 1
	if s.alone || (!lentThroughout && s.client.loanMoves.Load() == s.loansSeen) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.exchanges, func(e *Exchange) bool {
		return s.namesLent(e.URL) || s.namesLent(string(e.ResponseBody))
	})
}

// namesLent reports whether a text names a known thing that stories change and give back.
func (s *S) namesLent(text string) bool {
	known := s.Target().Known
	ids := []string{known.Integrations.Connectable, known.Integrations.Disposable, known.Integrations.DisposableConnectable}
	if known.VerifiedDomain != nil {
		ids = append(ids, known.VerifiedDomain.ID)
	}
	return slices.ContainsFunc(ids, func(id string) bool { return id != "" && strings.Contains(text, id) })
}

// lockLoans waits for other runs of this machine.
func (s *S) lockLoans() {
	loans := s.client.loans
	if loans == nil {
		return
	}
	if mine, err := loans.TryLock(); err == nil && !mine {
		s.client.notify("another run changes known things of the target; waiting for it")
	}
	if mine, err := loans.TryLockContext(s.ctx, askForLoan); !mine {
		s.giveUp(fmt.Sprintf("another run changes known things of the target: %v", err))
	}
	s.Cleanup("loan of this machine", func(*S) *Response {
		_ = loans.Unlock() // it goes with the process at the latest
		return nil
	})
}
