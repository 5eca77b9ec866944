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
	f.As("admin").Post(path, `{"target_email": "another@example.com"}`).Status(201).Has("message", "null")
	f.As("owner").Post(path, `{"target_email": "Another@example.com"}`).Invalid("existing_invite", errDelegateInvite, "")
	g.Expect(f.Outbox()).To(HaveLen(2))

	f.As("admin").Delete(f.Org("invites", made.Get("id").String())).Bytes(204, "")
	again := f.As("owner").Post(path, `{"target_email": "grace@example.com"}`).Status(201)
	f.Advance(3*24*time.Hour + time.Second)
	f.As("admin").Post(path, `{"target_email": "grace@example.com"}`).Status(201)
	f.As("admin").Delete(f.Org("invites", again.Get("id").String())).Missing("Not found.") // replaced
}

// Every invite that is still good is in the way, whoever made it for whichever level.
func TestDelegatingWhereAnInviteIsPending(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	f.As("member").Post(f.Org("invites"), `{"target_email": "grace@example.com"}`).Status(201)
	f.As("admin").Post(f.Org("invites", "delegate"), `{"target_email": "GRACE@example.com"}`).Invalid("existing_invite", errDelegateInvite, "")
	g.Expect(pendingFor(f, "grace@example.com")).To(HaveLen(1))
	elsewhere := mocktest.Org("01900000-0001-7000-8000-000000000003", "invites", "delegate")
	f.As("admin").Post(elsewhere, `{"target_email": "grace@example.com"}`).Status(201)
}

const errDelegateInvite = "There is already a pending invite for this email. Cancel it first if you want to delegate setup."

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
		{"oneself", `{"target_email": "` + strings.ToUpper(f.Known("credentials.admin.email")) + `"}`, "self_delegation", "You cannot delegate setup to yourself.", ""},
		{"a member", `{"target_email": "` + strings.ToUpper(f.Known("credentials.member.email")) + `"}`, "existing_member",
			"A user with this email address is already a member of this organization. Choose a different teammate to invite.", ""},
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
	const level = "Only organization admins can delegate setup, as delegation grants admin access."
	f.As("member").Post(path, `{"target_email": "d@example.com"}`).Denied(level)
	f.As("member").Post(path, `{"target_email": "`+f.Known("credentials.member.email")+`"}`).Denied(level)
	f.As("member").Post(path, `{}`).Invalid("required", "This field is required.", "target_email")
	f.As("outsider").Post(path, `{}`).Denied(noPermission)
	f.As("read_scopes").Post(path, `{}`).Denied("API key missing required scope 'organization_member:write'")
	f.As("admin").Post(path, `{"target_email": "d@example.com", "message": "", "step_at_delegation": ""}`).Status(201).Has("message", `""`)
}
