package mock_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

func TestDelegating(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	path := f.org("invites", "delegate")
	made := f.as("admin").post(path, `{"target_email": " Grace@Example.com", "message": "Please", "step_at_delegation": "install", "level": 15}`).status(http.StatusCreated)
	made.has("target_email", `"grace@example.com"`).has("level", "8").has("message", `"Please"`).has("emailing_attempt_made", "true")
	g.Expect(f.Outbox()).To(HaveLen(1))
	g.Expect(f.Outbox()[0]).To(And(HaveField("Link", HaveSuffix("/signup/"+made.get("id").String())), HaveField("Text", ContainSubstring("Please"))))
	f.as("admin").post(path, `{"target_email": "another@example.com"}`).bytes(200, string(made.body)) // one at a time
	g.Expect(f.Outbox()).To(HaveLen(1))
	other := f.as("owner").post(path, `{"target_email": "another@example.com"}`).status(201).has("message", "null")
	g.Expect(other.get("id").String()).NotTo(Equal(made.get("id").String()), "each has their own")

	f.as("admin").delete(f.org("invites", made.get("id").String())).bytes(204, "")
	again := f.as("admin").post(path, `{"target_email": "grace@example.com"}`).status(201)
	f.Advance(3*24*time.Hour + time.Second)
	f.as("admin").post(path, `{"target_email": "grace@example.com"}`).status(201)
	f.as("admin").delete(f.org("invites", again.get("id").String())).missing("Not found.") // replaced
}

func TestDelegatingElsewhereWithdraws(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	f.as("admin").post(f.org("invites", "delegate"), `{"target_email": "here@example.com"}`).status(201)
	f.as("admin").post("/api/organizations/01900000-0001-7000-8000-000000000003/invites/delegate/", `{"target_email": "there@example.com"}`).status(201)
	g.Expect(f.pendingFor("here@example.com")).To(BeEmpty())
}

func TestDelegatingRefused(t *testing.T) {
	f := newFake(t)
	path := f.org("invites", "delegate")
	for _, tc := range []struct{ name, body, code, detail, attr string }{
		{"no address", `{}`, "required", "This field is required.", "target_email"},
		{"null address", `{"target_email": null}`, "null", "This field may not be null.", "target_email"},
		{"no address at all", `{"target_email": "someone"}`, "invalid_input", "Enter a valid email address.", "target_email"},
		{"long message", `{"target_email": "d@example.com", "message": "` + strings.Repeat("x", 1001) + `"}`, "max_length", "Ensure this field has no more than 1000 characters.", "message"},
		{"null message", `{"target_email": "d@example.com", "message": null}`, "null", "This field may not be null.", "message"},
		{"long step", `{"target_email": "d@example.com", "step_at_delegation": "` + strings.Repeat("x", 65) + `"}`, "max_length", "Ensure this field has no more than 64 characters.", "step_at_delegation"},
		{"a member", `{"target_email": "` + f.known("credentials.member.email") + `"}`, "invalid_input", "A user with this email address already belongs to the organization.", ""},
		{"a list", `[]`, "invalid_input", "Invalid data. Expected a dictionary, but got list.", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			before := f.as("admin").get(f.org("invites"))
			f.as("admin").post(path, tc.body).invalid(tc.code, tc.detail, tc.attr)
			f.as("admin").get(f.org("invites")).bytes(200, string(before.body))
		})
	}
	f.t = t
	f.as("member").post(path, `{"target_email": "d@example.com"}`).denied("You cannot invite a user with a higher permission level than your own.")
	f.as("outsider").post(path, `{}`).denied(noPermission)
	f.as("read_scopes").post(path, `{}`).denied("API key missing required scope 'organization_member:write'")
	f.as("admin").post(path, `{"target_email": "d@example.com", "message": "", "step_at_delegation": ""}`).status(201).has("message", `""`)
}
