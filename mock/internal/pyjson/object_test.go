package pyjson_test

import (
	"fmt"
	"slices"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

func TestObjectKeepsOrderAndPlaces(t *testing.T) {
	for _, size := range []int{1, 4, 15, 16, 17, 300} { // around where a map takes over
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			g := NewWithT(t)
			var object pyjson.Object
			var want []string
			for i := range size {
				key := fmt.Sprint("key", i)
				object.Set(key, int64(i))
				want = append(want, key)
			}
			object.Set(want[size/2], "again")

			g.Expect(object.Len()).To(Equal(size))
			g.Expect(slices.Collect(object.Keys())).To(Equal(want))
			for i, key := range want {
				value, ok := object.Get(key)
				g.Expect(ok).To(BeTrue())
				if i == size/2 {
					g.Expect(value).To(Equal("again"))
				} else {
					g.Expect(value).To(Equal(int64(i)))
				}
			}
			_, ok := object.Get("absent")
			g.Expect(ok).To(BeFalse())
		})
	}
}

func TestObjectIterationStopsEarly(t *testing.T) {
	g := NewWithT(t)
	var object pyjson.Object
	object.Set("a", nil)
	object.Set("b", true)
	for key, value := range object.All() {
		g.Expect(key).To(Equal("a"))
		g.Expect(value).To(BeNil())
		break
	}
	for key := range object.Keys() {
		g.Expect(key).To(Equal("a"))
		break
	}
}

func TestEmptyObject(t *testing.T) {
	g := NewWithT(t)
	var object pyjson.Object
	_, ok := object.Get("a")
	g.Expect(ok).To(BeFalse())
	g.Expect(object.Len()).To(BeZero())
	g.Expect(pyjson.Append(nil, &object)).To(BeEquivalentTo("{}"))
}
