package world_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// A row may be rendered before it is stored or after: a copy of a stored row that was
// changed has its JSON from nobody, and leaves none to the stored row.
func TestJSONCacheIsOfOneRow(t *testing.T) {
	g := NewWithT(t)
	store := world.NewStore(world.Empty())
	g.Expect(store.Update(func(tx *world.Tx) error {
		stored := &world.Domain{ID: "d", Organization: "o", Domain: "a.example"}
		tx.PutDomain(stored)
		stored.Cache.Put(stored, "site", []byte("stored"))
		copied := *stored
		copied.JITProvisioningEnabled = true
		_, cached := copied.Cache.Get(&copied, "site")
		g.Expect(cached).To(BeFalse())
		copied.Cache.Put(&copied, "site", []byte("copied"))
		json, cached := stored.Cache.Get(stored, "site")
		g.Expect(cached).To(BeTrue())
		g.Expect(string(json)).To(Equal("stored"))
		tx.PutDomain(&copied)
		_, cached = copied.Cache.Get(&copied, "site")
		g.Expect(cached).To(BeFalse())
		return nil
	})).To(Succeed())
}
