package world_test

import (
	"errors"
	"runtime"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// settler is a function that settles.
type settler func()

func (s settler) Settle(*world.World) { s() }

// No transaction sees a world without what belongs to it.
func TestNoTransactionComesBetween(t *testing.T) {
	store := world.NewStore(&world.World{})
	for name, hold := range map[string]func(along func()){
		"while a world is put in its place": func(along func()) { store.Reset(&world.World{}, along) },
		"while a transaction is settled": func(along func()) {
			store.OnSettle(settler(sync.OnceFunc(along)))
			_ = store.Update(func(*world.Tx) error { return errors.New("refused: it is settled all the same") })
		},
	} {
		t.Run(name, func(t *testing.T) {
			var order []string
			done := make(chan error)
			hold(func() {
				go func() {
					done <- store.Update(func(*world.Tx) error {
						order = append(order, "transaction")
						return nil
					})
				}()
				for range 100 {
					runtime.Gosched()
				}
				order = append(order, "held")
			})
			g := NewWithT(t)
			g.Expect(<-done).To(Succeed())
			g.Expect(order).To(Equal([]string{"held", "transaction"}))
		})
	}
}
