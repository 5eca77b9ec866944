package scenarios

import (
	"net/url"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

const (
	onlyVerified  = "Your organization only allows members with a verified email domain. Contact your organization's admin for access."
	keepsCallerIn = "You can't delete this domain while membership is restricted to verified email domains, because your own email address would no longer be allowed. Turn off that setting first."
	restriction   = "enforce_verified_domains"
	removeBlocked = "remove_blocked_members_and_enforce_verified_domains"
	blockedCode   = "verified_domain_required"
	seeOthers     = "members_can_see_org_members"
)

// place is an organization of somebody with an address on its verified domain. It may let in nobody
// else.
type place struct {
	suite.Organization
	owner  suite.Person
	domain suite.Thing
	name   string // of the domain
}

// newPlace makes a place that lets in everybody, until it is restricted.
func newPlace(s *suite.S) place {
	name := s.Place()
	owner := s.NobodyAt(name)
	o := s.NewOrganizationOf(owner.Caller, suite.JSON{"name": s.Name()})
	o.AtEnd(suite.JSON{restriction: false})
	o.Equip("automatic_provisioning")
	return place{o, owner, verifiedIn(s, o, owner.InSession(), name), name}
}

// restrict has the place let in only who has an address on its verified domains.
func (p place) restrict() {
	p.Owner.Patch(p.Path(), suite.JSON{restriction: true}).Status(200).Has(restriction, true)
}

// queriesOfMembers are all ways to ask for members, somebody among them.
func queriesOfMembers(somebody suite.Person) []string {
	address := url.QueryEscape(somebody.Email)
	return []string{
		"?search=" + address, "?email=" + address, "?order=joined_at", "?order=-joined_at", "?limit=1&offset=1", "?limit=1000",
		"?updated_after=2000-01-01T00:00:00Z", "?order=joined_at&search=" + address, "?search=",
	}
}

// blocked wants a refusal of somebody whose address is not on a verified domain.
func blocked(answer *suite.Response) { answer.Refused(403, blockedCode, onlyVerified, "") }

// verifiedDomains: organizations that let in only people with an address on one of their
// verified domains.
func verifiedDomains() []suite.Scenario {
	needs := with(ownPeople, suite.TXTRecords)
	controlled := with(ownOrganization, suite.TXTRecords)
	patch := []string{"organizations_partial_update"}
	return []suite.Scenario{
		{
			ID: "organizations.restriction.default", Title: "A new organization does not restrict its membership",
			Covers: []string{"organizations_create", "organizations_retrieve"}, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				o.Has(restriction, nil)
				o.Owner.Get(o.Path()).Status(200).Has(restriction, nil)
				o.Owner.Patch(o.Path(), suite.JSON{restriction: false}).Status(200).Has(restriction, false)
				s.NewOrganization(suite.JSON{restriction: nil}).Has(restriction, nil)
			},
		},
		{
			ID: "organizations.restriction.blocks", Title: "A member with an address elsewhere is refused on every path of the organization, by key and in a session",
			Rules:  []string{"organizations.restriction.blocks", "organizations.restriction.blocks_below"},
			Covers: []string{"organizations_retrieve", "domains_list", "members_list", "identity_provider_configs_list", "organizations_projects_list", "domains_create", "invites_create"},
			Needs:  needs, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				o := newPlace(s)
				outside, inside := s.MemberOf(o.Organization, 8), s.MemberAt(o.Organization, 1, o.name)
				below := s.MemberAt(o.Organization, 8, "sub."+o.name)
				callers := []*suite.Caller{outside.WithKey(), outside.InSession(), below.Caller}
				o.restrict()
				for _, caller := range callers {
					for _, path := range []string{o.Path(), o.Path(suite.Domains), o.Path(suite.Members), o.Path(suite.Configs), o.Path(suite.Projects)} {
						blocked(caller.Get(path))
					}
					blocked(caller.Post(o.Path(suite.Domains), suite.JSON{"domain": s.Domain()}))
					blocked(caller.Post(o.Path(suite.Invites), silentInvite(s, nil)))
				}
				inside.Get(o.Path()).Status(200).Has(restriction, true)
				inside.InSession().Get(o.Path(suite.Members)).Status(200)
				o.Owner.Get(o.Path(suite.Domains)).Status(200).Has("count", 1)
			},
		},
		{
			ID: "organizations.restriction.elsewhere", Title: "Who is refused in one organization works on in others",
			Covers: []string{"organizations_retrieve", "users_me_retrieve"}, Needs: needs, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				o := newPlace(s)
				outside := s.MemberOf(o.Organization, 1)
				// Before: a session whose current organization refuses it makes none. Source: posthog/auth.py.
				other := s.NewOrganizationOf(outside.Caller, suite.JSON{"name": s.Name()})
				o.restrict()
				blocked(outside.Get(o.Path()))
				outside.Get(other.Path()).Status(200).Has("id", other.ID)
				outside.Get(other.Path(suite.Members)).Status(200).Has("count", 1)
				outside.Get("/api/users/@me/").Status(200).Has("email", outside.Email)
			},
		},
		{
			ID: "organizations.restriction.way_out", Title: "A refused administrator may lift the restriction, and change nothing else",
			Rules:  []string{"organizations.restriction.way_out", "organizations.restriction.way_out_level"},
			Covers: append([]string{"organizations_update"}, patch...), Needs: needs, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				o := newPlace(s)
				outside, member := s.MemberOf(o.Organization, 8), s.MemberOf(o.Organization, 1)
				o.restrict()
				off := suite.JSON{restriction: false}
				blocked(outside.Patch(o.Path(), suite.JSON{"name": s.Name()}))
				blocked(outside.Patch(o.Path(), suite.Together(off, suite.JSON{"name": s.Name()})))
				blocked(outside.Put(o.Path(), suite.Together(off, suite.JSON{"name": s.Name()})))
				member.Patch(o.Path(), off).Status(403)
				o.Owner.Get(o.Path()).Status(200).Has(restriction, true).Has("name", o.Text("name"))
				outside.Patch(o.Path(), off).Status(200).Has(restriction, false)
				member.Get(o.Path()).Status(200).Has(restriction, false)
			},
		},
		{
			ID: "organizations.restriction.turn_on", Title: "The restriction needs a verified domain, and the caller to be on one",
			Covers: patch, Needs: needs, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				o := newPlace(s)
				s.MemberOf(o.Organization, 8).Patch(o.Path(), suite.JSON{restriction: true}).Status(400)
				o.Owner.Get(o.Path()).Status(200).Has(restriction, nil)
				o.Owner.Delete(o.domain.Path()).Empty()
				o.Owner.Patch(o.Path(), suite.JSON{restriction: true}).Status(400)
				o.Owner.Get(o.Path()).Status(200).Has(restriction, nil)
			},
		},
		{
			ID: "organizations.restriction.feature", Title: "The restriction needs the feature of automatic provisioning",
			Covers: patch, Needs: controlled, Access: suite.Write, Aspect: suite.FeatureGate,
			Run: func(s *suite.S) {
				o := newPlace(s)
				s.SetFeature(o.ID, "automatic_provisioning", false)
				o.Owner.Patch(o.Path(), suite.JSON{restriction: true}).Status(400)
				o.Owner.Get(o.Path()).Status(200).Has(restriction, nil)
			},
		},
		{
			ID: "organizations.restriction.remove_blocked", Title: "Members who would be refused are removed, owners are not, and the restriction is on",
			Covers: []string{"remove_blocked_members_and_enforce_verified_domains_create"}, Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) {
				o := newPlace(s)
				inside := s.MemberAt(o.Organization, 1, o.name)
				outside, admin, owner := s.MemberOf(o.Organization, 1), s.MemberOf(o.Organization, 8), s.MemberOf(o.Organization, 15)
				o.Owner.Post(o.Path(removeBlocked), nil).Status(200).Keys("", "removed_members").Has("removed_members", 2)
				o.Owner.Get(o.Path()).Status(200).Has(restriction, true).Has("member_count", 3)
				left := o.Owner.All(o.Path(suite.Members))
				left.That("results.#.user.uuid", gomega.And(
					gomega.ContainElements(inside.UUID, owner.UUID), gomega.Not(gomega.ContainElement(outside.UUID)), gomega.Not(gomega.ContainElement(admin.UUID)),
				))
				outside.Get(o.Path(suite.Members)).Status(403)
				inside.Get(o.Path(suite.Members)).Status(200)
				blocked(owner.Get(o.Path(suite.Members)))
			},
		},
		{
			ID: "organizations.restriction.remove_level", Title: "Plain members cannot remove who would be refused",
			Covers: []string{"remove_blocked_members_and_enforce_verified_domains_create"}, Needs: needs, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				o := newPlace(s)
				outside := s.MemberOf(o.Organization, 1)
				s.MemberAt(o.Organization, 1, o.name).Post(o.Path(removeBlocked), nil).Denied(lowLevel)
				outside.Get(o.Path(suite.Members)).Status(200).Has("count", 3)
			},
		},
		{
			ID: "organizations.restriction.remove_unknown", Title: "In an organization that does not exist nobody is removed",
			Covers: []string{"remove_blocked_members_and_enforce_verified_domains_create"}, Needs: admin, Access: suite.Write, Aspect: suite.Isolation,
			Run: func(s *suite.S) {
				s.Admin().Post(suite.OrgPath(suite.Nowhere, removeBlocked), nil).Status(404).Has("code", "not_found")
			},
		},
		{
			ID: "organizations.restriction.remove_old_session", Title: "An old session removes nobody", Rules: []string{"organizations.restriction.remove_caller"},
			Covers: []string{"remove_blocked_members_and_enforce_verified_domains_create"}, Needs: controlled, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				o := newPlace(s)
				outside := s.MemberOf(o.Organization, 1)
				administrator := s.MemberAt(o.Organization, 8, o.name)
				administrator.OldSession("3h").Post(o.Path(removeBlocked), nil).Denied(notRecent)
				o.Owner.Get(o.Path()).Status(200).Has(restriction, nil)
				outside.Get(o.Path(suite.Members)).Status(200).Has("count", 3)
				administrator.InSession().Post(o.Path(removeBlocked), nil).Status(200).Has("removed_members", 1)
			},
		},
		{
			ID: "organizations.restriction.remove_refused", Title: "Nobody is removed where the restriction could not be turned on",
			Rules:  []string{"organizations.restriction.remove_refused", "organizations.restriction.remove_outside"},
			Covers: []string{"remove_blocked_members_and_enforce_verified_domains_create"}, Needs: needs, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				o := newPlace(s)
				s.MemberOf(o.Organization, 8).Post(o.Path(removeBlocked), nil).Status(400)
				o.Owner.Get(o.Path()).Status(200).Has(restriction, nil).Has("member_count", 2)
			},
		},
		{
			ID: "domains.delete.keeps_caller_in", Title: "Under the restriction nobody deletes the verified domain that keeps them in",
			Covers: []string{"domains_destroy"}, Needs: needs, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				o := newPlace(s)
				other := verifiedIn(s, o.Organization, o.owner.InSession(), s.Place())
				there := s.MemberAt(o.Organization, 8, other.Text("domain"))
				o.restrict()
				unverified := o.MadeIn(suite.Domains, o.Owner.Post(o.Path(suite.Domains), suite.JSON{"domain": s.Domain()}))
				o.Owner.Delete(o.domain.Path()).Invalid("would_block_self", keepsCallerIn, "")
				o.Owner.Get(o.domain.Path()).Status(200).Has("id", o.domain.ID)
				there.Delete(unverified.Path()).Empty()
				o.Owner.Delete(other.Path()).Empty()
				o.Owner.Patch(o.Path(), suite.JSON{restriction: nil}).Status(200).Has(restriction, nil)
				o.Owner.Delete(o.domain.Path()).Empty()
			},
		},
		{
			ID: "domains.delete.others_in", Title: "Under the restriction a domain of others may be deleted",
			Rules:  []string{"domains.delete.keeps_caller_in"},
			Covers: []string{"domains_destroy"}, Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) {
				o := newPlace(s)
				second := verifiedIn(s, o.Organization, o.owner.InSession(), s.Place())
				there := s.MemberAt(o.Organization, 8, second.Text("domain"))
				o.restrict()
				there.Delete(o.domain.Path()).Empty()
				there.Delete(second.Path()).Invalid("would_block_self", keepsCallerIn, "")
				there.Patch(o.Path(), suite.JSON{restriction: false}).Status(200)
			},
		},
		{
			ID: "invites.create.outside_address", Title: "Under the restriction nobody with an address elsewhere is invited",
			Covers: []string{"invites_create", "invites_bulk_create", "invites_delegate_create", "invites_list"}, Needs: needs, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				o := newPlace(s)
				o.restrict()
				inside := silentInvite(s, suite.JSON{"target_email": s.Name() + "@" + o.name})
				for _, address := range []string{s.Email(), s.Name() + "@sub." + o.name} {
					outside := silentInvite(s, suite.JSON{"target_email": address})
					o.Owner.Post(o.Path(suite.Invites), outside).Status(400).Has("code", blockedCode)
					o.Owner.Post(o.Path(suite.Invites, "bulk"), []suite.JSON{inside, outside}).Status(400).Has("code", blockedCode)
					o.Owner.Post(o.Path(suite.Invites, "delegate"), suite.JSON{"target_email": address}).Status(400).Has("code", blockedCode)
				}
				o.Owner.Get(o.Path(suite.Invites)).Status(200).Has("count", 0)
				o.Owner.Post(o.Path(suite.Invites), inside).Status(201)
			},
		},
		{
			ID: "invites.create.plus", Title: "An address with a plus in its local part is not invited, alone or in bulk",
			Covers: []string{"invites_create", "invites_bulk_create", "invites_list"}, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				name := s.Name()
				address := suite.JSON{"target_email": name + "+tag@example.com", "send_email": false}
				s.Admin().Post(s.Org(suite.Invites), address).Status(400).Has("attr", "target_email")
				other := silentInvite(s, nil)
				s.Admin().Post(s.Org(suite.Invites, "bulk"), []suite.JSON{other, address}).Status(400)
				rows := s.Admin().All(s.Org(suite.Invites))
				for _, begins := range []string{name + "+", name + "@", other["target_email"].(string)} { // names of other stories may begin alike
					s.Expect(rows.Get("results").Raw).NotTo(gomega.ContainSubstring(`"` + begins))
				}
			},
		},
		{
			// A target that takes it sends mail: a delegation cannot be silent.
			ID: "invites.delegate.plus", Title: "The set-up is not delegated to an address with a plus in its local part",
			Covers: []string{"invites_delegate_create"}, Needs: with(admin, suite.Mail), Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				s.Admin().Post(delegatePath(s), suite.JSON{"target_email": strings.Replace(s.Email(), "@", "+tag@", 1)}).Status(400).Has("attr", "target_email")
			},
		},
		{
			ID: "users.current.restricted", Title: "An organization that refuses somebody cannot be chosen by them",
			Covers: []string{"users_me_partial_update"}, Needs: needs, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				o := newPlace(s)
				outside, inside := s.MemberOf(o.Organization, 1), s.MemberAt(o.Organization, 1, o.name)
				other := s.NewOrganizationOf(outside.Caller, suite.JSON{"name": s.Name()})
				o.restrict()
				choice := suite.JSON{"set_current_organization": o.ID}
				outside.Patch("/api/users/@me/", choice).Status(400).Has("code", blockedCode)
				outside.Get("/api/users/@me/").Status(200).Has("organization.id", other.ID)
				inside.Patch("/api/users/@me/", choice).Status(200).Has("organization.id", o.ID)
			},
		},
		{
			ID: "sessions.login.shut_out", Title: "Who logs in leaves an organization that refuses them for another; without another only administrators get in",
			Covers: []string{"login_create", "users_me_retrieve", "organizations_partial_update"}, Needs: needs, Access: suite.Write, Aspect: suite.Authentication,
			Run: func(s *suite.S) {
				o := newPlace(s)
				member, administrator, elsewhere := s.MemberOf(o.Organization, 1), s.MemberOf(o.Organization, 8), s.MemberOf(o.Organization, 1)
				inside := s.MemberAt(o.Organization, 1, o.name)
				other := s.NewOrganizationOf(elsewhere.Caller, suite.JSON{"name": s.Name()})
				elsewhere.Patch("/api/users/@me/", suite.JSON{"set_current_organization": o.ID}).Status(200).Has("organization.id", o.ID)
				o.Owner.Patch(o.Path(), suite.JSON{restriction: true}).Status(200)
				s.Expect(member.TryLogIn().Code()).To(gomega.BeElementOf(400, 401, 403))
				browser(s, administrator.LogIn()).Patch(o.Path(), suite.JSON{restriction: false}).Status(200).Has(restriction, false)
				o.Owner.Patch(o.Path(), suite.JSON{restriction: true}).Status(200)
				browser(s, elsewhere.LogIn()).Get("/api/users/@me/").Status(200).Has("organization.id", other.ID)
				inside.LogIn()
			},
		},
		{
			ID: "members.list.hidden", Title: "Where members do not see one another, they see themselves, and administrators see all",
			Covers: []string{"members_list", "organizations_partial_update"}, Needs: ownPeople, Access: suite.Write, Aspect: suite.Permission,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				o.Has(seeOthers, true)
				member, admin := s.MemberOf(o, 1), s.MemberOf(o, 8)
				member.Get(o.Path(suite.Members)).Status(200).Has("count", 3)
				o.Owner.Patch(o.Path(), suite.JSON{seeOthers: false}).Status(200).Has(seeOthers, false)
				member.Get(o.Path(suite.Members)).Status(200).Has("count", 1).Has("results.0.user.uuid", member.UUID)
				for _, query := range queriesOfMembers(admin) {
					seen := member.Get(o.Path(suite.Members) + query).Status(200)
					s.Expect(seen.Get("results.#.user.uuid").Value()).To(gomega.Or(gomega.BeEmpty(), gomega.HaveEach(member.UUID)), "who is seen by %s", query)
					seen.That("count", gomega.BeNumerically("<=", 1))
				}
				admin.Get(o.Path(suite.Members)).Status(200).Has("count", 3)
				o.Owner.Get(o.Path(suite.Members)).Status(200).Has("count", 3)
				o.Owner.Patch(o.Path(), suite.JSON{seeOthers: true}).Status(200).Has(seeOthers, true)
				member.Get(o.Path(suite.Members)).Status(200).Has("count", 3)
			},
		},
	}
}
