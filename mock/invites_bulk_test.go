package mock_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
)

func bulkOf(n int) string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(`{"target_email": "bulk%d@example.com"}`, i)
	}
	return "[" + strings.Join(items, ",") + "]"
}

func TestBulkInvites(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	path := f.org("invites", "bulk")
	made := f.as("member").post(path, `[{"target_email": "One@Example.com", "first_name": "One"}, {"target_email": "two@example.com", "send_email": false, "message": "Hi"}]`).
		status(http.StatusCreated)
	made.has("#", "2").has("0.target_email", `"one@example.com"`).has("0.emailing_attempt_made", "true").
		has("1.message", `"Hi"`).has("1.emailing_attempt_made", "false")
	g.Expect(f.Outbox()).To(HaveLen(1))
	g.Expect(f.Outbox()[0]).To(And(
		HaveField("Recipient", "one@example.com"), HaveField("Link", "http://fake.test/signup/"+made.get("0.id").String())))
	list := f.as("admin").get(f.org("invites"))
	g.Expect(list.get("results.0").Raw).To(Equal(made.get("1").Raw), "the last is the newest")
	g.Expect(list.get("results.1").Raw).To(Equal(made.get("0").Raw))
	f.as("admin").post(path, `[]`).bytes(201, `[]`)
	f.as("write_scopes").post(path, bulkOf(20)).status(201).has("#", "20")
	f.as("admin").post(strings.TrimSuffix(path, "/"), bulkOf(1)).status(201)
}

func TestBulkInvitesReplace(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	f.invite(`{"target_email": "again@example.com", "level": 8}`).status(201)
	made := f.as("admin").post(f.org("invites", "bulk"), `[{"target_email": "again@example.com", "combine_pending_invites": true}, {"target_email": "Again@example.com"},
		{"target_email": "again@example.com", "first_name": "Last", "combine_pending_invites": true}]`).status(201)
	made.has("0.level", "8").has("1.level", "1").has("2.level", "1").has("2.first_name", `"Last"`)
	g.Expect(f.pendingFor("again@example.com")).To(Equal([]string{made.get("2.id").String()}))
}

func TestBulkInvitesRefused(t *testing.T) {
	f := newFake(t)
	const notAList, good = "This endpoint needs an array of data for bulk invite creation.", `{"target_email": "good@example.com"}`
	member := f.known("credentials.member.email")
	for _, tc := range []struct{ name, body, code, detail, attr string }{
		{"an object", good, "invalid_input", notAList, ""},
		{"a text", `"x"`, "invalid_input", notAList, ""},
		{"null", `null`, "invalid_input", notAList, ""},
		{"nothing", ``, "invalid_input", notAList, ""},
		{"21", bulkOf(21), "max_length", "A maximum of 20 invites can be sent in a single request.", ""},
		{"a field", `[` + good + `, {"target_email": null}]`, "null", "This field may not be null.", "__1__target_email"},
		{"the first of several", `[` + good + `, {}, {"target_email": 1}]`, "required", "This field is required.", "__1__target_email"},
		{"a nested field", `[{"target_email": "g@example.com", "private_project_access": 1}]`, "invalid_input", "The field must be a list of dictionaries.", "__0__private_project_access"},
		{"an item that is a list", `[` + good + `, []]`, "invalid_input", "Invalid data. Expected a dictionary, but got list.", "__1__non_field_errors"},
		{"an item that is null", `[null]`, "null", "No data provided", "__0__non_field_errors"},
		{"a member at the end", `[` + good + `, {"target_email": "` + member + `"}]`, "invalid_input", "A user with this email address already belongs to the organization.", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			before := f.as("admin").get(f.org("invites"))
			f.as("admin").post(f.org("invites", "bulk"), tc.body).invalid(tc.code, tc.detail, tc.attr)
			f.as("admin").get(f.org("invites")).bytes(200, string(before.body))
			NewWithT(t).Expect(f.Outbox()).To(BeEmpty())
		})
	}
	f.t = t
	f.as("admin").form(f.org("invites", "bulk"), "target_email=a@example.com").invalid("invalid_input", notAList, "")
	f.as("admin").post(f.org("invites", "bulk"), `[`).status(400).has("code", `"parse_error"`)
	f.as("member").post(f.org("invites", "bulk"), `[{"target_email": 1}, {"target_email": "l@example.com", "level": 8}]`).
		denied("You cannot invite a user with a higher permission level than your own.")
	f.as("read_scopes").post(f.org("invites", "bulk"), `[]`).denied("API key missing required scope 'organization_member:write'")
	f.as("outsider").post(f.org("invites", "bulk"), `[]`).denied(noPermission)
	f.as("project_only").post(f.org("invites", "bulk"), `[]`).denied(projectEndpoint)
	f.session("admin").delete(f.org("invites", "bulk")).refused(405, "invalid_request", "method_not_allowed", `Method "DELETE" not allowed.`, "")
	f.anonymous().patch("/_understudy/organizations/"+f.known("organization.id"), `{"members_can_invite": false}`).status(200)
	f.as("member").post(f.org("invites", "bulk"), `[]`).denied(noPermission)
}

func TestBulkInvitesAtOnce(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() { f.as("admin").post(f.org("invites", "bulk"), bulkOf(5)).status(201) })
	}
	wait.Wait()
	for i := range 5 {
		g.Expect(f.pendingFor(fmt.Sprintf("bulk%d@example.com", i))).To(HaveLen(1))
	}
}
