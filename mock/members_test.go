package mock_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

const (
	ownLevel     = "You can't change your own access level."
	ownersOnly   = "You can only make another member owner if you're this organization's owner."
	adminsOnly   = "You can only edit others if you are an admin."
	higherMember = "You can only edit others with level lower or equal to you."
	ownerLeaves  = "Cannot leave the organization as its owner!"
	notRecent    = "This action requires you to be recently authenticated."
)

// person is somebody made through the control plane, calling with a key.
type person struct {
	*caller
	email, uuid string
}

// newMember makes a member of an organization; "" is none.
func (f *fake) newMember(email, organization string, level string) person {
	f.t.Helper()
	made := f.anonymous().post("/_understudy/members", `{"email": "`+email+`", "organization": "`+organization+`", "level": `+level+`,
		"first_name": "Pat", "last_name": "Person", "password": "secret of `+email+`"}`).status(http.StatusCreated)
	key := f.anonymous().post("/_understudy/keys", `{"user": "`+email+`"}`).status(http.StatusCreated).get("value").String()
	return person{f.with("Authorization", "Bearer "+key), email, made.get("uuid").String()}
}

// uuidOf is the UUID of the user of a role.
func (f *fake) uuidOf(role string) string {
	f.t.Helper()
	return f.as(role).get("/api/users/@me/").status(200).get("uuid").String()
}

// in is a path within an organization.
func in(organization string, parts ...string) string {
	return "/api/organizations/" + organization + "/" + strings.Join(append(parts, ""), "/")
}

// memberOf shows a member in the profile's organization, by address.
func (f *fake) memberOf(email string) *answer {
	f.t.Helper()
	return f.as("admin").get(f.org("members") + "?email=" + url.QueryEscape(email)).status(200)
}

func TestMemberForm(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	email := f.known("credentials.member.email")
	shown := f.memberOf(email).has("count", "1").has("results.0.level", "1").has("results.0.joined_at", `"2024-02-01T09:00:00Z"`).
		has("results.0.last_login", "null").has("results.0.is_2fa_enabled", "false").has("results.0.has_social_auth", "false")
	g.Expect(shown.keys("results.0")).To(Equal(strings.Fields("id user level joined_at updated_at is_2fa_enabled has_social_auth last_login")))
	g.Expect(shown.keys("results.0.user")).To(Equal(strings.Fields(`id uuid distinct_id first_name last_name email
		is_email_verified hedgehog_config role_at_organization`)))

	f.Advance(time.Hour)
	f.anonymous().post("/api/login/", `{"email": "`+email+`", "password": "`+f.known("credentials.member.password")+`"}`).status(200)
	f.Advance(time.Hour)
	f.memberOf(email).has("results.0.last_login", `"2026-03-01T13:00:00Z"`)
	f.anonymous().post("/api/login/", `{"email": "`+email+`", "password": "wrong"}`).status(400)
	f.memberOf(email).has("results.0.last_login", `"2026-03-01T13:00:00Z"`)
}

func TestMemberFilters(t *testing.T) {
	f := newFake(t)
	admin, owner, member := "admin@hedgerow.example", "owner@hedgerow.example", "member@hedgerow.example"
	for _, tc := range []struct {
		name, query string
		want        []string
	}{
		{"nothing", "", []string{member, admin, owner}},
		{"newest first", "?order=-joined_at", []string{member, admin, owner}},
		{"oldest first", "?order=joined_at", []string{owner, admin, member}},
		{"another order", "?order=level", []string{member, admin, owner}},
		{"an address", "?email=" + owner, []string{owner}},
		{"an address in another case", "?email=Owner@hedgerow.example", nil},
		{"an empty address", "?email=", nil},
		{"changed later", "?updated_after=2024-01-15T09:00:00Z", []string{member, admin}},
		{"changed later, elsewhere", "?updated_after=2024-01-16T11:00:00%2B02:00", []string{member}},
		{"changed on a day", "?updated_after=2024-01-16", []string{member, admin}},
		{"a name", "?search=mia", []string{member}},
		{"the beginning of a name", "?search=ad", []string{admin}},
		{"a typing error", "?search=ovner", []string{owner}},
		{"white space", "?search=%20%20", []string{member, admin, owner}},
		{"nobody", "?search=zzzz", nil},
		{"all at once", "?search=hedgerow&order=joined_at&email=" + admin + "&updated_after=2024-01-01", []string{admin}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			g := NewWithT(t)
			page := f.as("member").get(f.org("members") + tc.query).status(200)
			var got []string
			for _, email := range page.get("results.#.user.email").Array() {
				got = append(got, email.String())
			}
			g.Expect(got).To(Equal(tc.want))
			g.Expect(int(page.get("count").Int())).To(Equal(len(tc.want)))
		})
	}
	f.t = t
	f.as("member").get(f.org("members")+"?updated_after=soon").invalid("invalid_input", "Enter a valid date and time.", "updated_after")
	f.as("member").get(f.org("members")+"?search="+strings.Repeat("%C3%BC", 201)).invalid("invalid_input", "Search query must be 200 characters or fewer.", "search")
	f.as("member").get(f.org("members")+"?order=joined_at&limit=1&offset=1").has("count", "3").has("results.0.user.email", quote(admin)).
		has("next", `"http://fake.test`+f.org("members")+`?limit=1&offset=2&order=joined_at"`)
}

