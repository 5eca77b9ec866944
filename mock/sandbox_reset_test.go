package mock_test

import (
	"testing"

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
