package api

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/trigram"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// The members of an organization. There is no retrieve.
// Source: posthog/api/organization_member.py.

// memberHandlers are the operations of members.
func memberHandlers() map[string]handler {
	return map[string]handler{
		"members_list":           {do: (*call).listMembers},
		"members_update":         {do: (*call).updateMember},
		"members_partial_update": {do: (*call).updateMember},
		"members_destroy":        {do: (*call).removeMember},
	}
}

// meAlias stands for the caller among the members in a path.
const meAlias = "@me"

// memberView is what a member is rendered from.
type memberView struct {
	*world.Membership
	user *world.User
}

// memberView gathers what a member is rendered from.
func (c *call) memberView(m *world.Membership) memberView {
	user, _ := c.view.User(m.User)
	return memberView{m, user}
}

// writeMember writes a member.
func (c *call) writeMember(m *world.Membership) {
	c.api.memberSerializer.Write(&c.out, c.memberView(m))
}

// memberBindings are the properties of a member.
func memberBindings() []rest.Binding[memberView, *call] {
	return append(roleMemberBindings(), rest.Binding[memberView, *call]{
		Name: "last_login", Write: func(w *rest.Writer, m memberView) { w.OptTime(m.user.LastLogin) },
	})
}

// roleMemberBindings are those of a member within a role, which lacks the last
// login. Social logins are not part of the fake.
func roleMemberBindings() []rest.Binding[memberView, *call] {
	return []rest.Binding[memberView, *call]{
		{Name: "id", Write: func(w *rest.Writer, m memberView) { w.String(m.ID) }},
		{Name: "user", Write: func(w *rest.Writer, m memberView) { writeBasicUser(w, m.user) }},
		{Name: "level", Write: func(w *rest.Writer, m memberView) { w.Int(int(m.Level)) }},
		{Name: "joined_at", Write: func(w *rest.Writer, m memberView) { w.Time(m.JoinedAt) }},
		{Name: "updated_at", Write: func(w *rest.Writer, m memberView) { w.Time(m.UpdatedAt) }},
		{Name: "is_2fa_enabled", Write: func(w *rest.Writer, m memberView) { w.Bool(m.user.TwoFactor) }},
		{Name: "has_social_auth", Write: func(w *rest.Writer, _ memberView) { w.Bool(false) }},
	}
}

// listMembers lists the members that the query asks for.
func (c *call) listMembers() (int, error) {
	filter, err := newMemberFilter(c.query)
	if err != nil {
		return 0, err
	}
	if !c.organization.ShowsMembers() && c.membership.Level < world.Administrator {
		return listRows(c, []*world.Membership{c.membership}, c.writeMember)
	}
	list := c.view.Members(c.organization.ID)
	if filter.isEmpty() {
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
	return c.noContent()
}

// Which members a list shows, and in which order.
// Source: OrganizationMemberViewSet in posthog/api/organization_member.py.

const (
	maxSearch     = 200 // characters
	minSimilarity = 0.3 // of a name or an address to what is searched
)

// memberFilter is what the query asks for.
type memberFilter struct {
	email        *string
	updatedAfter *time.Time
	search       string
	oldestFirst  bool
}

var (
	errLongSearch = rest.InvalidInput("Search query must be 200 characters or fewer.").On("search")
	// The real server fails with 500 here; what it fails with is said instead.
	errUpdatedAfter = rest.InvalidInput("Enter a valid date and time.").On("updated_after")
)

// newMemberFilter reads the filter from the query.
func newMemberFilter(q rest.Query) (f memberFilter, err error) {
	if email, ok := q.Get("email"); ok {
		f.email = &email
	}
	if text, ok := q.Get("updated_after"); ok {
		t, ok := pytext.ParseDateTime(pytext.Strip(text))
		if !ok {
			return f, errUpdatedAfter
		}
		f.updatedAfter = &t
	}
	search, _ := q.Get("search")
	if pytext.Len(search) > maxSearch {
		return f, errLongSearch
	}
	f.search = strings.Join(strings.Fields(search), " ")
	order, _ := q.Get("order")
	f.oldestFirst = order == "joined_at"
	return f, nil
}

// isEmpty reports whether the query asks for every member, newest first.
func (f *memberFilter) isEmpty() bool { return *f == memberFilter{} }

// apply returns the members that the filter admits: by similarity where something
// is searched, else by the time of joining.
func (f *memberFilter) apply(c *call, list world.List[world.Membership]) []*world.Membership {
	var found []*world.Membership
	scores := map[*world.Membership]float64{}
	query := trigram.Of(f.search)
	list.All(func(m *world.Membership) bool {
		user, ok := c.view.User(m.User)
		if !ok || !f.matches(m, user) {
			return true
		}
		if f.search != "" {
			if scores[m] = similarity(query, user); scores[m] == 0 {
				return true
			}
		}
		found = append(found, m)
		return true
	})
	switch {
	case f.search != "":
		slices.SortStableFunc(found, func(a, b *world.Membership) int {
			return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(c.firstName(a), c.firstName(b)))
		})
	case f.oldestFirst:
		slices.Reverse(found)
	}
	return found
}

// matches reports whether a member has the address and the time that are asked for.
func (f *memberFilter) matches(m *world.Membership, user *world.User) bool {
	return (f.email == nil || user.Email == *f.email) &&
		(f.updatedAfter == nil || m.UpdatedAt.After(*f.updatedAfter))
}

// similarity is how well a user matches; 0 is not at all.
func similarity(query trigram.Set, user *world.User) (sum float64) {
	similar := false
	for _, text := range []string{user.FirstName, user.LastName, user.Email} {
		score := query.WordSimilarity(text)
		similar = similar || score > minSimilarity
		sum += score
	}
	if !similar {
		return 0
	}
	return sum
}

// firstName is the first name of a member.
func (c *call) firstName(m *world.Membership) string {
	user, _ := c.view.User(m.User)
	return user.FirstName
}
