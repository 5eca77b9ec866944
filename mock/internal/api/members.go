package api

import (
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// The members of an organization. There is no retrieve.
// Source: posthog/api/organization_member.py.

// meAlias stands for the caller among the members in a path.
const meAlias = "@me"

// memberView is what a member is rendered from.
type memberView struct {
	*world.Membership
	user *world.User
}

func (c *call) memberView(m *world.Membership) memberView {
	user, _ := c.view.User(m.User)
	return memberView{m, user}
}

func (c *call) writeMember(m *world.Membership) {
	c.api.memberSerializer.Write(&c.out, c.memberView(m))
}

func memberBindings() []rest.Binding[memberView, *call] {
	return append(roleMemberBindings(), rest.Binding[memberView, *call]{
		Name: "last_login", Write: func(w *rest.Writer, m memberView) { w.OptTime(m.user.LastLogin) },
	})
}

// roleMemberBindings are those of a member within a role, which lacks the last
// login. Second factors and social logins are not part of the fake.
func roleMemberBindings() []rest.Binding[memberView, *call] {
	return []rest.Binding[memberView, *call]{
		{Name: "id", Write: func(w *rest.Writer, m memberView) { w.String(m.ID) }},
		{Name: "user", Write: func(w *rest.Writer, m memberView) { writeBasicUser(w, m.user) }},
		{Name: "level", Write: func(w *rest.Writer, m memberView) { w.Int(int(m.Level)) }},
		{Name: "joined_at", Write: func(w *rest.Writer, m memberView) { w.Time(m.JoinedAt) }},
		{Name: "updated_at", Write: func(w *rest.Writer, m memberView) { w.Time(m.UpdatedAt) }},
		{Name: "is_2fa_enabled", Write: func(w *rest.Writer, _ memberView) { w.Bool(false) }},
		{Name: "has_social_auth", Write: func(w *rest.Writer, _ memberView) { w.Bool(false) }},
	}
}

func (c *call) listMembers() (int, error) {
	filter, err := newMemberFilter(c.query)
	if err != nil {
		return 0, err
	}
	list := c.view.Members(c.organization.ID)
	if filter.everything() {
		return listPage(c, list, c.writeMember)
	}
	return listRows(c, filter.apply(c, list), c.writeMember)
}

// member finds the membership that the path names by its user.
func (c *call) member() (*world.Membership, error) {
	user := c.User
	if c.param("user_uuid") != meAlias {
		found, ok := c.view.UserByUUID(c.uuid("user_uuid"))
		if !ok {
			return nil, rest.ErrNotFound
		}
		user = found
	}
	m, ok := c.view.Membership(user.ID, c.organization.ID)
	if !ok {
		return nil, rest.ErrNotFound
	}
	return m, nil
}

// What is refused of changes to members.
// Source: OrganizationMembership.validate_update in posthog/models/organization.py.
// It raises these rather than return false, so that the permission's own text,
// "Your cannot edit other organization members.", is never seen; the tests beside
// the real view agree.
var (
	errOwnLevel     = rest.PermissionDenied("You can't change your own access level.")
	errOwnersOnly   = rest.PermissionDenied("You can only make another member owner if you're this organization's owner.")
	errAdminsOnly   = rest.PermissionDenied("You can only edit others if you are an admin.")
	errHigherMember = rest.PermissionDenied("You can only edit others with level lower or equal to you.")
	errOwnerLeaves  = rest.InvalidInput("Cannot leave the organization as its owner!")
)

// checkMayEdit decides whether the caller may change or remove a member at all.
func (c *call) checkMayEdit(m *world.Membership) error {
	switch {
	case m.ID == c.membership.ID:
		return nil
	case c.membership.Level < world.Administrator:
		return errAdminsOnly
	case m.Level > c.membership.Level:
		return errHigherMember
	}
	return nil
}

// checkNewLevel decides whether the caller may give a member that level. The real
// server has one more refusal, of a level above one's own that is not the owner's:
// with three levels nobody who may change others can meet it.
func (c *call) checkNewLevel(m *world.Membership, level world.Level) error {
	switch {
	case m.ID == c.membership.ID:
		return errOwnLevel
	case level == world.Owner && c.membership.Level != world.Owner:
		return errOwnersOnly
	}
	return nil
}

// updateMember changes a member's level. Making an owner takes nothing from who is
// owner already.
func (c *call) updateMember() (int, error) {
	found, err := c.member()
	if err != nil {
		return 0, err
	}
	if err := c.checkMayEdit(found); err != nil {
		return 0, err
	}
	attrs, err := validate(c, c.api.memberSerializer, rest.Mode{Partial: c.request.Method == http.MethodPatch})
	if err != nil {
		return 0, err
	}
	m := *found
	if level, sent := rest.Value[int](attrs, "level"); sent {
		if err := c.checkNewLevel(found, world.Level(level)); err != nil {
			return 0, err
		}
		m.Level = world.Level(level)
	}
	m.UpdatedAt = c.now
	c.tx.PutMembership(&m)
	c.writeMember(&m)
	return http.StatusOK, nil
}

// removeMember removes a member, or lets the caller leave. An owner can do
// neither and be neither.
func (c *call) removeMember() (int, error) {
	m, err := c.member()
	if err != nil {
		return 0, err
	}
	if err := c.checkMayEdit(m); err != nil {
		return 0, err
	}
	if m.Level == world.Owner {
		return 0, errOwnerLeaves
	}
	c.tx.Leave(m)
	return c.none()
}
