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
		g.Expect(tx.Attempt(func(inner *world.Tx) error {
			inner.PutDomain(domain("c"))
			inner.DeleteDomain(domain("a"))
			g.Expect(names(&inner.World)).To(Equal([]string{"b", "c"}))
			return refused
		})).To(MatchError(refused))
		g.Expect(names(&tx.World)).To(Equal([]string{"a", "b"}))
		g.Expect(tx.Attempt(func(inner *world.Tx) error {
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
		tx.PutProvisioned(&world.ProvisionedUser{Domain: "a", User: 1, Username: "Ada"})
		tx.PutProvisioned(&world.ProvisionedUser{Domain: "a", User: 2, Username: "ada"})
		tx.PutProvisioned(&world.ProvisionedUser{Domain: "a", User: 3, Username: "adam"})
		tx.PutProvisioned(&world.ProvisionedUser{Domain: "b", User: 1, Username: "ada"})
		tx.PutProvisioned(&world.ProvisionedUser{Domain: "a", User: 2, Username: "grace"})
		return nil
	})
	g.Expect(err).NotTo(HaveOccurred())
	as := func(name string) (users []int) {
		for _, p := range s.View().ProvisionedAs("a", name) {
			users = append(users, p.User)
		}
		return users
	}
	g.Expect(as("ADA")).To(Equal([]int{1}))
	g.Expect(as("grace")).To(Equal([]int{2}))
	g.Expect(as("ad")).To(BeEmpty())

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
