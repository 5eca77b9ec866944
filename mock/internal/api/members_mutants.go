package api

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/trigram"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// changeMember changes the member in the path, once an operation has succeeded.
func changeMember(id string, change func(c *call, now *world.Membership, previous *world.World)) defect {
	return afterWithPrevious(id, func(c *call, previous *world.World) {
		if m, err := c.member(); err == nil {
			own := *m
			change(c, &own, previous)
			c.tx.PutMembership(&own)
		}
	})
}

// findRemoved finds a membership that is gone, and whose it was.
func findRemoved(c *call, previous *world.World) (*world.Membership, *world.User, bool) {
	user := c.User
	if c.param("user_uuid") != meAlias {
		found, ok := previous.UserByUUID(c.uuid("user_uuid"))
		if !ok {
			return nil, nil, false
		}
		user = found
	}
	m, ok := previous.Membership(user.ID, c.organization.ID)
	old, _ := previous.User(user.ID)
	return m, old, ok
}

// afterRemoval does something more once a member was removed or has left.
func afterRemoval(do func(c *call, previous *world.World, m *world.Membership, user *world.User)) defect {
	return afterWithPrevious("members_destroy", func(c *call, previous *world.World) {
		if m, user, ok := findRemoved(c, previous); ok {
			do(c, previous, m, user)
		}
	})
}

// retryAsOwner carries an operation out as for an owner where it is refused with a refusal.
func retryAsOwner(id string, refusal *rest.Error) defect {
	return around(id, func(c *call, next action) (int, error) {
		status, err := next(c)
		if errors.Is(err, refusal) {
			c.membership = &world.Membership{Level: world.Owner, Organization: c.organization.ID}
			return next(c)
		}
		return status, err
	})
}

// searchWithout has a search not see a part of who is searched.
func searchWithout(hide func(*world.User)) defect {
	return around("members_list", func(c *call, next action) (int, error) {
		filter, err := newMemberFilter(c.query)
		if err != nil || filter.search == "" {
			return next(c)
		}
		found := slices.DeleteFunc(filter.apply(c, c.view.Members(c.organization.ID)), func(m memberView) bool {
			user, _ := c.view.User(m.User)
			seen := *user
			hide(&seen)
			match, _ := searchMember(trigram.Of(filter.search), strings.ToLower(filter.search), &seen)
			return match == ""
		})
		return listRows(c, found, func(m memberView) { c.api.memberSerializer.Write(&c.out, m) })
	})
}

