package api_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const (
	ownLevel     = "You can't change your own access level."
	ownersOnly   = "You can only make another member owner if you're this organization's owner."
	adminsOnly   = "You can only edit others if you are an admin."
	higherMember = "You can only edit others with level lower or equal to you."
	ownerLeaves  = "Cannot leave the organization as its owner!"
	notRecent    = "This action requires you to be recently authenticated."
)

// memberOf shows a member in the profile's organization, by address.
func memberOf(f *mocktest.Fake, email string) *mocktest.Answer {
	f.T.Helper()
	return f.As("admin").Get(f.Org("members") + "?email=" + url.QueryEscape(email)).Status(200)
}

func TestMemberForm(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	email := f.Known("credentials.member.email")
	shown := memberOf(f, email).Has("count", "1").Has("results.0.level", "1").Has("results.0.joined_at", `"2024-02-01T09:00:00Z"`).
		Has("results.0.last_login", "null").Has("results.0.is_2fa_enabled", "false").Has("results.0.has_social_auth", "false")
	g.Expect(shown.Keys("results.0")).To(Equal(strings.Fields("id user level joined_at updated_at is_2fa_enabled has_social_auth last_login")))
	g.Expect(shown.Keys("results.0.user")).To(Equal(strings.Fields(`id uuid distinct_id first_name last_name email
		is_email_verified hedgehog_config role_at_organization`)))

	f.Advance(time.Hour)
	f.Anonymous().Post("/api/login/", `{"email": "`+email+`", "password": "`+f.Known("credentials.member.password")+`"}`).Status(200)
	f.Advance(time.Hour)
	memberOf(f, email).Has("results.0.last_login", `"2026-03-01T13:00:00Z"`)
	f.Anonymous().Post("/api/login/", `{"email": "`+email+`", "password": "wrong"}`).Status(400)
	memberOf(f, email).Has("results.0.last_login", `"2026-03-01T13:00:00Z"`)
}

func TestMemberFilters(t *testing.T) {
	f := mocktest.New(t)
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
			f.T = t
			g := NewWithT(t)
			page := f.As("member").Get(f.Org("members") + tc.query).Status(200)
			var got []string
			for _, email := range page.Get("results.#.user.email").Array() {
				got = append(got, email.String())
			}
			g.Expect(got).To(Equal(tc.want))
			g.Expect(int(page.Get("count").Int())).To(Equal(len(tc.want)))
		})
	}
	f.T = t
	f.As("member").Get(f.Org("members")+"?updated_after=soon").Invalid("invalid_input", "Enter a valid date and time.", "updated_after")
	f.As("member").Get(f.Org("members")+"?search="+strings.Repeat("%C3%BC", 201)).Invalid("invalid_input", "Search query must be 200 characters or fewer.", "search")
	f.As("member").Get(f.Org("members")+"?order=joined_at&limit=1&offset=1").Has("count", "3").Has("results.0.user.email", mocktest.Quote(admin)).
		Has("next", `"http://fake.test`+f.Org("members")+`?limit=1&offset=2&order=joined_at"`)
}

func TestWhoMayChangeWhom(t *testing.T) {
	f := mocktest.New(t)
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
			f.T = t
			whom := tc.whom
			if whom != "@me" {
				whom = f.UUIDOf(whom)
			}
			before := f.As("owner").Get(f.Org("members"))
			f.Advance(time.Minute)
			answer := f.As(tc.who).Patch(f.Org("members", whom), tc.body)
			if tc.denied == "" {
				answer.Status(200)
				return
			}
			answer.Denied(tc.denied)
			f.As("owner").Get(f.Org("members")).Bytes(200, string(before.Body))
		})
	}
}

func TestNewLevel(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	path := f.Org("members", f.UUIDOf("member"))
	before := memberOf(f, f.Known("credentials.member.email"))
	f.Advance(time.Minute)
	after := f.As("admin").Patch(path, `{"level": 8, "id": "x", "joined_at": "2000-01-01T00:00:00Z", "user": null}`).Status(200).
		Has("level", "8").Has("updated_at", `"2026-03-01T12:01:00Z"`)
	for _, kept := range []string{"id", "joined_at", "user", "last_login"} {
		g.Expect(after.Get(kept).Raw).To(Equal(before.Get("results.0."+kept).Raw), kept)
	}
	f.As("member").Post(f.Org("roles"), `{"name": "Mine"}`).Status(201)
	f.As("admin").Put(path, `{}`).Status(200).Has("level", "8")
	f.As("admin").Do("PUT", path, "application/x-www-form-urlencoded", "level=1").Status(200).Has("level", "1")
	for _, tc := range []struct{ body, code, detail, attr string }{
		{`{"level": 3}`, "invalid_choice", `"3" is not a valid choice.`, "level"},
		{`{"level": 15.5}`, "invalid_choice", `"15.5" is not a valid choice.`, "level"},
		{`{"level": null}`, "null", "This field may not be null.", "level"},
		{`[8]`, "invalid_input", "Invalid data. Expected a dictionary, but got list.", ""},
	} {
		f.As("admin").Patch(path, tc.body).Invalid(tc.code, tc.detail, tc.attr)
	}
	for _, nobody := range []string{f.UUIDOf("outsider"), "nobody", "00000000-0000-4000-8000-000000000000"} {
		f.As("admin").Patch(f.Org("members", nobody), `{}`).Missing("Not found.")
		f.As("admin").Delete(f.Org("members", nobody)).Missing("Not found.")
	}
	f.As("admin").Get(path).Denied("This action does not support personal API key access")
	f.Session("admin").Get(path).Refused(405, "invalid_request", "method_not_allowed", `Method "GET" not allowed.`, "")
	f.SessionOf("admin", 3*time.Hour).Patch(path, `{}`).Denied(notRecent)
	f.Session("admin").Patch(path, `{}`).Status(200)
}

