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
		for _, p := range []world.ProvisionedUser{
			{Provisioner: "a", User: 1, UserName: "Ada"}, {Provisioner: "a", User: 2, UserName: "Bob"}, {Provisioner: "a", User: 2, UserName: "ADA"}, {Provisioner: "a", User: 3, UserName: "ada"}, {Provisioner: "b", User: 1, UserName: "ada"}, {Provisioner: "a", User: 4, UserName: "adam"},
		} {
			tx.PutProvisioned(&p)
		}
		tx.DeleteProvisioned(&world.ProvisionedUser{Provisioner: "a", User: 3})
		tx.DeleteProvisioned(&world.ProvisionedUser{Provisioner: "b", User: 9})
		return nil
	})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(s.View().Provisioned("a").Len()).To(Equal(3))
	for _, known := range []struct {
		provisioner string
		user        int
		name        string
	}{{"a", 1, "Ada"}, {"a", 2, "ADA"}, {"b", 1, "ada"}, {"a", 3, ""}, {"b", 2, ""}} {
		record, ok := s.View().ProvisionedUser(known.provisioner, known.user)
		g.Expect(ok).To(Equal(known.name != ""), "%v", known)
		if ok {
			g.Expect(record.UserName).To(Equal(known.name))
		}
	}
	named := func(provisioner, name string) (users []int) {
		for _, p := range s.View().ProvisionedAs(provisioner, name) {
			users = append(users, p.User)
		}
		return users
	}
	g.Expect(named("a", "aDa")).To(Equal([]int{1, 2}), "the index follows a change of the name")
	g.Expect(named("a", "bob")).To(BeEmpty())
	g.Expect(named("a", "ad")).To(BeEmpty())
	g.Expect(named("b", "ADA")).To(Equal([]int{1}))

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
			tx.PutSCIMLog(&world.SCIMLog{ID: fmt.Sprint("a", i), Provisioner: "a", CreatedAt: start.Add(time.Duration(i) * time.Hour)})
		}
		tx.PutSCIMLog(&world.SCIMLog{ID: "b", Provisioner: "b", CreatedAt: start})
		return nil
	})
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(trim(start, 6)).To(Equal([]string{"a5", "a4", "a3", "a2", "a1", "a0"}))
	g.Expect(trim(start.Add(2*time.Hour), 6)).To(Equal([]string{"a5", "a4", "a3", "a2"}))
	g.Expect(trim(start, 2)).To(Equal([]string{"a5", "a4"}))
	g.Expect(trim(start.Add(24*time.Hour), 2)).To(BeEmpty())
	g.Expect(s.View().SCIMLogs("b").Len()).To(Equal(1))
}