func TestWhoMayChangeWhom(t *testing.T) {
	f := newFake(t)
	for _, tc := range []struct{ who, whom, body, denied string }{
		{"member", "member", `{"level": 8}`, ownLevel},
		{"member", "@me", `{"level": 1}`, ownLevel},
		{"owner", "@me", `{"level": 1}`, ownLevel},
		{"member", "admin", `{"level": 1}`, adminsOnly},
		{"member", "admin", `{`, adminsOnly},
		{"admin", "owner", `{"level": 1}`, higherMember},
		{"admin", "owner", `{}`, higherMember},
		{"admin", "member", `{"level": 15}`, ownersOnly},
		{"member", "@me", `{}`, ""},
		{"admin", "member", `{}`, ""},
		{"admin", "member", `{"level": "8"}`, ""},
		{"admin", "member", `{"level": 1}`, ""},
		{"owner", "member", `{"level": 15}`, ""},
		{"owner", "member", `{"level": 1}`, ""},
	} {
		t.Run(tc.who+" changes "+tc.whom+" "+tc.body, func(t *testing.T) {
			f.t = t
			whom := tc.whom
			if whom != "@me" {
				whom = f.uuidOf(whom)
			}
			before := f.as("owner").get(f.org("members"))
			f.Advance(time.Minute)
			answer := f.as(tc.who).patch(f.org("members", whom), tc.body)
			if tc.denied == "" {
				answer.status(200)
				return
			}
			answer.denied(tc.denied)
			f.as("owner").get(f.org("members")).bytes(200, string(before.body))
		})
	}
}

func TestNewLevel(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	path := f.org("members", f.uuidOf("member"))
	before := f.memberOf(f.known("credentials.member.email"))
	f.Advance(time.Minute)
	after := f.as("admin").patch(path, `{"level": 8, "id": "x", "joined_at": "2000-01-01T00:00:00Z", "user": null}`).status(200).
		has("level", "8").has("updated_at", `"2026-03-01T12:01:00Z"`)
	for _, kept := range []string{"id", "joined_at", "user", "last_login"} {
		g.Expect(after.get(kept).Raw).To(Equal(before.get("results.0."+kept).Raw), kept)
	}
	f.as("member").post(f.org("roles"), `{"name": "Mine"}`).status(201)
	f.as("admin").put(path, `{}`).status(200).has("level", "8")
	f.as("admin").do("PUT", path, "application/x-www-form-urlencoded", "level=1").status(200).has("level", "1")
	for _, tc := range []struct{ body, code, detail, attr string }{
		{`{"level": 3}`, "invalid_choice", `"3" is not a valid choice.`, "level"},
		{`{"level": 15.5}`, "invalid_choice", `"15.5" is not a valid choice.`, "level"},
		{`{"level": null}`, "null", "This field may not be null.", "level"},
		{`[8]`, "invalid_input", "Invalid data. Expected a dictionary, but got list.", ""},
	} {
		f.as("admin").patch(path, tc.body).invalid(tc.code, tc.detail, tc.attr)
	}
	for _, nobody := range []string{f.uuidOf("outsider"), "nobody", "00000000-0000-4000-8000-000000000000"} {
		f.as("admin").patch(f.org("members", nobody), `{}`).missing("Not found.")
		f.as("admin").delete(f.org("members", nobody)).missing("Not found.")
	}
	f.as("admin").get(path).denied("This action does not support personal API key access")
	f.session("admin").get(path).refused(405, "invalid_request", "method_not_allowed", `Method "GET" not allowed.`, "")
	f.sessionOf("admin", 3*time.Hour).patch(path, `{}`).denied(notRecent)
	f.session("admin").patch(path, `{}`).status(200)
}

