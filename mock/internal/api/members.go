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
		"members_list":                     {do: (*call).listMembers},
		"members_update":                   {do: (*call).updateMember},
		"members_partial_update":           {do: (*call).updateMember},
		"members_destroy":                  {do: (*call).removeMember},
		"members_github_login_retrieve":    {do: (*call).showGitHubLogin},
		"members_scoped_api_keys_retrieve": {do: (*call).showScopedKeys},
	}
}

// meAlias stands for the caller among the members in a path.
const meAlias = "@me"

// memberView is what a member is rendered from.
type memberView struct {
	*world.Membership
	user  *world.User
	match string // how a search found it; "" is no search
}

// memberView gathers what a member is rendered from.
func (c *call) memberView(m *world.Membership) memberView {
	user, _ := c.view.User(m.User)
	return memberView{Membership: m, user: user}
}

// writeMember writes a member.
func (c *call) writeMember(m *world.Membership) {
	c.api.memberSerializer.Write(&c.out, c.memberView(m))
}

// memberBindings are the properties of a member.
func memberBindings() []rest.Binding[memberView, *call] {
	all := roleMemberBindings()
	return slices.Insert(all, len(all)-1, rest.Binding[memberView, *call]{
		Name: "last_login", Write: func(w *rest.Writer, m memberView) { w.OptTime(m.user.LastLogin) },
	})
}

// levelNames are what the real model calls the levels.
// Source: OrganizationMembership.Level in posthog/models/organization.py.
var levelNames = map[string]string{"1": "member", "8": "administrator", "15": "owner"}

// roleMemberBindings are those of a member within a role, which lacks the last
// login. Social logins are not part of the fake.
func roleMemberBindings() []rest.Binding[memberView, *call] {
	return []rest.Binding[memberView, *call]{
		{Name: "id", Write: func(w *rest.Writer, m memberView) { w.String(m.ID) }},
		{Name: "user", Write: func(w *rest.Writer, m memberView) { writeBasicUser(w, m.user) }},
		{Name: "level", Names: levelNames, Write: func(w *rest.Writer, m memberView) { w.Int(int(m.Level)) }},
		{Name: "joined_at", Write: func(w *rest.Writer, m memberView) { w.Time(m.JoinedAt) }},
		{Name: "updated_at", Write: func(w *rest.Writer, m memberView) { w.Time(m.UpdatedAt) }},
		{Name: "is_2fa_enabled", Computed: true, Write: func(w *rest.Writer, m memberView) { w.Bool(m.user.TwoFactor) }},
		{Name: "has_social_auth", Computed: true, Write: func(w *rest.Writer, _ memberView) { w.Bool(false) }},
		{Name: "search_match_type", Computed: true, Write: func(w *rest.Writer, m memberView) { w.NonEmpty(m.match) }},
	}
}

// listMembers lists the members that the query asks for.
func (c *call) listMembers() (int, error) {
	filter, err := newMemberFilter(c.query)
	if err != nil {
		return 0, err
	}
	if !c.seesMembers() {
		filter.only = c.User.ID
	}
	list := c.view.Members(c.organization.ID)
	if filter.isEmpty() {
		return listPage(c, list, c.writeMember)
	}
	return listRows(c, filter.apply(c, list), func(m memberView) { c.api.memberSerializer.Write(&c.out, m) })
}

