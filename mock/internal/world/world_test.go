package world_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sort"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

const org = "o"

func put(t testing.TB, s *world.Store, names ...string) {
	t.Helper()
	err := s.Update(func(tx *world.Tx) error {
		for _, name := range names {
			tx.PutDomain(&world.Domain{ID: name, Organization: org, Domain: name})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func names(w *world.World) (list []string) {
	w.Domains(org).All(func(d *world.Domain) bool {
		list = append(list, d.Domain)
		return true
	})
	return list
}

func TestSnapshotsDoNotChange(t *testing.T) {
	g := NewWithT(t)
	s := world.NewStore(world.Empty())
	put(t, s, "b", "a")
	before := s.View()
	put(t, s, "c")
	g.Expect(names(before)).To(Equal([]string{"a", "b"}))
	g.Expect(names(s.View())).To(Equal([]string{"a", "b", "c"}))
	g.Expect(s.View().Version).To(Equal(before.Version + 1))
}

func TestTransactionsAreWhole(t *testing.T) {
	g := NewWithT(t)
	s := world.NewStore(world.Empty())
	put(t, s, "a")
	refused := errors.New("refused")
	err := s.Update(func(tx *world.Tx) error {
		tx.PutDomain(&world.Domain{ID: "b", Organization: org, Domain: "b"})
		d, _ := tx.Domain(org, "a")
		tx.DeleteDomain(d)
		g.Expect(names(&tx.World)).To(Equal([]string{"b"}), "the writer sees its own changes")
		return refused
	})
	g.Expect(err).To(MatchError(refused))
	g.Expect(names(s.View())).To(Equal([]string{"a"}))
	g.Expect(func() {
		_ = s.Update(func(tx *world.Tx) error {
			tx.PutDomain(&world.Domain{ID: "c", Organization: org, Domain: "c"})
			panic("crash")
		})
	}).To(Panic())
	put(t, s, "d") // the store goes on
	g.Expect(names(s.View())).To(Equal([]string{"a", "d"}))
}

func TestStoresThatGrowFromOneWorld(t *testing.T) {
	g := NewWithT(t)
	origin := world.NewStore(world.Empty())
	put(t, origin, "shared")
	var wait sync.WaitGroup
	forks := make([]*world.Store, 8)
	for i := range forks {
		forks[i] = world.NewStore(origin.View())
		wait.Go(func() {
			for j := range 50 {
				put(t, forks[i], fmt.Sprintf("fork-%d-%d", i, j))
				_ = names(origin.View())
			}
		})
	}
	wait.Wait()
	for _, fork := range forks {
		g.Expect(names(fork.View())).To(HaveLen(51))
	}
	g.Expect(names(origin.View())).To(Equal([]string{"shared"}))
}

func TestIndexesFollowARow(t *testing.T) {
	g := NewWithT(t)
	s := world.NewStore(world.Empty())
	put(t, s, "old")
	err := s.Update(func(tx *world.Tx) error {
		tx.PutDomain(&world.Domain{ID: "old", Organization: org, Domain: "new", Config: "c"})
		return nil
	})
	g.Expect(err).NotTo(HaveOccurred())
	_, there := s.View().DomainByName("old")
	g.Expect(there).To(BeFalse())
	found, there := s.View().DomainByName("new")
	g.Expect(there).To(BeTrue())
	g.Expect(s.View().DomainsOf("c")).To(ConsistOf(found))
	g.Expect(names(s.View())).To(Equal([]string{"new"}))
	_, there = s.View().Domain("another", "old")
	g.Expect(there).To(BeFalse(), "rows of other organizations are not there")
}

func TestInvitesNewestFirst(t *testing.T) {
	g := NewWithT(t)
	s := world.NewStore(world.Empty())
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	err := s.Update(func(tx *world.Tx) error {
		for i := range 3 {
			tx.PutInvite(&world.Invite{ID: fmt.Sprint(i), Organization: org, TargetEmail: "a@example.com", CreatedAt: start.Add(time.Duration(i) * time.Hour)})
		}
		tx.PutInvite(&world.Invite{ID: "x", Organization: org, TargetEmail: "b@example.com", CreatedAt: start})
		return nil
	})
	g.Expect(err).NotTo(HaveOccurred())
	var ids []string
	for _, i := range s.View().InvitesTo(org, "a@example.com") {
		ids = append(ids, i.ID)
	}
	g.Expect(ids).To(Equal([]string{"2", "1", "0"}))
	g.Expect(s.View().Invites(org).Len()).To(Equal(4))
}

// TestPages compares pages with those of a plain slice, under random changes.
func TestPages(t *testing.T) {
	g := NewWithT(t)
	random := rand.New(rand.NewPCG(1, 2))
	s := world.NewStore(world.Empty())
	model := map[string]bool{}
	for range 300 {
		name := fmt.Sprintf("n%03d", random.IntN(200))
		if random.IntN(3) > 0 {
			put(t, s, name)
			model[name] = true
		} else if d, ok := s.View().Domain(org, name); ok {
			g.Expect(s.Update(func(tx *world.Tx) error { tx.DeleteDomain(d); return nil })).To(Succeed())
			delete(model, name)
		}
		offset, limit := random.IntN(220), random.IntN(30)
		var got []string
		for _, d := range s.View().Domains(org).Page(offset, limit) {
			got = append(got, d.Domain)
		}
		g.Expect(got).To(Equal(slice(model, offset, limit)))
	}
}

func slice(model map[string]bool, offset, limit int) []string {
	var all []string
	for name := range model {
		all = append(all, name)
	}
	sort.Strings(all)
	if offset >= len(all) || limit == 0 {
		return nil
	}
	return all[offset:min(offset+limit, len(all))]
}

func BenchmarkForkAndWrite(b *testing.B) {
	for _, size := range []int{100, 100_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			origin := world.NewStore(world.Empty())
			_ = origin.Update(func(tx *world.Tx) error {
				for i := range size {
					name := fmt.Sprintf("n%07d", i)
					tx.PutDomain(&world.Domain{ID: name, Organization: org, Domain: name})
				}
				return nil
			})
			b.ReportAllocs()
			for b.Loop() {
				put(b, world.NewStore(origin.View()), "new")
			}
		})
	}
}
