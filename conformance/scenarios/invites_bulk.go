package scenarios

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

const (
	notAList      = "This endpoint needs an array of data for bulk invite creation."
	tooMany       = "A maximum of 20 invites can be sent in a single request."
	memberAlready = "A user with this email address already belongs to the organization."
)

func bulkPath(s *suite.S) string { return s.Org(suite.Invites, "bulk") }

// silentInvite is an invite to a new address, without a mail.
func silentInvite(s *suite.S, fields suite.JSON) suite.JSON {
	return suite.Together(suite.JSON{"target_email": s.Email(), "send_email": false}, fields)
}

func silentInvites(s *suite.S, n int) []suite.JSON {
	list := make([]suite.JSON, n)
	for i := range list {
		list[i] = silentInvite(s, nil)
	}
	return list
}

// pending are the invites to an address.
func pending(s *suite.S, email any) int {
	return len(s.Admin().All(s.Org(suite.Invites)).Get(`results.#(target_email=="` + email.(string) + `")#`).Array())
}

func invitesBulk() []suite.Scenario {
	bulk := []string{"invites_bulk_create"}
	list := []suite.Scenario{
		{
			ID: "invites.bulk.order", Title: "The answer lists the invites in the order of the request",
			Covers: append([]string{"invites_list"}, bulk...), Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				sent := []suite.JSON{silentInvite(s, suite.JSON{"first_name": "Una"}), silentInvite(s, suite.JSON{"level": 8, "message": "Welcome"}), silentInvite(s, nil)}
				made := s.Admin().Post(bulkPath(s), sent).Status(201).Has("#", 3)
				for i, body := range sent {
					at := strconv.Itoa(i)
					made.Keys(at, inviteKeys...).Has(at+".target_email", body["target_email"]).Has(at+".emailing_attempt_made", false)
				}
				made.Has("0.first_name", "Una").Has("0.level", 1).Has("1.level", 8).Has("1.message", "Welcome").Has("2.message", nil)
				listed := s.Admin().IDs(s.Org(suite.Invites))
				for _, id := range made.Get("#.id").Array() {
					s.Expect(listed).To(gomega.ContainElement(id.String()))
				}
			},
		},
		{
			ID: "invites.bulk.empty", Title: "An empty list makes nothing",
			Covers: bulk, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Expect(s.Admin().Post(bulkPath(s), []int{}).Status(201).Body()).To(gomega.MatchJSON("[]"))
			},
		},
		{
			ID: "invites.bulk.twenty", Title: "Twenty invites may be made at a time",
			Covers: bulk, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) { s.Admin().Post(bulkPath(s), silentInvites(s, 20)).Status(201).Has("#", 20) },
		},
		{
			ID: "invites.bulk.twenty_one", Title: "More than twenty are refused, and none is made",
			Covers: bulk, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				sent := silentInvites(s, 21)
				s.Admin().Post(bulkPath(s), sent).Invalid("max_length", tooMany, "")
				s.Expect(pending(s, sent[0]["target_email"])).To(gomega.Equal(0))
			},
		},
		{
			ID: "invites.bulk.case", Title: "The addresses of a bulk invite are kept in lower case",
			Covers: bulk, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				email := s.Email()
				made := s.Admin().Post(bulkPath(s), []suite.JSON{silentInvite(s, suite.JSON{"target_email": strings.ToUpper(email)})}).Status(201).Has("0.target_email", email)
				s.Expect(invitesTo(s, email)).To(gomega.Equal([]string{made.Text("0.id")}))
			},
		},
		{
			ID: "invites.bulk.atomic", Title: "One that is malformed keeps all from being made",
			Covers: bulk, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				earlier := s.NewInvite(nil)
				sent := append(silentInvites(s, 3), silentInvite(s, suite.JSON{"target_email": earlier.Text("target_email")}), silentInvite(s, suite.JSON{"target_email": nil}))
				s.Admin().Post(bulkPath(s), sent).InvalidList()
				s.Expect(pending(s, sent[0]["target_email"])).To(gomega.Equal(0))
				s.Expect(invitesTo(s, earlier.Text("target_email"))).To(gomega.Equal([]string{earlier.ID}), "the invite that was there before")
			},
		},
		{
			ID: "invites.bulk.fields", Title: "What an invite alone must not hold, none of a bulk may", Rules: []string{"invites.bulk.atomic"},
			Covers: bulk, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				for _, wrong := range []suite.JSON{
					{"first_name": strings.Repeat("x", 31)}, {"first_name": nil}, {"level": 7}, {"level": nil},
					{"message": suite.JSON{}}, {"target_email": "nobody"}, {"target_email": ""}, {"target_email": strings.Repeat("x", 250) + "@example.com"},
					{"send_email": "perhaps"}, {"private_project_access": "x"}, {"combine_pending_invites": nil},
				} {
					sent := append(silentInvites(s, 1), silentInvite(s, wrong))
					s.Admin().Post(bulkPath(s), sent).Status(400)
					s.Expect(pending(s, sent[0]["target_email"])).To(gomega.Equal(0))
				}
			},
		},
		{
			ID: "invites.bulk.atomic_member", Title: "A member in the list keeps all from being invited",
			Covers: bulk, Needs: with(admin, suite.EmailOf("member")), Access: suite.Write,
			Run: func(s *suite.S) {
				sent := append(silentInvites(s, 2), silentInvite(s, suite.JSON{"target_email": s.Target().Credentials["member"].Email}))
				s.Admin().Post(bulkPath(s), sent).Invalid("invalid_input", memberAlready, "")
				s.Expect(pending(s, sent[0]["target_email"])).To(gomega.Equal(0))
			},
		},
		{
			ID: "invites.bulk.duplicates", Title: "An address that is there twice keeps its last invite",
			Covers: bulk, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				first := silentInvite(s, suite.JSON{"first_name": "First"})
				last := suite.JSON{"target_email": strings.ToUpper(first["target_email"].(string)), "first_name": "Last", "send_email": false}
				made := s.Admin().Post(bulkPath(s), []suite.JSON{first, last}).Status(201).Has("#", 2)
				s.Expect(pending(s, first["target_email"])).To(gomega.Equal(1))
				s.Admin().All(s.Org(suite.Invites)).Has(`results.#(id=="`+made.Text("1.id")+`").first_name`, "Last")
			},
		},
		{
			ID: "invites.bulk.replaces", Title: "Earlier invites to the addresses are replaced",
			Covers: append([]string{"invites_create"}, bulk...), Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				earlier := s.NewInvite(suite.JSON{"level": 8})
				email := earlier.Text("target_email")
				s.Admin().Post(bulkPath(s), []suite.JSON{{"target_email": email, "send_email": false}}).Status(201).Has("0.level", 1)
				s.Expect(pending(s, email)).To(gomega.Equal(1))
				s.Admin().Delete(earlier.Path()).NotFound()
			},
		},
		{
			ID: "invites.bulk.combines", Title: "Where it is asked for, an invite keeps the level of the one that it replaces",
			Covers: bulk, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				earlier := s.NewInvite(suite.JSON{"level": 8})
				s.Admin().Post(bulkPath(s), []suite.JSON{{"target_email": earlier.Text("target_email"), "send_email": false, "combine_pending_invites": true}}).
					Status(201).Has("0.level", 8)
			},
		},
		{
			ID: "invites.bulk.project_access", Title: "Each invite has its own project access",
			Covers: bulk, Needs: with(admin, suite.KnownProjects(1)), Access: suite.Write,
			Run: func(s *suite.S) {
				granted := []suite.JSON{{"id": s.Target().Known.Projects[0], "level": "admin"}}
				s.Admin().Post(bulkPath(s), []suite.JSON{silentInvite(s, suite.JSON{accessField: granted}), silentInvite(s, nil)}).Status(201).
					Has("0."+accessField, granted).Has("1."+accessField, []int{})
			},
		},
		{
			ID: "invites.bulk.foreign_project", Title: "A project of another organization cannot be granted",
			Covers: bulk, Needs: with(admin, suite.Known("other_organization.project_id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				foreign := []suite.JSON{{"id": s.Target().Known.OtherOrganization.ProjectID, "level": "member"}}
				s.Admin().Post(bulkPath(s), []suite.JSON{silentInvite(s, nil), silentInvite(s, suite.JSON{accessField: foreign})}).
					InvalidList()
			},
		},
		{
			ID: "invites.bulk.mail", Title: "Each invite is sent with a link of its own",
			Covers: bulk, Needs: with(admin, suite.Mail, suite.ControlPlane), Access: suite.Write,
			Run: func(s *suite.S) {
				one, two := s.Email(), s.Email()
				made := s.Admin().Post(bulkPath(s), []suite.JSON{{"target_email": one}, {"target_email": two}}).Status(201).
					Has("0.emailing_attempt_made", true).Has("1.emailing_attempt_made", true)
				outbox := s.Anonymous().Get(s.Target().Control + "/outbox").Status(200).Body()
				for _, id := range made.Get("#.id").Array() {
					s.Expect(outbox).To(gomega.ContainSubstring("/signup/" + id.String()))
				}
			},
		},
		{
			ID: "invites.bulk.level_above", Title: "Nobody invites above their own level, whatever else is wrong",
			Covers: bulk, Needs: with(admin, suite.KeyOf("member")), Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				sent := []suite.JSON{silentInvite(s, nil), {"target_email": 1}, silentInvite(s, suite.JSON{"level": 8})}
				s.Member().Post(bulkPath(s), sent).Denied(tooHigh)
				s.Expect(pending(s, sent[0]["target_email"])).To(gomega.Equal(0))
				s.Admin().Post(bulkPath(s), []suite.JSON{silentInvite(s, suite.JSON{"level": 15})}).Denied(tooHigh)
			},
		},
		{
			ID: "invites.bulk.scope", Title: "Inviting several needs the scope of writing to members",
			Covers: bulk, Needs: []suite.Need{suite.KeyOf("read_scopes"), suite.KeyOf("unrelated_scope")}, Access: suite.Write,
			Run: func(s *suite.S) {
				for _, role := range []string{"read_scopes", "unrelated_scope"} {
					s.Key(role).Post(bulkPath(s), []int{}).Denied("API key missing required scope 'organization_member:write'")
				}
			},
		},
		{
			ID: "invites.bulk.scope_enough", Title: "A key with that scope may invite several",
			Covers: bulk, Needs: with(admin, suite.KeyOf("write_scopes")), Access: suite.Write,
			Run: func(s *suite.S) {
				s.Key("write_scopes").Post(bulkPath(s), silentInvites(s, 2)).Status(201).Has("#", 2)
			},
		},
		{
			ID: "invites.bulk.stranger", Title: "Strangers invite nobody",
			Covers: bulk, Needs: []suite.Need{suite.KeyOf("outsider")}, Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) { s.Outsider().Post(bulkPath(s), []int{}).Denied(noPermission) },
		},
		{
			ID: "invites.bulk.other_organization", Title: "An administrator invites nobody into another organization",
			Covers: bulk, Needs: with(admin, suite.Known("other_organization.id")), Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				s.Admin().Post(suite.OrgPath(s.Target().Known.OtherOrganization.ID, suite.Invites, "bulk"), []int{}).Denied(noPermission)
			},
		},
		{
			ID: "invites.bulk.anonymous", Title: "Without credentials nobody is invited",
			Covers: bulk, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) { s.Anonymous().Post(bulkPath(s), []int{}).Unauthenticated() },
		},
		{
			ID: "invites.bulk.form", Title: "A form is no list",
			Covers: bulk, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.Admin().PostForm(bulkPath(s), url.Values{"target_email": {inviteNever}}).Invalid("invalid_input", notAList, "")
			},
		},
		{
			ID: "invites.bulk.items", Title: "Each item is an object",
			Covers: bulk, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Admin().Post(bulkPath(s), []any{suite.JSON{"target_email": inviteNever}, []int{}}).
					InvalidList()
			},
		},
		{
			ID: "invites.bulk.methods", Title: "Several invites can be made there, and nothing else",
			Covers: bulk, Needs: adminSession, Access: suite.Read,
			Run: func(s *suite.S) {
				s.Session("admin").Get(bulkPath(s)).Refused(405, "method_not_allowed", `Method "GET" not allowed.`, "")
			},
		},
		{
			ID: "invites.bulk.parallel", Title: "Of lists sent at once each address keeps one invite",
			Covers: bulk, Needs: admin, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				sent := silentInvites(s, 3)
				for _, answer := range s.Parallel(4, func(int) *suite.Response { return s.Admin().Post(bulkPath(s), sent) }) {
					answer.Status(201).Has("#", 3)
				}
				for _, body := range sent {
					s.Expect(pending(s, body["target_email"])).To(gomega.Equal(1))
				}
			},
		},
	}
	return append(list, refusals("invites.bulk", bulk[0], admin, []refusal{
		{"object", "One invite is no list", suite.JSON{"target_email": inviteNever, "send_email": false}, "invalid_input", notAList, ""},
		{"nothing", "An empty body is no list", nil, "invalid_input", notAList, ""},
	}, func(s *suite.S, body suite.JSON) *suite.Response {
		if body == nil {
			return s.Admin().Post(bulkPath(s), nil)
		}
		return s.Admin().Post(bulkPath(s), body)
	})...)
}
