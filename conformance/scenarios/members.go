package scenarios

import (
	"net/url"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// people are the needs of scenarios that make members.
var people = with(admin, suite.ControlPlane)

// colleagues are the needs of scenarios about people of the organization whom the run made.
var colleagues = with(admin, suite.Colleagues)

func membersList() []suite.Scenario {
	list := []string{"members_list"}
	asMember := []suite.Need{suite.KeyOf("member"), suite.EmailOf("member")}
	return []suite.Scenario{
		{
			ID: "members.list.form", Title: "Every member sees the members, and how each is shown",
			Covers: list, Needs: asMember, Access: suite.Read,
			Run: func(s *suite.S) {
				me := memberWith(s, s.Member(), s.Target().Credentials["member"].Email).Has("results.0.level", 1)
				me.Keys("results.0", s.Shown("OrganizationMember")...)
				me.Keys("results.0.user", userKeys...)
			},
		},
		{
			ID: "members.list.newest_first", Title: "Who joined last comes first",
			Covers: list, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				first, second := s.Colleague(1), s.Colleague(1)
				s.Expect(inOrder(s, "", first, second)).To(gomega.Equal([]string{second.UUID, first.UUID}))
				s.Expect(inOrder(s, "?order=-joined_at", first, second)).To(gomega.Equal([]string{second.UUID, first.UUID}))
			},
		},
		{
			ID: "members.list.joined_now", Title: "Who joins has joined at that moment",
			Covers: list, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				memberWith(s, s.Admin(), s.Colleague(1).Email).IsNow("results.0.joined_at").IsNow("results.0.updated_at")
			},
		},
		{
			ID: "members.list.joined_later", Title: "Who accepts an invite has joined then, and not when they were invited", Rules: []string{"members.list.joined_now"},
			Covers: append([]string{"invites_create"}, list...), Needs: with(admin, suite.Allowed(target.CreateUsers)), Access: suite.Write,
			Run: func(s *suite.S) {
				invite := s.NewInvite(nil)
				s.NextMoment(invite.Text("created_at"))
				s.Accept(s.Anonymous(), invite, newcomer(s)).Status(201)
				memberWith(s, s.Admin(), invite.Text("target_email")).
					That("results.0.joined_at", after(invite.Get("created_at")))
			},
		},
		{
			ID: "members.list.oldest_first", Title: "Members can be listed by when they joined",
			Covers: list, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				first, second := s.Colleague(1), s.Colleague(1)
				s.Expect(inOrder(s, "?order=joined_at", first, second)).To(gomega.Equal([]string{first.UUID, second.UUID}))
			},
		},
		{
			ID: "members.list.other_order", Title: "Any other order counts as the default",
			Covers: list, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				first, second := s.Colleague(1), s.Colleague(1)
				s.Expect(inOrder(s, "?order=user__password", first, second)).To(gomega.Equal([]string{second.UUID, first.UUID}))
			},
		},
		{
			ID: "members.list.email", Title: "An address finds its member, and only exactly",
			Covers: list, Needs: with(admin, suite.EmailOf("member")), Access: suite.Read,
			Run: func(s *suite.S) {
				email := s.Target().Credentials["member"].Email
				memberWith(s, s.Admin(), email).Has("count", 1).Has("results.0.user.email", email)
				memberWith(s, s.Admin(), strings.ToUpper(email)).Has("count", 0)
				memberWith(s, s.Admin(), s.Email()).Has("count", 0).Has("results", []int{})
			},
		},
		{
			ID: "members.list.updated_after", Title: "Members can be found by when they changed",
			Covers: list, Needs: with(admin, suite.EmailOf("member")), Access: suite.Read,
			Run: func(s *suite.S) {
				s.Admin().Get(s.Org(suite.Members)+"?updated_after=2000-01-01T00:00:00Z").Status(200).That("count", gomega.BeNumerically(">=", 1))
				s.Admin().Get(s.Org(suite.Members)+"?updated_after=2999-01-01T00:00:00Z").Status(200).Has("count", 0)
			},
		},
		{
			ID: "members.list.just_updated", Title: "Who has just been changed is found by that",
			Covers: append([]string{"members_partial_update"}, list...), Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				before := memberWith(s, s.Admin(), person.Email).Get("results.0.updated_at")
				s.NextMoment(before.String())
				after := s.Admin().Patch(s.Org(suite.Members, person.UUID), suite.JSON{"level": 8}).Status(200).Get("updated_at")
				s.Expect(after.Time()).To(gomega.BeTemporally(">", before.Time()), "updated_at moves forward")
				since := url.QueryEscape(before.String())
				s.Admin().Get(s.Org(suite.Members)+"?updated_after="+since+"&email="+url.QueryEscape(person.Email)).Status(200).Has("count", 1)
			},
		},
		{
			ID: "members.list.search", Title: "A search finds members by their address",
			Covers: list, Needs: with(admin, suite.EmailOf("member")), Access: suite.Read,
			Run: func(s *suite.S) {
				email := s.Target().Credentials["member"].Email
				s.Admin().Get(s.Org(suite.Members)+"?search="+url.QueryEscape(email)).Status(200).Has("results.0.user.email", email)
				s.Admin().Get(s.Org(suite.Members)+"?search=qqzzxxqqzzxx").Status(200).Has("count", 0)
			},
		},
		{
			ID: "members.list.search_typo", Title: "A search forgives a typing error",
			Covers: list, Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.NewMember(s.Target().Organization.ID, 1)
				found := s.Admin().All(s.Org(suite.Members) + "?search=Persom")
				s.Expect(found.Text(`results.#(user.uuid=="` + person.UUID + `").user.last_name`)).To(gomega.Equal("Person"))
			},
		},
		{
			ID: "members.list.search_match", Title: "A search says how it found a member, and no other list does",
			Covers: list, Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.NewMember(s.Target().Organization.ID, 1)
				search := func(text string) *suite.Response {
					return s.Admin().All(s.Org(suite.Members) + "?search=" + url.QueryEscape(text)).Status(200)
				}
				match := `results.#(user.uuid=="` + person.UUID + `").search_match_type`
				search(strings.ToUpper(person.Email[2:])).Has(match, "exact")
				search("Persom").Has(match, "similar")
				search("  ").Has(match, nil)
				memberWith(s, s.Admin(), person.Email).Has("results.0.search_match_type", nil)
			},
		},
		{
			ID: "members.list.search_exact_first", Title: "What a search finds exactly comes before what is only similar",
			Rules:  []string{"members.list.search_exact_first", "members.list.search_match"},
			Covers: append([]string{"users_me_partial_update"}, list...), Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				exact, other := s.Colleague(1), s.Colleague(1)
				page := s.Admin().All(s.Org(suite.Members) + "?search=" + url.QueryEscape(exact.Email)).Status(200)
				page.Has("results.0.user.uuid", exact.UUID).Has("results.0.search_match_type", "exact").Has(`results.#(search_match_type=="exact")#.user.uuid`, []string{exact.UUID})
				s.Admin().All(s.Org(suite.Members)).Has(matchOf(exact), nil)
				if match := matchOf(other); page.Get(match).Exists() {
					page.Has(match, "similar") // how similar it must be is for the server to say
				}
				exact.Patch("/api/users/@me/", suite.JSON{"first_name": "Thessalonike"}).Status(200)
				other.Patch("/api/users/@me/", suite.JSON{"first_name": "Thessalonika"}).Status(200)
				page = s.Admin().Get(s.Org(suite.Members)+"?limit=1000&search=Thessalonike").Status(200).Has(matchOf(exact), "exact")
				if page.Get(matchOf(other)).Exists() {
					page.Has(matchOf(other), "similar")
					found := page.Get("results.#.search_match_type").String()
					s.Expect(found).NotTo(gomega.MatchRegexp("similar.*exact"), "how each was found, from the first on")
				}
			},
		},
		{
			ID: "members.list.search_similar", Title: "What is nearly what a search is for is found too", Provisional: true,
			Covers: list, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				exact, similar := s.Colleague(1), s.Colleague(1)
				page := s.Admin().All(s.Org(suite.Members) + "?search=" + url.QueryEscape(exact.Email)).Status(200)
				page.Has(`results.#(user.uuid=="`+similar.UUID+`").search_match_type`, "similar")
			},
		},
		{
			ID: "members.list.search_names", Title: "A search finds members by each of their names, whatever the case and the white space around it",
			Covers: append([]string{"users_me_partial_update"}, list...), Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				person, other := s.Colleague(1), s.Colleague(1)
				first, last := "Zephyrine", "Quibblethwait" // nothing in the address is like them
				person.Patch("/api/users/@me/", suite.JSON{"first_name": first, "last_name": last}).Status(200)
				for _, text := range []string{first, last, strings.ToUpper(last), "  " + first + "  ", person.Email} {
					page := s.Admin().All(s.Org(suite.Members) + "?search=" + url.QueryEscape(text)).Status(200)
					s.Expect(page.Get("results.#.user.uuid").String()).To(gomega.ContainSubstring(person.UUID), "found by "+text)
				}
				blank := s.Admin().All(s.Org(suite.Members) + "?search=" + url.QueryEscape("  ")).Status(200)
				s.Expect(blank.Get("results.#.user.uuid").String()).To(gomega.And(gomega.ContainSubstring(person.UUID), gomega.ContainSubstring(other.UUID)))
			},
		},
		{
			ID: "members.list.search_too_long", Title: "A search has at most 200 characters",
			Covers: list, Needs: admin, Access: suite.Read, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.Admin().Get(s.Org(suite.Members)+"?search="+strings.Repeat("x", 201)).
					Invalid("invalid_input", "Search query must be 200 characters or fewer.", "search")
				s.Admin().Get(s.Org(suite.Members) + "?search=" + strings.Repeat("x", 200)).Status(200)
			},
		},
		{
			ID: "members.list.limit", Title: "A page of members has as many as were asked for",
			Covers: list, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				s.Colleague(1)
				page := s.Admin().Get(s.Org(suite.Members)+"?limit=1&order=joined_at").Status(200).
					Links("next", "limit=1&offset=1&order=joined_at")
				s.Expect(page.Get("results").Array()).To(gomega.HaveLen(1))
			},
		},
		{
			ID: "members.retrieve.session", Title: "A single member cannot be read",
			Covers: list, Needs: with(adminSession, suite.KeyOf("member")), Access: suite.Read,
			Run: func(s *suite.S) {
				path := s.Org(suite.Members, s.UUIDOf("member"))
				s.Session("admin").Get(path).Refused(405, "method_not_allowed", `Method "GET" not allowed.`, "")
				s.Admin().Get(path).Denied(noKeyAccess)
			},
		},
		{
			ID: "members.github_login.none", Title: "A member without an account at GitHub has no name there",
			Covers: []string{"members_github_login_retrieve"}, Needs: colleagues, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				s.Admin().Get(s.Org(suite.Members, person.UUID, "github_login")).Status(200).Keys("", "github_login").Has("github_login", nil)
				person.Get(s.Org(suite.Members, "@me", "github_login")).Status(200).Has("github_login", nil)
			},
		},
		{
			ID: "members.github_login.stranger", Title: "Of who is no member nothing is told",
			Covers: []string{"members_github_login_retrieve", "members_scoped_api_keys_retrieve"}, Needs: with(adminSession, suite.KeyOf("outsider")), Access: suite.Read, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				for _, user := range []string{s.UUIDOf("outsider"), suite.Nowhere, "nobody"} {
					s.Admin().Get(s.Org(suite.Members, user, "github_login")).NotFound()
					s.Session("admin").Get(s.Org(suite.Members, user, "scoped_api_keys")).NotFound()
				}
				s.Outsider().Get(s.Org(suite.Members, s.UUIDOf("admin"), "github_login")).Denied(noPermission)
			},
		},
		{
			ID: "members.list.last_login", Title: "A member shows when they last logged in",
			Covers: []string{"members_list", "login_create"}, Needs: people, Access: suite.Write,
			Run: func(s *suite.S) {
				person := s.NewMember(s.Target().Organization.ID, 1)
				memberWith(s, s.Admin(), person.Email).Has("results.0.last_login", nil)
				before := s.Now()
				person.LogIn()
				at := memberWith(s, s.Admin(), person.Email).Get("results.0.last_login").Time()
				s.Expect(at).To(gomega.And(gomega.BeTemporally(">=", before), gomega.BeTemporally("<=", s.Now())))
			},
		},
	}
}

// matchOf is where a list says how a search found somebody.
func matchOf(person suite.Person) string {
	return `results.#(user.uuid=="` + person.UUID + `").search_match_type`
}

// memberWith lists the members of the target's organization with an address.
func memberWith(s *suite.S, c *suite.Caller, email string) *suite.Response {
	return c.Get(s.Org(suite.Members) + "?email=" + url.QueryEscape(email)).Status(200)
}

// inOrder returns the UUIDs of people in the order in which a list shows them.
func inOrder(s *suite.S, query string, wanted ...suite.Person) (found []string) {
	for next := s.Org(suite.Members) + query; next != ""; {
		page := s.Admin().Get(next).Status(200)
		for _, uuid := range page.Get("results.#.user.uuid").Array() {
			for _, person := range wanted {
				if uuid.String() == person.UUID {
					found = append(found, person.UUID)
				}
			}
		}
		next = page.Text("next")
	}
	return found
}

// levelIn is the level of somebody in an organization, 0 for who is no member.
func levelIn(c *suite.Caller, organization, uuid string) int64 {
	page := c.All(suite.OrgPath(organization, suite.Members))
	return page.Get(`results.#(user.uuid=="` + uuid + `").level`).Int()
}