func TestOwners(t *testing.T) {
	f := mocktest.New(t)
	path := f.Org("members", f.UUIDOf("admin"))
	f.As("owner").Patch(path, `{"level": 15}`).Status(200).Has("level", "15")
	f.As("owner").Get(mocktest.Org(f.Known("organization.id"))).Has("membership_level", "15")
	f.As("owner").Delete(path).Invalid("invalid_input", ownerLeaves, "")
	f.As("admin").Delete(f.Org("members", "@me")).Invalid("invalid_input", ownerLeaves, "")
	f.As("admin").Patch(f.Org("members", f.UUIDOf("owner")), `{"level": 1}`).Status(200)
	f.As("owner").Patch(path, `{"level": 1}`).Denied(adminsOnly)
	f.As("admin").Delete(f.Org("members", f.UUIDOf("owner"))).Bytes(204, "")
	f.As("owner").Get(f.Org("members")).Denied(noPermission)
}

func TestLeaving(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	home, other := f.Known("organization.id"), f.Known("known.other_organization.id")
	p := f.NewMember("pat@example.com", home, "1")
	f.NewMember("pat@example.com", other, "8")
	p.Get("/api/organizations/@current/").Has("id", mocktest.Quote(other))
	browser := f.With(mocktest.CookiesOf(f, p)...)

	role := f.As("admin").Post(f.Org("roles"), `{"name": "Walkers"}`).Get("id").String()
	f.As("admin").Post(f.Org("roles", role, "role_memberships"), `{"user_uuid": "`+p.UUID+`"}`).Status(201)
	private := f.As("admin").Get(f.Org("invites")).Status(200)
	f.As("admin").Delete(f.Org("members", p.UUID)).Bytes(204, "")
	f.As("admin").Delete(f.Org("members", p.UUID)).Missing("Not found.")
	f.As("admin").Get(f.Org("roles", role)).Has("members", "[]")
	f.As("admin").Get(f.Org("invites")).Bytes(200, string(private.Body))
	p.Get(f.Org("members")).Denied(noPermission)
	p.Get(mocktest.Org(f.Known("organization.id"))).Missing("Not found.")
	p.Get("/api/organizations/@current/").Has("id", mocktest.Quote(other))

	p.Delete(mocktest.Org(other, "members", "@me")).Bytes(204, "")
	p.Get("/api/organizations/@current/").Missing("Current organization not found.")
	p.Get(mocktest.Org("@current", "members")).Missing("Organization not found.")
	p.Get("/api/users/@me/").Status(200).Has("organization", "null").Has("team", "null").Has("organizations", "[]")
	browser.Get("/api/users/@me/").Status(200).Has("email", `"pat@example.com"`)
	p.Get("/api/organizations/").Missing("You need to belong to an organization.")
	browser.Get("/api/organizations/").Missing("You need to belong to an organization.")

	f.NewMember("pat@example.com", home, "1")
	memberOf(f, "pat@example.com").Has("count", "1").Has("results.0.level", "1")
	f.As("admin").Get(f.Org("roles", role)).Has("members", "[]")
	g.Expect(f.As("admin").Get(mocktest.Org(f.Known("organization.id"))).Get("member_count").Int()).To(BeEquivalentTo(4))
}

// The current organization that somebody leaves is followed by another of theirs.
func TestCurrentOrganizationAfterLeaving(t *testing.T) {
	f := mocktest.New(t)
	home, other := f.Known("organization.id"), f.Known("known.other_organization.id")
	p := f.NewMember("pat@example.com", other, "1")
	f.NewMember("pat@example.com", home, "1")
	p.Get("/api/users/@me/").Has("organization.id", mocktest.Quote(home)).Has("team.organization", mocktest.Quote(home))
	p.Delete(f.Org("members", p.UUID)).Bytes(204, "")
	p.Get("/api/users/@me/").Has("organization.id", mocktest.Quote(other)).Has("team.organization", mocktest.Quote(other))
	p.Get(mocktest.Org("@current", "members")).Status(200)
}

func TestMembersOfAnotherOrganization(t *testing.T) {
	f := mocktest.New(t)
	other := f.Known("known.other_organization.id")
	outsider := f.UUIDOf("outsider")
	f.As("admin").Get(mocktest.Org(other, "members")).Denied(noPermission)
	f.As("admin").Patch(mocktest.Org(other, "members", outsider), `{"level": 1}`).Denied(noPermission)
	f.As("admin").Delete(mocktest.Org(other, "members", outsider)).Denied(noPermission)
	f.As("admin").Patch(f.Org("members", outsider), `{"level": 1}`).Missing("Not found.")
	f.As("outsider").Get(mocktest.Org(other, "members")).Status(200).Has("results.0.level", "15")
}
