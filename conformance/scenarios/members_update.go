package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

const (
	ownLevel     = "You can't change your own access level."
	ownersOnly   = "You can only make another member owner if you're this organization's owner."
	adminsOnly   = "You can only edit others if you are an admin."
	higherMember = "You can only edit others with level lower or equal to you."
	// noEditing is the permission's own text. The real server's tests show the two above;
	// a deployment that lets the permission speak is right as well.
	noEditing   = "Your cannot edit other organization members."
	ownerLeaves = "Cannot leave the organization as its owner!"
)

// ownOrganization are the needs of scenarios with an organization of their own and
// people in it.
var ownOrganization = []suite.Need{suite.Organizations, suite.ControlPlane}

// ownPeople are the needs of scenarios with people in an organization of their own who join by
// invite.
var ownPeople = []suite.Need{suite.OwnPeople}

func membersUpdate() []suite.Scenario {
	patch := []string{"members_partial_update"}
	list := []suite.Scenario{
		{
			ID: "members.update.level", Title: "An administrator makes a member an administrator",
			Covers: patch, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				before := memberWith(s, s.Admin(), person.Email)
				inList := func(name string, want any) {
					s.Admin().All(s.Org(suite.Members)).Has(`results.#(user.uuid=="`+person.UUID+`").`+name, want)
				}
				inList("level", 1) // what was read once may be remembered
				after := s.Admin().Patch(s.Org(suite.Members, person.UUID), suite.JSON{"level": 8}).Status(200)
				after.Keys("", s.Shown("OrganizationMember")...)
				after.Has("level", 8).Has("id", before.Text("results.0.id"))
				memberWith(s, s.Admin(), person.Email).Has("results.0", after.Get("@this").Value())
				inList("level", 8)
			},
		},
		{
			ID: "members.update.joined_at", Title: "A new level changes nothing about when somebody joined",
			Covers: patch, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				joined := memberWith(s, s.Admin(), person.Email).Text("results.0.joined_at")
				s.Admin().Patch(s.Org(suite.Members, person.UUID), suite.JSON{"level": 8}).Status(200).Has("joined_at", joined)
				memberWith(s, s.Admin(), person.Email).Has("results.0.joined_at", joined)
			},
		},
		{
			ID: "members.update.put", Title: "PUT changes a level too, and needs none",
			Covers: []string{"members_update"}, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				path := s.Org(suite.Members, s.Colleague(1).UUID)
				s.Admin().Put(path, suite.JSON{"level": "8"}).Status(200).Has("level", 8)
				s.Admin().Put(path, suite.JSON{}).Status(200).Has("level", 8)
			},
		},
		{
			ID: "members.update.takes_effect", Title: "A new level counts at once",
			Covers: []string{"members_partial_update", "roles_create"}, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				person.Post(s.Org(suite.Roles), suite.JSON{"name": s.Name()}).Denied(lowLevel)
				s.Admin().Patch(s.Org(suite.Members, person.UUID), suite.JSON{"level": 8}).Status(200)
				s.Made(suite.Roles, person.Post(s.Org(suite.Roles), suite.JSON{"name": s.Name()}))
				s.Admin().Patch(s.Org(suite.Members, person.UUID), suite.JSON{"level": 1}).Status(200).Has("level", 1)
				person.Post(s.Org(suite.Roles), suite.JSON{"name": s.Name()}).Denied(lowLevel)
			},
		},
		{
			ID: "members.update.own", Title: "Nobody changes their own level",
			Covers: patch, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(8)
				person.Patch(s.Org(suite.Members, "@me"), suite.JSON{"level": 8}).Denied(ownLevel)
				person.Patch(s.Org(suite.Members, person.UUID), suite.JSON{"level": 8}).Denied(ownLevel)
			},
		},
		{
			ID: "members.update.own_nothing", Title: "Who sends no level may change nothing of themselves",
			Covers: patch, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				before := memberWith(s, person.Caller, person.Email)
				person.Patch(s.Org(suite.Members, "@me"), suite.JSON{"joined_at": "2000-01-01T00:00:00Z", "id": suite.Nowhere}).Status(200).
					Has("level", 1).Has("joined_at", before.Text("results.0.joined_at")).Has("id", before.Text("results.0.id"))
			},
		},
		{
			ID: "members.update.by_member", Title: "Members do not change others",
			Covers: patch, Needs: with(colleagues, suite.KeyOf("member")), Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(8)
				for _, level := range []int{8, 1} {
					s.Member().Patch(s.Org(suite.Members, person.UUID), suite.JSON{"level": level}).Denied(adminsOnly, noEditing)
				}
				memberWith(s, s.Admin(), person.Email).Has("results.0.level", 8)
			},
		},
		{
			ID: "members.update.higher", Title: "Administrators do not change owners",
			Covers: patch, Needs: with(colleagues, suite.KeyOf("owner")), Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(15)
				for _, level := range []int{15, 1} {
					s.Admin().Patch(s.Org(suite.Members, person.UUID), suite.JSON{"level": level}).Denied(higherMember, noEditing)
				}
				memberWith(s, s.Admin(), person.Email).Has("results.0.level", 15)
			},
		},
		{
			ID: "members.update.owner_by_admin", Title: "Only owners make owners",
			Covers: patch, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				s.Admin().Patch(s.Org(suite.Members, person.UUID), suite.JSON{"level": 15}).Denied(ownersOnly)
				memberWith(s, s.Admin(), person.Email).Has("results.0.level", 1)
			},
		},
		{
			ID: "members.update.second_owner", Title: "Making an owner takes nothing from who is one",
			Covers: patch, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				person := s.MemberOf(o, 1)
				levels := func(want ...any) { // of nobody but these two: what was read once may be remembered
					o.Owner.All(o.Path(suite.Members)).That("results.#.level", gomega.ConsistOf(want...))
				}
				levels(15.0, 1.0)
				o.Owner.Patch(o.Path(suite.Members, person.UUID), suite.JSON{"level": 15}).Status(200).Has("level", 15)
				levels(15.0, 15.0)
				o.Owner.Get(o.Path()).Status(200).Has("membership_level", 15)
				person.Get(o.Path()).Status(200).Has("membership_level", 15)
			},
		},
		{
			ID: "members.update.lower_owner", Title: "An owner lowers another owner",
			Covers: patch, Needs: ownPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				person := s.MemberOf(o, 15)
				o.Owner.Patch(o.Path(suite.Members, person.UUID), suite.JSON{"level": 1}).Status(200).Has("level", 1)
			},
		},
		{
			ID: "members.update.unknown", Title: "Who is no member is not found",
			Covers: patch, Needs: with(admin, suite.KeyOf("outsider")), Access: suite.Write, Aspect: suite.NotFound,
			Run: func(s *suite.S) {
				for _, id := range []string{suite.Nowhere, "nobody", s.UUIDOf("outsider")} {
					s.Admin().Patch(s.Org(suite.Members, id), suite.JSON{}).NotFound()
				}
			},
		},
		{
			ID: "members.update.before_body", Title: "Who may change whom is checked before the body",
			Covers: patch, Needs: with(admin, suite.KeyOf("member")), Access: suite.Write,
			Run: func(s *suite.S) {
				s.Member().Do("PATCH", s.Org(suite.Members, s.UUIDOf("admin")), "application/json", []byte(`{`)).Denied(adminsOnly, noEditing)
			},
		},
		{
			ID: "members.update.scope", Title: "Changing members needs the scope organization_member:write",
			Covers: patch, Needs: []suite.Need{suite.KeyOf("read_scopes")}, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Key("read_scopes").Patch(s.Org(suite.Members, "@me"), suite.JSON{}).Denied(missingScope("organization_member:write"))
			},
		},
		{
			ID: "members.update.recent_login", Title: "Changing members needs a recent login",
			Covers: []string{"members_partial_update", "members_update", "members_destroy"}, Needs: people, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				old := s.NewMember(s.Target().Organization.ID, 1).OldSession("3h")
				old.Patch(s.Org(suite.Members, "@me"), suite.JSON{}).Denied(notRecent)
				old.Put(s.Org(suite.Members, "@me"), suite.JSON{}).Denied(notRecent)
				old.Delete(s.Org(suite.Members, "@me")).Denied(notRecent)
				old.Get(s.Org(suite.Members)).Status(200)
			},
		},
		{
			ID: "members.update.concurrent", Title: "Changes of one member at the same time leave one of their levels",
			Covers: patch, Needs: ownPeople, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				person := s.MemberOf(o, 1)
				for _, answer := range s.Parallel(8, func(i int) *suite.Response {
					return o.Owner.Patch(o.Path(suite.Members, person.UUID), suite.JSON{"level": []int{1, 8}[i%2]})
				}) {
					answer.Status(200)
				}
				s.Expect(levelIn(o.Owner, o.ID, person.UUID)).To(gomega.BeElementOf(int64(1), int64(8)))
				o.Owner.Get(o.Path(suite.Members)).Status(200).Has("count", 2)
			},
		},
	}
	list = append(list, refusals("members.update", "members_partial_update", colleagues, []refusal{
		{"level_3", "There is no level 3", suite.JSON{"level": 3}, "invalid_choice", `"3" is not a valid choice.`, "level"},
		{"level_text", "A level is no word", suite.JSON{"level": "owner"}, "invalid_choice", `"owner" is not a valid choice.`, "level"},
		{"level_boolean", "A level is no boolean", suite.JSON{"level": true}, "invalid_choice", `"True" is not a valid choice.`, "level"},
		{"level_null", "A level is not null", suite.JSON{"level": nil}, "null", null, "level"},
	}, func(s *suite.S, body suite.JSON) *suite.Response {
		return s.Admin().Patch(s.Org(suite.Members, s.Colleague(1).UUID), body)
	})...)
	return robust(list, "level_boolean")
}