// seesMembers reports whether the caller sees the other members: administrators always do.
func (c *call) seesMembers() bool {
	return c.organization.ShowsMembers() || c.membership.Level >= world.Administrator
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

// showGitHubLogin tells the name of a member at GitHub, which nobody has here: social
// logins are not part of the fake.
func (c *call) showGitHubLogin() (int, error) {
	if _, err := c.member(); err != nil {
		return 0, err
	}
	c.out.Object()
	c.out.Key("github_login").Null()
	c.out.End()
	return http.StatusOK, nil
}

// activeWithin is how recently a key must have been used to count as active.
const activeWithin = 7 * 24 * time.Hour

// showScopedKeys tells which keys of a member reach the organization: those limited to it
// or to a project of it, and those without a limit.
// Source: OrganizationMembership.get_scoped_api_keys in posthog/models/organization.py.
func (c *call) showScopedKeys() (int, error) {
	m, err := c.member()
	if err != nil {
		return 0, err
	}
	keys := slices.DeleteFunc(c.view.KeysOf(m.User), func(k *world.Key) bool { return !c.keyConcerns(k) })
	slices.Reverse(keys) // no order is named; they are stored as they were made
	active := slices.ContainsFunc(keys, func(k *world.Key) bool {
		used := c.sandbox.KeyUsedAt(k)
		return used != nil && !used.Before(c.now.Add(-activeWithin))
	})
	c.out.Object()
	c.out.Key("has_keys").Bool(len(keys) > 0)
	c.out.Key("has_keys_active_last_week").Bool(active)
	c.out.Key("keys").Array()
	for _, k := range keys {
		c.out.Object()
		c.out.Key("name").String(k.Label)
		c.out.Key("last_used_at").OptTime(c.sandbox.KeyUsedAt(k))
		c.out.End()
	}
	c.out.EndArray()
	c.out.End()
	return http.StatusOK, nil
}

// keyConcerns reports whether a key reaches the organization, or a project of it.
func (c *call) keyConcerns(k *world.Key) bool {
	if len(k.Organizations) == 0 && len(k.Projects) == 0 {
		return true
	}
	return slices.Contains(k.Organizations, c.organization.ID) || slices.ContainsFunc(k.Projects, func(id int) bool {
		project, ok := c.view.Project(id)
		return ok && project.Organization == c.organization.ID
	})
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
	only         int // the one user who may be shown; 0 is everybody
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
	f.search = pytext.Strip(strings.ReplaceAll(search, "\x00", ""))
	order, _ := q.Get("order")
	f.oldestFirst = order == "joined_at"
	return f, nil
}

// isEmpty reports whether the query asks for every member, newest first.
func (f *memberFilter) isEmpty() bool { return *f == memberFilter{} }

// How a search found a member: what is searched stands in a name or in the address, or
// something like it.
const (
	exactMatch   = "exact"
	similarMatch = "similar"
)

// scoredMember is a member with how much is alike.
type scoredMember struct {
	memberView
	score float64
}

// apply returns the members that the filter admits: where something is searched those
// that have it exactly, then by similarity, else by the time of joining.
// Source: apply_trigram_search in posthog/helpers/trigram_search.py, in the version that
// returns both kinds together.
func (f *memberFilter) apply(c *call, list world.List[world.Membership]) []memberView {
	var found []scoredMember
	query, phrase := trigram.Of(f.search), strings.ToLower(f.search)
	list.All(func(m *world.Membership) bool {
		view := c.memberView(m)
		if view.user == nil || !f.matches(m, view.user) {
			return true
		}
		score := 0.0
		if f.search != "" {
			if view.match, score = searchMember(query, phrase, view.user); view.match == "" {
				return true
			}
		}
		found = append(found, scoredMember{view, score})
		return true
	})
	switch {
	case f.search != "":
		slices.SortStableFunc(found, func(a, b scoredMember) int {
			return cmp.Or(cmp.Compare(a.match, b.match), cmp.Compare(b.score, a.score), cmp.Compare(a.user.FirstName, b.user.FirstName))
		})
	case f.oldestFirst:
		slices.Reverse(found)
	}
	views := make([]memberView, len(found))
	for i := range found {
		views[i] = found[i].memberView
	}
	return views
}

// matches reports whether a member has the address and the time that are asked for.
func (f *memberFilter) matches(m *world.Membership, user *world.User) bool {
	return (f.only == 0 || m.User == f.only) && (f.email == nil || user.Email == *f.email) &&
		(f.updatedAfter == nil || m.UpdatedAt.After(*f.updatedAfter))
}

// searchMember says how a user matches, "" for not at all, and how much is alike.
func searchMember(query trigram.Set, phrase string, user *world.User) (match string, score float64) {
	for _, text := range []string{user.FirstName, user.LastName, user.Email} {
		alike := query.WordSimilarity(text)
		score += alike
		switch {
		case strings.Contains(strings.ToLower(text), phrase):
			match = exactMatch
		case alike > minSimilarity && match == "":
			match = similarMatch
		}
	}
	return match, score
}