// memberMutants are about members.
func memberMutants() []mutantRow {
	joined := func(property string, by time.Duration) defect {
		return changeRows("members_list", func(rows []any) []any {
			for _, one := range rows {
				shiftTime(one.(*pyjson.Object), property, by)
			}
			return rows
		})
	}
	const member = "OrganizationMember"
	const list, update, put, destroy = "members_list", "members_partial_update", "members_update", "members_destroy"
	return []mutantRow{
		{"members.list.joined_ahead", "Members join in local time, two hours ahead.", "members.list.joined_now", joined("joined_at", 2*time.Hour)},
		{"members.list.joined_back", "Members join an hour before they do.", "members.list.joined_now", joined("joined_at", -time.Hour)},
		{"members.list.updated_ahead", "Who joins changes in local time, two hours ahead.", "members.list.joined_now", joined("updated_at", 2*time.Hour)},
		{"members.scopes.any", "Listing members asks for no scope of a key.", "callers.scope_read", skipStageOf("scope", list)},
		{"members.scopes.read_updates", "A key that reads may change levels.", "members.update.scope", requireScope(update, "organization_member:read")},
		{"members.scopes.read_removes", "A key that reads may remove members.", "callers.scope_delete", requireScope(destroy, "organization_member:read")},
		{"members.isolation.stranger", "Strangers read the members of an organization.", "callers.membership_required", admitStrangers(list)},
		{"members.isolation.foreign", "Members are removed through another organization.", "callers.foreign_object",
			before(destroy, func(c *call) {
				if user, ok := c.view.UserByUUID(c.uuid("user_uuid")); ok {
					if _, here := c.view.Membership(user.ID, c.organization.ID); !here {
						for _, m := range c.view.MembershipsOf(user.ID) {
							c.organization, _ = c.view.Organization(m.Organization)
						}
					}
				}
			})},
		{"members.recent_login.ignored", "Members can be changed in an old session.", "sessions.recent_login.required", skipRecentLogin(update, put, destroy)},
		{"members.list.oldest_first", "Members are listed oldest first.", "members.list.order", changeRows(list, mutant.Reversed)},
		{"members.list.order", "The order cannot be chosen.", "members.list.order", changeQuery(list, func(q url.Values) { q.Del("order") })},
		{"members.list.email", "The filter by address finds everybody.", "members.list.email", changeQuery(list, func(q url.Values) { q.Del("email") })},
		{"members.list.email_case", "The filter by address does not care for case.", "members.list.email",
			before(list, func(c *call) {
				if email, ok := c.query.Get("email"); ok {
					if user, found := c.view.UserByEmail(email); found {
						c.query = rest.ParseQuery("email=" + url.QueryEscape(user.Email))
					}
				}
			})},
		{"members.list.updated_after", "The filter by time finds everybody.", "members.list.updated_after", changeQuery(list, func(q url.Values) { q.Del("updated_after") })},
		{"members.list.search", "The search finds everybody.", "members.list.search", changeQuery(list, func(q url.Values) { q.Del("search") })},
		{"members.list.long_search", "A search has any length.", "members.list.search_length",
			changeQuery(list, func(q url.Values) { q.Set("search", q.Get("search")[:min(200, len(q.Get("search")))]) })},
		{"members.list.match_always", "Every list says how a search found a member.", "members.list.search_match", writeAlways(member, "search_match_type", `"exact"`)},
		{"members.list.match_never", "A search does not say how it found a member.", "members.list.search_match", writeAlways(member, "search_match_type", "null")},
		{"members.list.match_same", "A search does not tell the similar from the exact.", "members.list.search_match", writeInstead(member, "search_match_type", `"similar"`, `"exact"`)},
		{"members.list.match_last", "The exact comes after the similar.", "members.list.search_exact_first",
			around(list, func(c *call, next action) (int, error) {
				if search, _ := c.query.Get("search"); strings.TrimSpace(search) == "" {
					return next(c)
				}
				filter, err := newMemberFilter(c.query)
				if err != nil {
					return 0, err
				}
				found := filter.apply(c, c.view.Members(c.organization.ID))
				slices.Reverse(found)
				return listRows(c, found, func(m memberView) { c.api.memberSerializer.Write(&c.out, m) })
			})},
		{"members.list.last_names", "A search does not look at last names.", "members.list.search_names", searchWithout(func(u *world.User) { u.LastName = "" })},
		{"members.list.first_names", "A search does not look at first names.", "members.list.search_names", searchWithout(func(u *world.User) { u.FirstName = "" })},
		{"members.list.search_spaces", "White space around what is searched counts.", "members.list.search_names",
			around(list, func(c *call, next action) (int, error) {
				if search, _ := c.query.Get("search"); strings.TrimSpace(search) != search && strings.TrimSpace(search) != "" {
					return listRows(c, []memberView(nil), func(m memberView) { c.api.memberSerializer.Write(&c.out, m) })
				}
				return next(c)
			})},
		{"members.github_login.stranger", "Of who is no member the name at GitHub is told.", "members.github_login.stranger",
			around("members_github_login_retrieve", func(c *call, next action) (int, error) {
				if _, err := c.member(); err != nil {
					c.out.Object()
					c.out.Key("github_login").Null()
					c.out.End()
					return 200, nil //nolint:nilerr // the defect is to ignore the refusal
				}
				return next(c)
			})},
		{"members.github_login.empty", "Who has no name at GitHub has an empty one.", "members.github_login.none", replaceText("members_github_login_retrieve", "null", `""`)},
		{"members.list.limit", "A page of members has one more than was asked for.", "members.list.limit", oneRowMore(list)},
		{"members.representation.last_login", "A member does not show when they last logged in.", "members.list.last_login", writeAlways(member, "last_login", "null")},
		{"members.representation.secret", "A member shows a password.", "members.list.form", addProperty(member, "password", `"x"`)},
		{"members.representation.missing", "A member does not show since when.", "members.list.form", omitProperty(member, "joined_at")},
		{"members.representation.type", "A level is a word.", "members.list.form", writeAlways(member, "level", `"member"`)},
		{"members.representation.user", "A member shows the number of the user only.", "members.list.form", writeAlways(member, "user", "1")},
		{"members.update.forgotten", "A new level is answered and not stored.", "members.update.level", discardChanges(update)},
		{"members.update.joins_again", "A new level is a new beginning.", "members.update.joined_at",
			after(update, func(c *call) {
				if m, err := c.member(); err == nil {
					own := *m
					own.JoinedAt = c.now
					c.tx.PutMembership(&own)
				}
			})},
		{"members.update.put_forgotten", "A new level by PUT is answered and not stored.", "members.update.put", discardChanges(put)},
		{"members.update.own", "Everybody may change their own level.", "members.update.own_level", retryAsOwner(update, errOwnLevel)},
		{"members.update.by_member", "Members may change others.", "members.update.others", retryAsOwner(update, errAdminsOnly)},
		{"members.update.higher", "Administrators may change owners.", "members.update.above", retryAsOwner(update, errHigherMember)},
		{"members.update.owner_by_admin", "Administrators may make owners.", "members.update.above", retryAsOwner(update, errOwnersOnly)},
		{"members.update.hand_over", "Making an owner lowers who was one.", "members.update.second_owner",
			after(update, func(c *call) {
				if m, err := c.member(); err == nil && m.Level == world.Owner && m.User != c.User.ID {
					own := *c.membership
					own.Level = world.Administrator
					c.tx.PutMembership(&own)
				}
			})},
		{"members.update.body_first", "The body is checked before who may change whom.", "members.update.before_body",
			around(update, func(c *call, next action) (int, error) {
				if _, err := validate(c, c.api.memberSerializer, rest.Mode{Partial: true}); err != nil {
					return 0, err
				}
				return next(c)
			})},
		{"members.update.not_touched", "A change leaves updated_at alone.", "members.list.just_updated",
			changeMember(update, func(_ *call, now *world.Membership, previous *world.World) {
				if old, ok := previous.Membership(now.User, now.Organization); ok {
					now.UpdatedAt = old.UpdatedAt
				}
			})},
		{"members.update.any_level", "There are more levels.", "members.update.level_choice",
			changeConstraint(member, "level", func(p *spec.Property) { p.Enum = []any{1, 3, 8, 15} })},
		{"members.update.level_null", "A level may be null.", "members.update.level_null", nullable(member, "level")},
		{"members.update.unknown", "Who is no member is forbidden.", "callers.unknown_object", changeRefusal(update, "not_found", func(e *rest.Error) { e.Status = 403 })},
		{"members.remove.pretends", "Removing a member does nothing.", "members.remove.by_admin", discardChanges(destroy)},
		{"members.remove.by_member", "Members may remove others.", "members.remove.by_member", retryAsOwner(destroy, errAdminsOnly)},
		{"members.remove.higher", "Administrators may remove owners.", "members.remove.above", retryAsOwner(destroy, errHigherMember)},
		{"members.remove.peer", "Administrators cannot remove administrators.", "members.remove.peer",
			around(destroy, func(c *call, next action) (int, error) {
				if m, err := c.member(); err == nil && m.User != c.User.ID && m.Level == c.membership.Level && m.Level == world.Administrator {
					return 0, errHigherMember
				}
				return next(c)
			})},
		{"members.remove.roles_stay", "Who leaves the organization stays in its roles.", "members.remove.roles_too",
			afterRemoval(func(c *call, previous *world.World, m *world.Membership, _ *world.User) {
				c.tx.PutMembership(m)
				for _, role := range previous.RolesOf(m.Organization, m.User) {
					c.tx.PutRoleMembership(role)
				}
			})},
		{"members.remove.grants_stay", "Who comes back has the project access of before.", "members.remove.grants_too",
			afterRemoval(func(c *call, previous *world.World, m *world.Membership, _ *world.User) {
				previous.Projects(m.Organization).All(func(p *world.Project) bool {
					if _, granted := p.Grant(m.User); granted {
						c.tx.PutProject(p)
					}
					return true
				})
			})},
		{"members.leave.me", "@me is nobody.", "members.leave.me",
			around(destroy, func(c *call, next action) (int, error) {
				if c.param("user_uuid") == meAlias {
					return 0, rest.ErrNotFound
				}
				return next(c)
			})},
		{"members.leave.named", "Plain members leave as @me alone, and may not remove themselves by their id.", "members.leave.me",
			around(destroy, func(c *call, next action) (int, error) {
				if c.param("user_uuid") != meAlias && c.membership.Level < world.Administrator {
					return 0, errAdminsOnly
				}
				return next(c)
			})},
		{"members.leave.current", "Who leaves their current organization leaves the others, too.", "members.leave.current",
			afterRemoval(func(c *call, _ *world.World, _ *world.Membership, user *world.User) {
				for _, other := range c.view.MembershipsOf(user.ID) {
					c.tx.DeleteMembership(other)
				}
			})},
		{"members.leave.session", "Leaving ends the sessions.", "members.leave.session",
			afterRemoval(func(c *call, _ *world.World, _ *world.Membership, user *world.User) { c.tx.EndSessions(user.ID) })},
	}
}
