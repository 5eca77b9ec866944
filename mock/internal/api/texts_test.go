package api_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// The details of the refusals of texts, by their codes.
var textRefusals = map[string]string{
	"invalid_control_char":   "Line breaks and control characters are not allowed in this field.",
	"invalid_invisible_char": "Invisible or direction-override characters are not allowed in this field.",
	"invalid_bracket":        "Angle brackets are not allowed in this field.",
	"invalid_url":            "URLs are not allowed in this field.",
}

// Every path that writes a text of the kind has the rules of the kind.
func TestTextsOfPeople(t *testing.T) {
	f := mocktest.New(t)
	admin, home, me := f.As("admin"), mocktest.Org(f.Known("organization.id")), "/api/users/@me/"
	nowhere := "/api/signup/00000000-0000-4000-8000-000000000000/"
	type path struct {
		name string
		try  func(text string) *mocktest.Answer
		attr string
	}
	names := []path{
		{"the name of an invite", func(text string) *mocktest.Answer {
			return admin.Post(f.Org("invites"), `{"target_email": "t@example.com", "first_name": `+text+`}`)
		}, "first_name"},
		{"the name of an invite of many", func(text string) *mocktest.Answer {
			return admin.Post(f.Org("invites", "bulk"), `[{"target_email": "u@example.com"}, {"target_email": "t@example.com", "first_name": `+text+`}]`)
		}, "__1__first_name"},
		{"the name of a new organization", func(text string) *mocktest.Answer {
			return f.As("outsider").Post(organizationsPath, `{"name": `+text+`}`)
		}, "name"},
		{"the name of an organization", func(text string) *mocktest.Answer { return admin.Patch(home, `{"name": `+text+`}`) }, "name"},
		{"the name of a replaced organization", func(text string) *mocktest.Answer { return admin.Put(home, `{"name": `+text+`}`) }, "name"},
		{"one's first name", func(text string) *mocktest.Answer { return admin.Patch(me, `{"first_name": `+text+`}`) }, "first_name"},
		{"one's last name", func(text string) *mocktest.Answer { return admin.Patch(me, `{"last_name": `+text+`}`) }, "last_name"},
		{"the name of who signs up", func(text string) *mocktest.Answer {
			return f.Anonymous().Post(nowhere, `{"password": "long enough", "first_name": `+text+`}`)
		}, "first_name"},
		{"the name of who joins in a session", func(text string) *mocktest.Answer {
			return f.Session("admin").Post(nowhere, `{"first_name": `+text+`}`)
		}, "first_name"},
	}
	messages := []path{
		{"the message of an invite", func(text string) *mocktest.Answer {
			return admin.Post(f.Org("invites"), `{"target_email": "t@example.com", "message": `+text+`}`)
		}, "message"},
		{"the message of an invite of many", func(text string) *mocktest.Answer {
			return admin.Post(f.Org("invites", "bulk"), `[{"target_email": "t@example.com", "message": `+text+`}]`)
		}, "__0__message"},
		{"the message of a delegation", func(text string) *mocktest.Answer {
			return admin.Post(f.Org("invites", "delegate"), `{"target_email": "t@example.com", "message": `+text+`}`)
		}, "message"},
	}
	both := map[string]string{
		`"a\u0001b"`: "invalid_control_char", `"a\u2028b"`: "invalid_control_char", `"a\rb"`: "invalid_control_char",
		`"a\u200bb"`: "invalid_invisible_char", `"a\u202eb"`: "invalid_invisible_char", `"a<b"`: "invalid_bracket", `"a ＞ b"`: "invalid_bracket",
		`"see https://x"`: "invalid_url", `"ｗｗｗ．x"`: "invalid_url", `"mailto:x"`: "invalid_url", `"<\u200b\rb"`: "invalid_control_char",
	}
	one := map[string]string{`"a\nb"`: "invalid_control_char", `"a\tb"`: "invalid_control_char", `"see acme.com"`: "invalid_url"}
	before, invites := f.As("owner").Get(home), admin.Get(f.Org("invites"))
	for _, kind := range []struct {
		paths   []path
		refused []map[string]string
	}{{names, []map[string]string{both, one}}, {messages, []map[string]string{both}}} {
		for _, p := range kind.paths {
			t.Run(p.name, func(t *testing.T) {
				f.T = t
				for _, refused := range kind.refused {
					for text, code := range refused {
						p.try(text).Invalid(code, textRefusals[code], p.attr)
					}
				}
			})
		}
	}
	f.T = t
	f.As("owner").Get(home).Bytes(200, string(before.Body))
	admin.Get(f.Org("invites")).Bytes(200, string(invites.Body))
	f.Invite(`{"target_email": "fine@example.com", "first_name": " \n Fine-O'Neil \t", "message": "See README.md,\n\tor acme.com"}`).Status(201).
		Has("first_name", `"Fine-O'Neil"`).Has("message", `"See README.md,\n\tor acme.com"`)
	f.Invite(`{"target_email": "null@example.com", "first_name": "a\u0000b"}`).Invalid("null_characters_not_allowed", "Null characters are not allowed.", "first_name")
	f.Invite(`{"target_email": "long@example.com", "first_name": "`+strings.Repeat("<", 31)+`"}`).
		Invalid("max_length", "Ensure this field has no more than 30 characters.", "first_name")
	f.As("admin").Post(f.Org("projects"), `{"name": "acme.com <beta>"}`).Status(201) // no mail writes it
	f.As("admin").Post(f.Org("roles"), `{"name": "acme.com <beta>"}`).Status(201)
}

