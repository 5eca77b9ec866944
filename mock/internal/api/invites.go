package api

import (
	"math/big"
	"net/http"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// The invites of an organization.
// Source: posthog/api/organization_invite.py, posthog/models/organization_invite.py.

// inviteHandlers are the operations of invites.
func inviteHandlers() map[string]handler {
	return map[string]handler{
		"invites_list":            {do: (*call).listInvites},
		"invites_create":          {do: (*call).createInvite, scopeLast: true, limit: (*call).limitInvite},
		"invites_destroy":         {do: (*call).deleteInvite, scopeLast: true},
		"invites_bulk_create":     {do: (*call).bulkInvite, scopeLast: true, limit: (*call).limitInvites},
		"invites_delegate_create": {do: (*call).delegateSetup, scopeLast: true, limit: (*call).limitDelegation},
	}
}

// inviteView is what an invite is rendered from.
type inviteView struct {
	*world.Invite
	world.InviteState
}

func (c *call) writeInvite(i *world.Invite) {
	creator, _ := c.view.User(i.CreatedBy)
	state := world.InviteState{Creator: creator, Expired: i.Expired(c.now)}
	show(c, c.api.inviteSerializer, i, i.Cache, state, func() inviteView { return inviteView{i, state} })
}

// inviteBindings are the properties of an invite, with their rules.
func inviteBindings() []rest.Binding[inviteView, *call] {
	return []rest.Binding[inviteView, *call]{
		{Name: "id", Write: func(w *rest.Writer, i inviteView) { w.String(i.ID) }},
		{Name: "target_email", Text: refusePlusAddress, Check: checkInvitedAddress, Write: func(w *rest.Writer, i inviteView) { w.String(i.TargetEmail) }},
		{Name: "first_name", Text: refuseName, Write: func(w *rest.Writer, i inviteView) { w.String(i.FirstName) }},
		{Name: "emailing_attempt_made", Write: func(w *rest.Writer, i inviteView) { w.Bool(i.EmailingAttemptMade) }},
		{Name: "level", Names: levelNames, Check: checkInviteLevel, Write: func(w *rest.Writer, i inviteView) { w.Int(int(i.Level)) }},
		{Name: "is_expired", Computed: true, Write: func(w *rest.Writer, i inviteView) { w.Bool(i.InviteState.Expired) }},
		{Name: "created_by", Write: func(w *rest.Writer, i inviteView) { writeBasicUser(w, i.Creator) }},
		{Name: "created_at", Write: func(w *rest.Writer, i inviteView) { w.Time(i.CreatedAt) }},
		{Name: "updated_at", Write: func(w *rest.Writer, i inviteView) { w.Time(i.UpdatedAt) }},
		{Name: "message", Text: refuseMessage, Write: func(w *rest.Writer, i inviteView) { w.OptString(i.Message) }},
		{
			Name: "private_project_access", As: rest.JSON, Check: checkProjectAccess,
			Write: func(w *rest.Writer, i inviteView) { writeProjectAccess(w, i.ProjectAccess) },
		},
		{Name: "send_email"},
		{Name: "combine_pending_invites"},
	}
}

// writeProjectAccess writes the project access that comes with an invite; nil is null.
func writeProjectAccess(w *rest.Writer, list []world.ProjectAccess) {
	if list == nil {
		w.Null()
		return
	}
	w.Array()
	for _, access := range list {
		w.Object()
		w.Key("id").Int(access.Project)
		w.Key("level").String(access.Level)
		w.End()
	}
	w.EndArray()
}

// What is refused of addresses from the newest revision on. The texts are our decision: the
// sources only say that they are refused, the second with which code.
// Source: pull requests #79523, #73492.
var (
	errPlusAddress    = rest.InvalidInput("Email addresses with a plus sign are not allowed.")
	errOutsideAddress = rest.Invalid(errVerifiedDomain.Code, "This email address is not on a verified domain of the organization.")
)

// refusePlusAddress refuses addresses with a plus in the local part. The document does not say
// it: its property is that of answers too, where old invites keep theirs.
func refusePlusAddress(c *call, text string) error {
	local, _, _ := strings.Cut(text, "@")
	if c.has(spec.NoPlusAddresses) && strings.Contains(local, "+") {
		return errPlusAddress
	}
	return nil
}

// checkInvitedAddress stores an address in lower case.
func checkInvitedAddress(c *call, value any) (any, error) {
	text, _ := value.(string)
	if c.organization.RestrictsMembers() && !world.OnOneOf(c.view.VerifiedDomains(c.organization.ID), text) {
		return nil, errOutsideAddress
	}
	return strings.ToLower(text), nil
}

var errInviteLevel = rest.PermissionDenied("You cannot invite a user with a higher permission level than your own.")

// checkInviteLevel lets nobody give more than they have. The refusal is a 403
// and goes before every other complaint about the body.
func checkInviteLevel(c *call, value any) (any, error) {
	level := world.Level(value.(int))
	if level > c.membership.Level {
		return nil, errInviteLevel
	}
	return level, nil
}

// accessRanks orders the access levels that an invite grants. The reference says that none is
// refused as any other word. PostHog's posthog/rbac/user_access_control.py lists it among the
// levels of a member, and validate_private_project_access in posthog/models/organization_invite.py
// takes them all: the reference decides.
var accessRanks = map[string]int{world.AccessMember: 1, world.AccessAdmin: 2}

var errProjectAccess = rest.InvalidInput(
	"Project does not exist on this organization, or it is private and you do not have access to it.")

// checkProjectAccess wants a list of projects that the caller may open to
// others. An empty list is stored as null, as is null.
func checkProjectAccess(c *call, value any) (any, error) {
	if value == nil {
		return []world.ProjectAccess(nil), nil
	}
	list, err := parseProjectAccess(value)
	if err != nil {
		return nil, err
	}
	for _, access := range list {
		if !c.mayGrant(access.Project) {
			return nil, errProjectAccess
		}
	}
	return list, nil
}

// parseProjectAccess checks the shape of the list.
func parseProjectAccess(value any) ([]world.ProjectAccess, error) {
	items, ok := value.([]any)
	if !ok {
		return nil, rest.InvalidInput("The field must be a list of dictionaries.")
	}
	var list []world.ProjectAccess
	for _, item := range items {
		object, ok := item.(*pyjson.Object)
		if !ok {
			return nil, rest.InvalidInput("Each item in the list must be a dictionary.")
		}
		access, err := parseAccess(object)
		if err != nil {
			return nil, err
		}
		list = append(list, access)
	}
	return list, nil
}

// parseAccess checks the shape of one item of the list.
func parseAccess(object *pyjson.Object) (access world.ProjectAccess, err error) {
	id, hasID := object.Get("id")
	level, hasLevel := object.Get("level")
	if !hasID || !hasLevel {
		return access, rest.InvalidInput(`Each dictionary must contain "id" and "level" keys.`)
	}
	switch n := id.(type) {
	case int64:
		access.Project = int(n)
	case bool: // Python's True is the integer 1
		if n {
			access.Project = 1
		}
	case *big.Int:
		access.Project = -1 // beyond the database's range: no project
	default:
		return access, rest.InvalidInput(`The "id" field must be an integer.`)
	}
	access.Level, _ = level.(string)
	if _, known := accessRanks[access.Level]; !known {
		return access, rest.InvalidInput(`The "level" field must be a valid access level.`)
	}
	return access, nil
}

// mayGrant reports whether the caller may give others access to a project:
// administrators to every one of the organization, members to those that are
// not private and to the private ones that they administer.
func (c *call) mayGrant(id int) bool {
	project, ok := c.view.Project(id)
	if !ok || project.Organization != c.organization.ID {
		return false
	}
	if c.membership.Level >= world.Administrator || !project.Private {
		return true
	}
	granted, _ := project.Grant(c.User.ID)
	return granted == world.AccessAdmin
}

// listInvites lists the invites of the organization.
func (c *call) listInvites() (int, error) {
	return listPage(c, c.view.Invites(c.organization.ID), c.writeInvite)
}

// checkMayInvite keeps members from inviting where the organization has switched that
// off. Administrators, who alone withdraw invites, always may.
// Source: UserCanInvitePermission in posthog/permissions.py; for the order of all
// permissions dangerously_get_permissions in posthog/api/organization_invite.py.
func (c *call) checkMayInvite() error {
	allowed := c.organization.MembersCanInvite != nil && *c.organization.MembersCanInvite
	if c.hasFeature(world.FeatureInviteSettings) && !allowed && c.membership.Level < world.Administrator {
		return rest.ErrPermission
	}
	return nil
}

var errAlreadyMember = rest.InvalidInput("A user with this email address already belongs to the organization.")

// createInvite invites somebody, in place of every earlier invite to the address.
func (c *call) createInvite() (int, error) {
	attrs, err := validate(c, c.api.inviteSerializer, rest.Mode{})
	if err != nil {
		return 0, err
	}
	invite, err := c.invite(attrs)
	if err != nil {
		return 0, err
	}
	c.writeInvite(invite)
	return http.StatusCreated, nil
}

// invite invites somebody as checked attributes say.
func (c *call) invite(attrs *rest.Attrs) (*world.Invite, error) {
	invite := c.newInvite(attrs)
	if c.isMember(invite.TargetEmail) {
		return nil, errAlreadyMember
	}
	if combine, _ := rest.Value[bool](attrs, "combine_pending_invites"); combine {
		combineInvites(invite, c.view.InvitesTo(c.organization.ID, invite.TargetEmail), c.now)
	}
	sendEmail := true
	rest.Set(attrs, "send_email", &sendEmail)
	c.replaceInvites(invite, sendEmail)
	return invite, nil
}

// replaceInvites stores an invite in place of every earlier one to the address, and
// sends it where it can.
func (c *call) replaceInvites(invite *world.Invite, sendEmail bool) {
	for _, old := range c.view.InvitesTo(c.organization.ID, invite.TargetEmail) {
		c.tx.DeleteInvite(old)
	}
	if sendEmail && !c.api.MailOff {
		invite.EmailingAttemptMade = true
		c.tx.Send(c.inviteMail(invite))
	}
	c.tx.PutInvite(invite)
}

// newInvite makes the invite that was asked for; what was not sent has the
// model's default.
func (c *call) newInvite(attrs *rest.Attrs) *world.Invite {
	invite := &world.Invite{
		ID: c.sandbox.IDs.UUID(c.now), Organization: c.organization.ID,
		Level: world.Member, ProjectAccess: []world.ProjectAccess{},
		CreatedBy: c.User.ID, CreatedAt: c.now, UpdatedAt: c.now,
	}
	rest.Set(attrs, "target_email", &invite.TargetEmail)
	rest.Set(attrs, "first_name", &invite.FirstName)
	rest.Set(attrs, "level", &invite.Level)
	rest.SetText(attrs, "message", &invite.Message)
	rest.Set(attrs, "private_project_access", &invite.ProjectAccess)
	return invite
}

// isMember reports whether an address is that of a member of the organization.
func (c *call) isMember(email string) bool {
	user, ok := c.view.UserByEmail(email)
	if !ok {
		return false
	}
	_, member := c.view.Membership(user.ID, c.organization.ID)
	return member
}

// combineInvites raises invite to the highest level and project access of the
// earlier invites that are still valid.
func combineInvites(invite *world.Invite, earlier []*world.Invite, now time.Time) {
	combined := false
	access := append([]world.ProjectAccess{}, invite.ProjectAccess...)
	for _, old := range earlier {
		if old.Expired(now) {
			continue
		}
		combined = true
		invite.Level = max(invite.Level, old.Level)
		for _, granted := range old.ProjectAccess {
			access = raiseAccess(access, granted)
		}
	}
	if combined {
		invite.ProjectAccess = access
	}
}

// raiseAccess adds an access to a list that has at most one for each project.
func raiseAccess(list []world.ProjectAccess, granted world.ProjectAccess) []world.ProjectAccess {
	for i := range list {
		if list[i].Project == granted.Project {
			if accessRanks[granted.Level] > accessRanks[list[i].Level] {
				list[i].Level = granted.Level
			}
			return list
		}
	}
	return append(list, granted)
}

// deleteInvite withdraws an invite.
func (c *call) deleteInvite() (int, error) {
	invite, ok := c.view.Invite(c.organization.ID, c.id())
	if !ok {
		return 0, rest.ErrNotFound
	}
	c.tx.DeleteInvite(invite)
	return c.noContent()
}

// maxBulkInvites is how many invites a single request may make.
const maxBulkInvites = 20

var (
	errNotAList       = rest.InvalidInput("This endpoint needs an array of data for bulk invite creation.")
	errTooManyInvites = rest.Invalid("max_length", "A maximum of 20 invites can be sent in a single request.")
)

// bulkInvite makes all the invites of a list, or none, one after the other: an
// address that is there twice keeps its last invite, and mail about each. The real
// server fails with a 500 on a number or null in place of the list; here they are
// refused as every other value is.
// Source: OrganizationInviteViewSet.bulk in posthog/api/organization_invite.py.
func (c *call) bulkInvite() (int, error) {
	in, err := c.parse()
	if err != nil {
		return 0, err
	}
	items, ok := in.Items()
	switch {
	case !ok:
		return 0, errNotAList
	case len(items) > maxBulkInvites:
		return 0, errTooManyInvites
	}
	list, err := c.api.inviteSerializer.ValidateList(c, items, rest.Mode{})
	if err != nil {
		return 0, err
	}
	invites := make([]*world.Invite, len(list))
	for i, attrs := range list {
		if invites[i], err = c.invite(attrs); err != nil {
			return 0, err
		}
	}
	c.out.Array()
	for _, invite := range invites {
		c.writeInvite(invite)
	}
	c.out.EndArray()
	return http.StatusCreated, nil
}
