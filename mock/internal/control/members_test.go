package control_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestControlPlaneMakesMembers(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	home := f.Known("organization.id")
	role := f.NewRole("Everybody")
	f.As("admin").Patch(mocktest.Org(home), `{"default_role_id": "`+role+`"}`).Status(200)
	p := f.NewMember("New@example.com", "hedgerow-works", "8")
	p.Get("/api/users/@me/").Status(200).Has("email", `"New@example.com"`).Has("organization.id", mocktest.Quote(home)).Has("first_name", `"Pat"`)
	p.Get(f.Org("roles", role)).Status(200).Has("members.0.user.uuid", mocktest.Quote(p.UUID)).Has("members.0.organization_member.level", "8")
	for _, tc := range []struct{ name, body string }{
		{"no address", `{}`},
		{"an unknown organization", `{"email": "x@example.com", "organization": "nowhere"}`},
		{"a level that there is not", `{"email": "x@example.com", "organization": "hedgerow-works", "level": 3}`},
		{"a member already", `{"email": "new@EXAMPLE.com", "organization": "hedgerow-works"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			f.Anonymous().Post("/_understudy/members", tc.body).Status(http.StatusBadRequest)
			f.Anonymous().Post("/_understudy/keys", `{"user": "x@example.com"}`).Status(http.StatusBadRequest)
		})
	}
	f.T = t
	f.As("admin").Get(mocktest.Org(home)).Has("member_count", "4")

	browser := f.With(mocktest.CookiesOf(f, mocktest.Person{Email: "New@example.com", UUID: p.UUID, Caller: p.Caller})...)
	invite := p.Post(f.Org("invites"), `{"target_email": "i@example.com"}`).Status(201).Get("id").String()
	f.Anonymous().Delete("/_understudy/members/new@example.com").Status(http.StatusNoContent)
	f.Anonymous().Delete("/_understudy/members/new@example.com").Status(http.StatusNotFound)
	p.Get("/api/users/@me/").Status(401)
	browser.Get("/api/users/@me/").Status(401)
	f.As("admin").Get(mocktest.Org(home)).Has("member_count", "3")
	f.As("admin").Get(f.Org("roles", role)).Has("members", "[]")
	g.Expect(f.As("admin").Get(f.Org("invites")).Get(`results.#(id=="` + invite + `").created_by`).Raw).To(Equal("null"))
}
