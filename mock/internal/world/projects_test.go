package world_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

func TestGrants(t *testing.T) {
	g := NewWithT(t)
	before := &world.Project{ID: 1, Grants: []world.Grant{{User: 1, Level: world.AccessAdmin}}}
	after := before.WithGrant(1, world.AccessNone).WithGrant(2, world.AccessMember)
	g.Expect(before.Grants).To(HaveLen(1), "a row is never changed")
	g.Expect(after.Grants).To(ConsistOf(world.Grant{User: 1, Level: world.AccessNone}, world.Grant{User: 2, Level: world.AccessMember}))
	_, granted := after.WithGrant(1, "").Grant(1)
	g.Expect(granted).To(BeFalse())
}

func TestProjectNumbersAreNotUsedAgain(t *testing.T) {
	g := NewWithT(t)
	s := world.NewStore(world.Empty())
	g.Expect(s.Update(func(tx *world.Tx) error {
		g.Expect(tx.NextProjectID()).To(Equal(1))
		p := &world.Project{ID: 7, Organization: org}
		tx.PutProject(p)
		tx.DeleteProject(p)
		g.Expect(tx.NextProjectID()).To(Equal(8))
		return nil
	})).To(Succeed())
	g.Expect(s.Update(func(tx *world.Tx) error {
		g.Expect(tx.NextProjectID()).To(Equal(8))
		return nil
	})).To(Succeed())
}

func TestGrantsEndWithTheMembership(t *testing.T) {
	g := NewWithT(t)
	s := world.NewStore(world.Empty())
	g.Expect(s.Update(func(tx *world.Tx) error {
		m := &world.Membership{ID: "m", User: 1, Organization: org}
		tx.PutMembership(m)
		for id := range 5 {
			tx.PutProject(&world.Project{ID: id + 1, Organization: org, Grants: []world.Grant{{User: 1, Level: world.AccessAdmin}, {User: 2, Level: world.AccessMember}}})
		}
		tx.DeleteMembership(m)
		return nil
	})).To(Succeed())
	s.View().Projects(org).All(func(p *world.Project) bool {
		g.Expect(p.Grants).To(Equal([]world.Grant{{User: 2, Level: world.AccessMember}}))
		return true
	})
}
