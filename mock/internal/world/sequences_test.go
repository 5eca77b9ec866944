package world_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

func TestNumbersAreGivenOnce(t *testing.T) {
	g := NewWithT(t)
	w := after(world.Empty(), func(tx *world.Tx) {
		g.Expect([]int{tx.NextUserID(), tx.NextProjectID()}).To(Equal([]int{1, 1}))
		tx.PutUser(&world.User{ID: 3, Email: "three"})
		tx.PutUser(&world.User{ID: 2, Email: "two"})
		tx.PutProject(&world.Project{ID: 5})
	})
	w = after(w, func(tx *world.Tx) {
		user, _ := tx.User(3)
		tx.DeleteUser(user)
		project, _ := tx.Project(5)
		tx.DeleteProject(project)
		g.Expect([]int{tx.NextUserID(), tx.NextProjectID()}).To(Equal([]int{4, 6}))
	})
	g.Expect([]int{w.LastUserID(), w.LastProjectID()}).To(Equal([]int{3, 5}))
	w = after(w, func(tx *world.Tx) { tx.AdvanceSequences(7, 4) })
	g.Expect([]int{w.LastUserID(), w.LastProjectID()}).To(Equal([]int{7, 5}), "what was spent stays spent")
}
