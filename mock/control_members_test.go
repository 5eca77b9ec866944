package mock_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"
)

func TestControlPlaneMakesMembers(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	home := f.known("organization.id")
	role := f.newRole("Everybody")
	f.as("admin").patch(in(home), `{"default_role_id": "`+role+`"}`).status(200)
	p := f.newMember("New@example.com", "hedgerow-works", "8")
	p.get("/api/users/@me/").status(200).has("email", `"New@example.com"`).has("organization.id", quote(home)).has("first_name", `"Pat"`)
	p.get(f.org("roles", role)).status(200).has("members.0.user.uuid", quote(p.uuid)).has("members.0.organization_member.level", "8")
	for _, tc := range []struct{ name, body string }{
		{"no address", `{}`},
		{"an unknown organization", `{"email": "x@example.com", "organization": "nowhere"}`},
		{"a level that there is not", `{"email": "x@example.com", "organization": "hedgerow-works", "level": 3}`},
		{"a member already", `{"email": "new@EXAMPLE.com", "organization": "hedgerow-works"}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			f.anonymous().post("/_understudy/members", tc.body).status(http.StatusBadRequest)
			f.anonymous().post("/_understudy/keys", `{"user": "x@example.com"}`).status(http.StatusBadRequest)
		})
	}
	f.t = t
	f.as("admin").get(in(home)).has("member_count", "4")

	browser := f.with(cookiesOf(f, person{email: "New@example.com", uuid: p.uuid, caller: p.caller})...)
	invite := p.post(f.org("invites"), `{"target_email": "i@example.com"}`).status(201).get("id").String()
	f.anonymous().delete("/_understudy/members/new@example.com").status(http.StatusNoContent)
	f.anonymous().delete("/_understudy/members/new@example.com").status(http.StatusNotFound)
	p.get("/api/users/@me/").status(401)
	browser.get("/api/users/@me/").status(401)
	f.as("admin").get(in(home)).has("member_count", "3")
	f.as("admin").get(f.org("roles", role)).has("members", "[]")
	g.Expect(f.as("admin").get(f.org("invites")).get(`results.#(id=="` + invite + `").created_by`).Raw).To(Equal("null"))
}
