package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestDelegating(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	path := f.Org("invites", "delegate")
	made := f.As("admin").Post(path, `{"target_email": " Grace@Example.com", "message": "Please", "step_at_delegation": "install", "level": 15}`).Status(http.StatusCreated)
	made.Has("target_email", `"grace@example.com"`).Has("level", "8").Has("message", `"Please"`).Has("emailing_attempt_made", "true")
	g.Expect(f.Outbox()).To(HaveLen(1))
	g.Expect(f.Outbox()[0]).To(And(HaveField("Link", HaveSuffix("/signup/"+made.Get("id").String())), HaveField("Text", ContainSubstring("Please"))))
	f.As("admin").Post(path, `{"target_email": "another@example.com"}`).Bytes(200, string(made.Body)) // one at a time
	g.Expect(f.Outbox()).To(HaveLen(1))
	other := f.As("owner").Post(path, `{"target_email": "another@example.com"}`).Status(201).Has("message", "null")
	g.Expect(other.Get("id").String()).NotTo(Equal(made.Get("id").String()), "each has their own")

	f.As("admin").Delete(f.Org("invites", made.Get("id").String())).Bytes(204, "")
	again := f.As("admin").Post(path, `{"target_email": "grace@example.com"}`).Status(201)
	f.Advance(3*24*time.Hour + time.Second)
	f.As("admin").Post(path, `{"target_email": "grace@example.com"}`).Status(201)
	f.As("admin").Delete(f.Org("invites", again.Get("id").String())).Missing("Not found.") // replaced
}

func TestDelegatingElsewhereWithdraws(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	f.As("admin").Post(f.Org("invites", "delegate"), `{"target_email": "here@example.com"}`).Status(201)
	f.As("admin").Post("/api/organizations/01900000-0001-7000-8000-000000000003/invites/delegate/", `{"target_email": "there@example.com"}`).Status(201)
	g.Expect(pendingFor(f, "here@example.com")).To(BeEmpty())
}

func TestDelegatingRefused(t *testing.T) {
	f := mocktest.New(t)
	path := f.Org("invites", "delegate")
	for _, tc := range []struct{ name, body, code, detail, attr string }{
		{"no address", `{}`, "required", "This field is required.", "target_email"},
		{"null address", `{"target_email": null}`, "null", "This field may not be null.", "target_email"},
		{"no address at all", `{"target_email": "someone"}`, "invalid_input", "Enter a valid email address.", "target_email"},
		{"long message", `{"target_email": "d@example.com", "message": "` + strings.Repeat("x", 1001) + `"}`, "max_length", "Ensure this field has no more than 1000 characters.", "message"},
		{"null message", `{"target_email": "d@example.com", "message": null}`, "null", "This field may not be null.", "message"},
		{"long step", `{"target_email": "d@example.com", "step_at_delegation": "` + strings.Repeat("x", 65) + `"}`, "max_length", "Ensure this field has no more than 64 characters.", "step_at_delegation"},
		{"a member", `{"target_email": "` + f.Known("credentials.member.email") + `"}`, "invalid_input", "A user with this email address already belongs to the organization.", ""},
		{"a list", `[]`, "invalid_input", "Invalid data. Expected a dictionary, but got list.", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			before := f.As("admin").Get(f.Org("invites"))
			f.As("admin").Post(path, tc.body).Invalid(tc.code, tc.detail, tc.attr)
			f.As("admin").Get(f.Org("invites")).Bytes(200, string(before.Body))
		})
	}
	f.T = t
	f.As("member").Post(path, `{"target_email": "d@example.com"}`).Denied("You cannot invite a user with a higher permission level than your own.")
	f.As("outsider").Post(path, `{}`).Denied(noPermission)
	f.As("read_scopes").Post(path, `{}`).Denied("API key missing required scope 'organization_member:write'")
	f.As("admin").Post(path, `{"target_email": "d@example.com", "message": "", "step_at_delegation": ""}`).Status(201).Has("message", `""`)
}