func TestOwners(t *testing.T) {
	f := newFake(t)
	path := f.org("members", f.uuidOf("admin"))
	f.as("owner").patch(path, `{"level": 15}`).status(200).has("level", "15")
	f.as("owner").get(in(f.known("organization.id"))).has("membership_level", "15")
	f.as("owner").delete(path).invalid("invalid_input", ownerLeaves, "")
	f.as("admin").delete(f.org("members", "@me")).invalid("invalid_input", ownerLeaves, "")
	f.as("admin").patch(f.org("members", f.uuidOf("owner")), `{"level": 1}`).status(200)
	f.as("owner").patch(path, `{"level": 1}`).denied(adminsOnly)
	f.as("admin").delete(f.org("members", f.uuidOf("owner"))).bytes(204, "")
	f.as("owner").get(f.org("members")).denied(noPermission)
}

func TestLeaving(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	home, other := f.known("organization.id"), f.known("known.other_organization.id")
	p := f.newMember("pat@example.com", home, "1")
	f.newMember("pat@example.com", other, "8")
	p.get("/api/organizations/@current/").has("id", quote(other))
	browser := f.with(cookiesOf(f, p)...)

	role := f.as("admin").post(f.org("roles"), `{"name": "Walkers"}`).get("id").String()
	f.as("admin").post(f.org("roles", role, "role_memberships"), `{"user_uuid": "`+p.uuid+`"}`).status(201)
	private := f.as("admin").get(f.org("invites")).status(200)
	f.as("admin").delete(f.org("members", p.uuid)).bytes(204, "")
	f.as("admin").delete(f.org("members", p.uuid)).missing("Not found.")
	f.as("admin").get(f.org("roles", role)).has("members", "[]")
	f.as("admin").get(f.org("invites")).bytes(200, string(private.body))
	p.get(f.org("members")).denied(noPermission)
	p.get(in(f.known("organization.id"))).missing("Not found.")
	p.get("/api/organizations/@current/").has("id", quote(other))

	p.delete(in(other, "members", "@me")).bytes(204, "")
	p.get("/api/organizations/@current/").missing("Current organization not found.")
	p.get(in("@current", "members")).missing("Organization not found.")
	p.get("/api/users/@me/").status(200).has("organization", "null").has("team", "null").has("organizations", "[]")
	browser.get("/api/users/@me/").status(200).has("email", `"pat@example.com"`)
	p.get("/api/organizations/").bytes(200, `{"count":0,"next":null,"previous":null,"results":[]}`)

	f.newMember("pat@example.com", home, "1")
	f.memberOf("pat@example.com").has("count", "1").has("results.0.level", "1")
	f.as("admin").get(f.org("roles", role)).has("members", "[]")
	g.Expect(f.as("admin").get(in(f.known("organization.id"))).get("member_count").Int()).To(BeEquivalentTo(4))
}

// cookiesOf logs a person in by password.
func cookiesOf(f *fake, p person) []string {
	f.t.Helper()
	login := f.anonymous().post("/api/login/", `{"email": "`+p.email+`", "password": "secret of `+p.email+`"}`).status(200)
	var header, token string
	for _, cookie := range (&http.Response{Header: login.header}).Cookies() {
		header += cookie.Name + "=" + cookie.Value + "; "
		token = cookie.Value
	}
	return []string{"Cookie", strings.TrimSuffix(header, "; "), "X-CSRFToken", token}
}

// The current organization that somebody leaves is followed by another of theirs.
func TestCurrentOrganizationAfterLeaving(t *testing.T) {
	f := newFake(t)
	home, other := f.known("organization.id"), f.known("known.other_organization.id")
	p := f.newMember("pat@example.com", other, "1")
	f.newMember("pat@example.com", home, "1")
	p.get("/api/users/@me/").has("organization.id", quote(home)).has("team.organization", quote(home))
	p.delete(f.org("members", p.uuid)).bytes(204, "")
	p.get("/api/users/@me/").has("organization.id", quote(other)).has("team.organization", quote(other))
	p.get(in("@current", "members")).status(200)
}

func TestMembersOfAnotherOrganization(t *testing.T) {
	f := newFake(t)
	other := f.known("known.other_organization.id")
	outsider := f.uuidOf("outsider")
	f.as("admin").get(in(other, "members")).denied(noPermission)
	f.as("admin").patch(in(other, "members", outsider), `{"level": 1}`).denied(noPermission)
	f.as("admin").delete(in(other, "members", outsider)).denied(noPermission)
	f.as("admin").patch(f.org("members", outsider), `{"level": 1}`).missing("Not found.")
	f.as("outsider").get(in(other, "members")).status(200).has("results.0.level", "15")
}
