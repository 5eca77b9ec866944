package sandbox_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestReset(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	before := string(f.As("admin").Get(f.Org("domains")).Body)
	first := f.NewDomain("reset.example.com")
	admin := f.Session("admin")
	f.Anonymous().Post("/_understudy/reset", "").Status(204)
	admin.Get(f.Org("domains")).Status(401)
	f.With("Cookie", f.Known("credentials.admin.session.cookie")).Get(f.Org("domains")).Status(200)
	g.Expect(string(f.As("admin").Get(f.Org("domains")).Body)).To(Equal(before))
	g.Expect(f.NewDomain("reset.example.com")).To(Equal(first), "identifiers start again")
}

// TestGoingBackIsWhole: of a reset and a restoration at once, one is last. State and
// clock are of the same.
func TestGoingBackIsWhole(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	f.As("admin").Post(f.Org("domains"), `{"domain": "late.example.com"}`).Status(201)
	f.Advance(time.Hour)
	g.Expect(f.Snapshot("late")).To(Succeed())
	for range 200 {
		var busy sync.WaitGroup
		busy.Go(f.Reset)
		busy.Go(func() { _ = f.Restore("late") })
		busy.Wait()
		g.Expect(strings.Contains(f.As("admin").Domains(""), "late")).To(Equal(f.Now().After(mocktest.Epoch)))
	}
}

// TestResetUnderLoad: whoever looks sees the start or what came after, never a mixture.
func TestResetUnderLoad(t *testing.T) {
	f := mocktest.New(t)
	whole := f.As("admin").Get(f.Org("domains")).Status(200).Get("count").Int()
	var torn atomic.Int64
	var busy sync.WaitGroup
	for worker := range 4 {
		busy.Go(func() {
			for i := range 50 {
				made := f.As("admin").Post(f.Org("domains"), fmt.Sprintf(`{"domain": "w%d-%d.example.com"}`, worker, i))
				list := f.As("admin").Get(f.Org("domains") + "?limit=1000")
				if made.Code != 201 || list.Code != 200 || list.Get("count").Int() < whole {
					torn.Add(1)
				}
			}
		})
	}
	for range 50 {
		f.Anonymous().Post("/_understudy/reset", "").Status(204)
	}
	busy.Wait()
	f.Reset()
	g := NewWithT(t)
	g.Expect(torn.Load()).To(BeZero())
	g.Expect(f.As("admin").Get(f.Org("domains")).Get("count").Int()).To(Equal(whole))
}