// Texts that are older than the rules stay, and mail writes something else.
func TestOldTextsInMail(t *testing.T) {
	g := NewWithT(t)
	world, err := fixtures.Named("default")
	g.Expect(err).NotTo(HaveOccurred())
	for i := range world.Users {
		if world.Users[i].Email == "admin@hedgerow.example" {
			world.Users[i].FirstName = "See evil.example"
		}
	}
	world.Organizations[0].Name = "https://evil.example"
	f := mocktest.New(t, mock.WithWorld(world))
	f.As("admin").Get(f.Org()).Status(200).Has("name", `"https://evil.example"`)
	f.As("admin").Patch(f.Org(), `{"members_can_invite": true}`).Status(200)
	f.Invite(`{"target_email": "new@example.com", "first_name": "New"}`).Status(201)
	mail := f.Outbox()[0]
	g.Expect(mail.Subject).To(Equal("Someone invited you to join their organization on PostHog"))
	g.Expect(mail.Text).To(And(ContainSubstring("Hello New"), Not(ContainSubstring("evil"))))
}

func TestChangingOnesNames(t *testing.T) {
	f := mocktest.New(t)
	const me = "/api/users/@me/"
	before := f.As("admin").Get(me)
	f.As("admin").Patch(me, `{"first_name": " Grace ", "last_name": "Hopper"}`).Status(200).Has("first_name", `"Grace"`).Has("last_name", `"Hopper"`)
	f.Session("admin").Patch(me, `{"last_name": ""}`).Status(200).Has("first_name", `"Grace"`).Has("last_name", `""`)
	f.As("admin").Patch(me, `{"first_name": "Ada", "set_current_team": 2}`).Status(200).Has("first_name", `"Ada"`).Has("team.id", "2")
	f.As("admin").Patch(me, `{"last_name": "L", "set_current_organization": "01900000-0001-7000-8000-000000000003"}`).Status(200).
		Has("first_name", `"Ada"`).Has("last_name", `"L"`).Has("team.id", "5")
	f.As("admin").Get(me).Status(200).Has("first_name", `"Ada"`).Has("last_name", `"L"`).Has("email", before.Get("email").Raw).Has("date_joined", before.Get("date_joined").Raw)
	f.As("member").Get(f.Org("members")+"?email=admin@hedgerow.example").Has("results.0.user.first_name", `"Ada"`)
	for _, tc := range []struct{ body, code, detail, attr string }{
		{`{"first_name": null}`, "null", "This field may not be null.", "first_name"},
		{`{"last_name": []}`, "invalid_input", "Not a valid string.", "last_name"},
		{`{"first_name": "` + strings.Repeat("é", 151) + `"}`, "max_length", "Ensure this field has no more than 150 characters.", "first_name"},
		{`{"first_name": "<", "set_current_team": "x"}`, "invalid_bracket", textRefusals["invalid_bracket"], "first_name"},
	} {
		f.As("admin").Patch(me, tc.body).Invalid(tc.code, tc.detail, tc.attr)
	}
	f.As("admin").Patch(me, `{"first_name": "Grace", "set_current_team": "x"}`).Status(400)
	f.As("admin").Get(me).Has("first_name", `"Ada"`)
}
