package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
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
	f := mocktest.New(t)
	path := f.Org("invites", "bulk")
	made := f.As("member").Post(path, `[{"target_email": "One@Example.com", "first_name": "One"}, {"target_email": "two@example.com", "send_email": false, "message": "Hi"}]`).
		Status(http.StatusCreated)
	made.Has("#", "2").Has("0.target_email", `"one@example.com"`).Has("0.emailing_attempt_made", "true").
		Has("1.message", `"Hi"`).Has("1.emailing_attempt_made", "false")
	g.Expect(f.Outbox()).To(HaveLen(1))
	g.Expect(f.Outbox()[0]).To(And(
		HaveField("Recipient", "one@example.com"), HaveField("Link", "http://fake.test/signup/"+made.Get("0.id").String())))
	list := f.As("admin").Get(f.Org("invites"))
	g.Expect(list.Get("results.0").Raw).To(Equal(made.Get("1").Raw), "the last is the newest")
	g.Expect(list.Get("results.1").Raw).To(Equal(made.Get("0").Raw))
	f.As("admin").Post(path, `[]`).Bytes(201, `[]`)
	f.As("write_scopes").Post(path, bulkOf(20)).Status(201).Has("#", "20")
	f.As("admin").Post(strings.TrimSuffix(path, "/"), bulkOf(1)).Status(201)
}

func TestBulkInvitesReplace(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	f.Invite(`{"target_email": "again@example.com", "level": 8}`).Status(201)
	made := f.As("admin").Post(f.Org("invites", "bulk"), `[{"target_email": "again@example.com", "combine_pending_invites": true}, {"target_email": "Again@example.com"},
		{"target_email": "again@example.com", "first_name": "Last", "combine_pending_invites": true}]`).Status(201)
	made.Has("0.level", "8").Has("1.level", "1").Has("2.level", "1").Has("2.first_name", `"Last"`)
	g.Expect(pendingFor(f, "again@example.com")).To(Equal([]string{made.Get("2.id").String()}))
}

func TestBulkInvitesRefused(t *testing.T) {
	f := mocktest.New(t)
	const notAList, good = "This endpoint needs an array of data for bulk invite creation.", `{"target_email": "good@example.com"}`
	member := f.Known("credentials.member.email")
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
			f.T = t
			before := f.As("admin").Get(f.Org("invites"))
			f.As("admin").Post(f.Org("invites", "bulk"), tc.body).Invalid(tc.code, tc.detail, tc.attr)
			f.As("admin").Get(f.Org("invites")).Bytes(200, string(before.Body))
			NewWithT(t).Expect(f.Outbox()).To(BeEmpty())
		})
	}
	f.T = t
	f.As("admin").Form(f.Org("invites", "bulk"), "target_email=a@example.com").Invalid("invalid_input", notAList, "")
	f.As("admin").Post(f.Org("invites", "bulk"), `[`).Status(400).Has("code", `"parse_error"`)
	f.As("member").Post(f.Org("invites", "bulk"), `[{"target_email": 1}, {"target_email": "l@example.com", "level": 8}]`).
		Denied("You cannot invite a user with a higher permission level than your own.")
	f.As("read_scopes").Post(f.Org("invites", "bulk"), `[]`).Denied("API key missing required scope 'organization_member:write'")
	f.As("outsider").Post(f.Org("invites", "bulk"), `[]`).Denied(noPermission)
	f.As("project_only").Post(f.Org("invites", "bulk"), `[]`).Denied(projectEndpoint)
	f.Session("admin").Delete(f.Org("invites", "bulk")).Refused(405, "invalid_request", "method_not_allowed", `Method "DELETE" not allowed.`, "")
	f.Anonymous().Patch("/_understudy/organizations/"+f.Known("organization.id"), `{"members_can_invite": false}`).Status(200)
	f.As("member").Post(f.Org("invites", "bulk"), `[]`).Denied(noPermission)
}

func TestBulkInvitesAtOnce(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() { f.As("admin").Post(f.Org("invites", "bulk"), bulkOf(5)).Status(201) })
	}
	wait.Wait()
	for i := range 5 {
		g.Expect(pendingFor(f, fmt.Sprintf("bulk%d@example.com", i))).To(HaveLen(1))
	}
}
