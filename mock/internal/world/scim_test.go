package world_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// An attempt that fails leaves no trace, whatever was changed before it and is
// changed after it.
func TestAttempts(t *testing.T) {
	g := NewWithT(t)
	s := world.NewStore(world.Empty())
	put(t, s, "a")
	refused := errors.New("refused")
	domain := func(name string) *world.Domain { return &world.Domain{ID: name, Organization: org, Domain: name} }
	err := s.Update(func(tx *world.Tx) error {
		tx.PutDomain(domain("b"))
		g.Expect(tx.Savepoint(func(inner *world.Tx) error {
			inner.PutDomain(domain("c"))
			inner.DeleteDomain(domain("a"))
			g.Expect(names(&inner.World)).To(Equal([]string{"b", "c"}))
			return refused
		})).To(MatchError(refused))
		g.Expect(names(&tx.World)).To(Equal([]string{"a", "b"}))
		g.Expect(tx.Savepoint(func(inner *world.Tx) error {
			inner.PutDomain(domain("d"))
			return nil
		})).To(Succeed())
		tx.PutDomain(domain("e"))
		return nil
	})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(names(s.View())).To(Equal([]string{"a", "b", "d", "e"}))
}

func TestProvisionedUsers(t *testing.T) {
	g := NewWithT(t)
	s := world.NewStore(world.Empty())
	put(t, s, "a", "b")
	err := s.Update(func(tx *world.Tx) error {
		for _, p := range []world.ProvisionedUser{{"a", 1}, {"a", 2}, {"a", 2}, {"a", 3}, {"b", 1}} {
			tx.PutProvisioned(&p)
		}
		tx.DeleteProvisioned(&world.ProvisionedUser{Domain: "a", User: 3})
		tx.DeleteProvisioned(&world.ProvisionedUser{Domain: "b", User: 9})
		return nil
	})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s.View().Provisioned("a").Len()).To(Equal(2))
	g.Expect(s.View().IsProvisioned("a", 2)).To(BeTrue())
	g.Expect(s.View().IsProvisioned("a", 3)).To(BeFalse())
	g.Expect(s.View().IsProvisioned("b", 2)).To(BeFalse())

	err = s.Update(func(tx *world.Tx) error {
		tx.DeleteDomain(&world.Domain{ID: "a"})
		return nil
	})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s.View().Provisioned("a").Len()).To(BeZero(), "they go with their domain")
	g.Expect(s.View().Provisioned("b").Len()).To(Equal(1))
}

func TestLogsAreTrimmed(t *testing.T) {
	g := NewWithT(t)
	s := world.NewStore(world.Empty())
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	trim := func(before time.Time, keep int) (ids []string) {
		err := s.Update(func(tx *world.Tx) error { tx.TrimSCIMLogs("a", before, keep); return nil })
		g.Expect(err).NotTo(HaveOccurred())
		s.View().SCIMLogs("a").All(func(l *world.SCIMLog) bool { ids = append(ids, l.ID); return true })
		return ids
	}
	err := s.Update(func(tx *world.Tx) error {
		for i := range 6 {
			tx.PutSCIMLog(&world.SCIMLog{ID: fmt.Sprint("a", i), Domain: "a", CreatedAt: start.Add(time.Duration(i) * time.Hour)})
		}
		tx.PutSCIMLog(&world.SCIMLog{ID: "b", Domain: "b", CreatedAt: start})
		return nil
	})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(trim(start, 6)).To(Equal([]string{"a5", "a4", "a3", "a2", "a1", "a0"}))
	g.Expect(trim(start.Add(2*time.Hour), 6)).To(Equal([]string{"a5", "a4", "a3", "a2"}))
	g.Expect(trim(start, 2)).To(Equal([]string{"a5", "a4"}))
	g.Expect(trim(start.Add(24*time.Hour), 2)).To(BeEmpty())
	g.Expect(s.View().SCIMLogs("b").Len()).To(Equal(1))
}
