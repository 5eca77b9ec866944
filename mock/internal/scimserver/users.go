package scimserver

import (
	"cmp"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// SCIM users: the members of the organization, and those whom the domain made and
// who are members no more.
// Source: ee/api/scim/user.py, ee/api/scim/views.py.

// How long the real server's columns are, in characters.
const (
	maxEmail = 254
	maxName  = 150
)

// errOwner refuses to take the owner out of the organization.
// Source: User.leave in posthog/models/user.py.
var errOwner = scim.BadRequest("Cannot leave the organization as its owner!")

// scimUser finds the user of the path: a member, or one whom this domain remembers.
func (c *call) scimUser() (*world.User, error) {
	id, err := strconv.ParseUint(c.param("id"), 10, 31) // without a sign
	if err != nil {
		return nil, scim.ErrUserNotFound
	}
	user, ok := c.tx.User(int(id))
	if !ok {
		return nil, scim.ErrUserNotFound
	}
	if !c.provisioned(user) && !c.active(user) {
		return nil, scim.ErrUserNotFound
	}
	return user, nil
}

// provisioned reports whether the domain made a user or took it over.
func (c *call) provisioned(u *world.User) bool { return c.tx.IsProvisioned(c.domain.ID, u.ID) }

// markProvisioned makes a user one of those whom the domain made or took over.
func (c *call) markProvisioned(u *world.User) {
	c.tx.PutProvisioned(&world.ProvisionedUser{Domain: c.domain.ID, User: u.ID})
}

// active reports whether a user is a member of the organization.
func (c *call) active(u *world.User) bool {
	_, ok := c.tx.Membership(u.ID, c.organization.ID)
	return ok
}

// writeUser shows a user. Its userName is the address: the fake plays the revision
// that the reference describes, in which an identity provider's userName is read
// nowhere. Newer servers keep it apart from the address and show it instead.
func (c *call) writeUser(u *world.User) {
	id := strconv.Itoa(u.ID)
	w := c.resourceWriter()
	w.Object()
	w.Key("schemas").Strings([]string{scim.SchemaUser})
	w.Key("id").String(id)
	w.Key("userName").String(u.Email)
	w.Key("name").Object()
	w.Key("givenName").String(u.FirstName)
	w.Key("familyName").String(u.LastName)
	w.End()
	w.Key("emails").Array()
	w.Object()
	w.Key("value").String(u.Email)
	w.Key("primary").Bool(true)
	w.End()
	w.EndArray()
	w.Key("active").Bool(c.active(u))
	c.writeMeta(w, "User", "Users", id)
	if name := strings.TrimSpace(u.FirstName + " " + u.LastName); name != "" {
		w.Key("displayName").String(name)
	}
	w.Key("groups").Array()
	for _, membership := range c.tx.RolesOf(c.organization.ID, u.ID) {
		role, ok := c.tx.Role(c.organization.ID, membership.Role)
		if !ok {
			continue
		}
		w.Object()
		w.Key("value").String(role.ID)
		w.Key("$ref").String(c.resourcePath("Groups", role.ID))
		w.Key("display").String(role.Name)
		w.End()
	}
	w.EndArray()
	w.End()
	c.writeProjected(w)
}

// retrieveUser shows one user.
func (c *call) retrieveUser() (int, error) {
	user, err := c.scimUser()
	if err != nil {
		return 0, err
	}
	c.writeUser(user)
	return http.StatusOK, nil
}

// userData is what the body of a POST or a PUT says of a user.
type userData struct {
	email, first, last string
	active             bool
}

// userData reads the body.
func (c *call) userData() (userData, error) {
	object, err := c.bodyObject(scim.ErrInvalidUser)
	if err != nil {
		return userData{}, err
	}
	data, err := readUser(object)
	if err != nil || data.email == "" {
		return userData{}, scim.ErrInvalidUser
	}
	return data, nil
}

// readUser reads a user from a JSON object.
func readUser(o *pyjson.Object) (data userData, err error) {
	emails, _ := o.Get("emails")
	if data.email, err = primaryEmail(emails); err != nil {
		return data, err
	}
	switch name, _ := o.Get("name"); name := name.(type) {
	case nil:
	case *pyjson.Object:
		if data.first, err = textMember(name, "givenName", maxName); err != nil {
			return data, err
		}
		if data.last, err = textMember(name, "familyName", maxName); err != nil {
			return data, err
		}
	default:
		return data, scim.ErrInvalidUser
	}
	data.active, err = boolMember(o, "active", true)
	return data, err
}

// ownsDomainOf reports whether an address lies in a verified domain of the organization: the
// domain after the last @.
func (c *call) ownsDomainOf(email string) bool {
	name := strings.ToLower(email[strings.LastIndexByte(email, '@')+1:])
	domain, ok := c.tx.DomainByName(name)
	return ok && domain.Organization == c.organization.ID && domain.VerifiedAt != nil
}

// createUser makes a user without a password, or takes over the one with the
// address. It becomes a member whatever active says.
func (c *call) createUser() (int, error) {
	data, err := c.userData()
	if err != nil {
		return 0, err
	}
	user, err := c.provision(data)
	if err != nil {
		return 0, err
	}
	c.activate(user)
	if user.CurrentOrganization == "" {
		user = c.tx.MakeCurrent(user, c.organization)
	}
	c.writeUser(user)
	return http.StatusCreated, nil
}

// provision stores the user whom a POST names. Of somebody who has an account the
// names are changed that were sent.
func (c *call) provision(data userData) (*world.User, error) {
	found, known := c.tx.UserByEmail(data.email)
	switch {
	case known && c.provisioned(found):
		return nil, scim.ErrUserExists
	case known && c.active(found), c.ownsDomainOf(data.email):
	default:
		return nil, scim.ErrInvalidUser
	}
	if !known {
		return c.newUser(data), nil
	}
	return c.updateUser(found, func(u *world.User) {
		u.FirstName, u.LastName = cmp.Or(data.first, u.FirstName), cmp.Or(data.last, u.LastName)
	}), nil
}

// newUser makes a user. Its address has been found to be in a verified domain.
func (c *call) newUser(data userData) *world.User {
	at := strings.LastIndexByte(data.email, '@')
	user := &world.User{
		ID: c.tx.NextUserID(), UUID: c.sandbox.IDs.UUID(c.now), DistinctID: c.sandbox.IDs.Token(),
		Email:     data.email[:at] + strings.ToLower(data.email[at:]),
		FirstName: data.first, LastName: data.last, EmailVerified: true, JoinedAt: c.now,
	}
	c.tx.PutUser(user)
	return user
}

// activate makes a user a member, if it is not one, and one whom the domain
// remembers. Unlike those who join otherwise it gets no default role: the real
// server gives that in User.join, which SCIM does not go through.
func (c *call) activate(u *world.User) {
	if !c.active(u) {
		c.tx.AddMember(u, c.organization, world.Member, c.now, c.sandbox.IDs)
	}
	c.markProvisioned(u)
}

// deactivate takes a user out of the organization, if it is in it.
//
// An owner stays. The earliest servers took owners out as well; later ones have
// this rule, without which SCIM could leave an organization to nobody.
func (c *call) deactivate(u *world.User) error {
	membership, ok := c.tx.Membership(u.ID, c.organization.ID)
	switch {
	case !ok:
		return nil
	case membership.Level == world.Owner:
		return errOwner
	}
	c.tx.Leave(membership)
	return nil
}

// deleteUser takes a user out of the organization and forgets it. The account
// stays.
func (c *call) deleteUser() (int, error) {
	user, err := c.scimUser()
	if err != nil {
		return 0, err
	}
	if err := c.deactivate(user); err != nil {
		return 0, err
	}
	c.tx.DeleteProvisioned(&world.ProvisionedUser{Domain: c.domain.ID, User: user.ID})
	return http.StatusNoContent, nil
}

// replaceUser serves PUT: names that are missing are cleared.
func (c *call) replaceUser() (int, error) {
	user, err := c.scimUser()
	if err != nil {
		return 0, err
	}
	data, err := c.userData()
	if err != nil {
		return 0, err
	}
	if !c.mayUseEmail(user, data.email) {
		return 0, scim.ErrInvalidUser
	}
	user = c.updateUser(user, func(u *world.User) {
		u.Email, u.FirstName, u.LastName = data.email, data.first, data.last
	})
	c.markProvisioned(user)
	if err := c.setActive(user, data.active); err != nil {
		return 0, err
	}
	c.writeUser(user)
	return http.StatusOK, nil
}

// setActive activates or deactivates a user.
func (c *call) setActive(u *world.User, active bool) error {
	if active {
		c.activate(u)
		return nil
	}
	return c.deactivate(u)
}

// updateUser stores a user as changed, and returns it.
func (c *call) updateUser(u *world.User, change func(*world.User)) *world.User {
	stored, _ := c.tx.User(u.ID) // leaving changes it, too
	changed := *stored
	change(&changed)
	c.tx.PutUser(&changed)
	return &changed
}

// mayUseEmail reports whether a user may get an address: nobody else has it, and the
// organization owns its domain and that of the address before. Without the latter
// an organization could take over accounts of others.
func (c *call) mayUseEmail(u *world.User, email string) bool {
	other, taken := c.tx.UserByEmail(email)
	return (!taken || other.ID == u.ID) && c.ownsDomainOf(email) && c.ownsDomainOf(u.Email)
}

// Lists of SCIM users, and how they are filtered.
// Source: SCIMUsersView and PostHogUserFilterQuery in ee/api/scim/views.py.

// listUsers lists the members by number, or those whom a filter finds.
func (c *call) listUsers() (int, error) {
	window, err := scim.ReadWindow(c.query)
	if err != nil {
		return 0, err
	}
	if text, _ := c.query.Get("filter"); text != "" {
		found := c.filterUsers(text)
		scim.WriteList(&c.out, window, len(found), scim.Page(window, found), c.writeUser)
		return http.StatusOK, nil
	}
	page := c.members(window.StartIndex-1, window.Count)
	scim.WriteList(&c.out, window, c.tx.Members(c.organization.ID).Len(), page, c.writeUser)
	return http.StatusOK, nil
}

// members are up to most members of the organization by number, after the first few.
func (c *call) members(skip, most int) (users []*world.User) {
	c.tx.ScanMembers(c.organization.ID, func(m *world.Membership) bool {
		if skip > 0 {
			skip--
			return true
		}
		if u, ok := c.tx.User(m.User); ok && most > 0 {
			users = append(users, u)
		}
		return len(users) < most
	})
	return users
}

// filterUsers finds users by a filter; one that cannot be read finds nobody.
//
// The userName is the address, compared without regard to case. Newer servers, which
// keep an identity provider's userName, find by it only users whom the domain made or
// took over.
func (c *call) filterUsers(text string) (found []*world.User) {
	filter, err := scim.ParseFilter(text)
	if err != nil {
		return nil
	}
	for _, u := range c.candidates(filter) {
		if filter.Matches(c.userAttributes(u)) {
			found = append(found, u)
		}
	}
	slices.SortFunc(found, func(a, b *world.User) int { return a.ID - b.ID })
	return found
}

// userAttributes are what filters know of a user, by their paths in lower case.
func (c *call) userAttributes(u *world.User) scim.Attributes {
	return func(path string) (scim.Attribute, bool) {
		switch path {
		case "username":
			return scim.Attribute{Value: u.Email, Fold: true}, true
		case "emails.value":
			return scim.Attribute{Value: u.Email}, true
		case "name.givenname", "givenname":
			return scim.Attribute{Value: u.FirstName}, true
		case "name.familyname", "familyname":
			return scim.Attribute{Value: u.LastName}, true
		case "active":
			return scim.Attribute{Value: c.active(u)}, true
		}
		return scim.Attribute{}, false
	}
}

// candidates are the users whom a filter may find: few, where it names one. Users
// who are members no more are found by their userName only, so that the identity
// provider can activate them again.
func (c *call) candidates(filter scim.Filter) []*world.User {
	name, byName := filter.Equal("username")
	email, byEmail := filter.Equal("emails.value")
	var users []*world.User
	switch {
	case byName:
		if u, ok := c.tx.UserByEmail(name); ok && (c.active(u) || c.provisioned(u)) {
			users = append(users, u)
		}
	case byEmail && !filter.Mentions("username"):
		if u, ok := c.tx.UserByEmail(email); ok && c.active(u) {
			users = append(users, u)
		}
	default:
		users = c.members(0, math.MaxInt)
		if filter.Mentions("username") {
			c.tx.Provisioned(c.domain.ID).All(func(p *world.ProvisionedUser) bool {
				if u, ok := c.tx.User(p.User); ok && !c.active(u) {
					users = append(users, u)
				}
				return true
			})
		}
	}
	return users
}

// Patches of SCIM users. Attributes that are not kept are passed over, as the RFC
// allows. Source: handle_add, handle_replace and handle_remove in
// ee/api/scim/user.py; normalize_scim_operations in ee/api/scim/utils.py.

// patchUser makes all changes of a patch, or none.
func (c *call) patchUser() (int, error) {
	user, err := c.scimUser()
	if err != nil {
		return 0, err
	}
	operations, err := c.bodyOperations(scim.ErrUserNotUpdated)
	if err != nil {
		return 0, err
	}
	for _, operation := range operations {
		if user, err = c.changeUser(user, operation); err != nil {
			return 0, scim.ErrUserNotUpdated
		}
	}
	c.writeUser(user)
	return http.StatusOK, nil
}

// changeUser makes one change and returns the user as changed. A single value has
// one place, so adding replaces. The userName changes nothing: it is the address.
func (c *call) changeUser(u *world.User, operation scim.Operation) (*world.User, error) {
	removing := operation.Op == scim.Remove
	switch operation.Path.Name {
	case "active":
		return u, c.changeActive(u, operation)
	case "name":
		var err error
		named := c.updateUser(u, func(u *world.User) {
			if removing {
				clearName(u, operation.Path.Sub)
			} else {
				err = changeName(u, operation.Path.Sub, operation.Value)
			}
		})
		return named, err
	case "emails":
		if removing {
			return nil, errors.New("the email cannot be removed")
		}
		return c.changeEmail(u, operation)
	}
	return u, nil
}

// changeActive activates or deactivates. Any text but "true" is false.
func (c *call) changeActive(u *world.User, operation scim.Operation) error {
	active, ok := operation.Value.(bool)
	if text, isText := operation.Value.(string); isText {
		active, ok = strings.EqualFold(text, "true"), true
	}
	if operation.Op == scim.Remove {
		active, ok = false, true
	}
	if !ok {
		return errors.New("active is neither true nor false")
	}
	return c.setActive(u, active)
}

// changeName sets the names that a value has: a text for one of them, an object for
// both. Other values and other parts of a name change nothing.
func changeName(u *world.User, sub string, value any) error {
	switch value := value.(type) {
	case string:
		switch sub {
		case "givenname":
			u.FirstName = value
		case "familyname":
			u.LastName = value
		}
		return checkText(value, maxName)
	case *pyjson.Object:
		for key, name := range map[string]*string{"givenName": &u.FirstName, "familyName": &u.LastName} {
			if _, ok := value.Get(key); !ok {
				continue
			}
			text, err := textMember(value, key, maxName)
			if err != nil {
				return err
			}
			*name = text
		}
	}
	return nil
}

// clearName clears one of the names, or both.
func clearName(u *world.User, sub string) {
	if sub == "" || sub == "givenname" {
		u.FirstName = ""
	}
	if sub == "" || sub == "familyname" {
		u.LastName = ""
	}
}

// changeEmail sets the address: a text where the path picks a value, as
// emails[type eq "work"].value does, else the primary one of a list. Other values
// change nothing.
func (c *call) changeEmail(u *world.User, operation scim.Operation) (*world.User, error) {
	email := ""
	switch value := operation.Value.(type) {
	case string:
		if operation.Path.Filtered {
			email = value
		}
	case []any:
		var err error
		if email, err = primaryEmail(value); err != nil {
			return nil, err
		}
	}
	if email == "" {
		return u, nil
	}
	if err := checkText(email, maxEmail); err != nil {
		return nil, err
	}
	if !c.mayUseEmail(u, email) {
		return nil, errors.New("the email is another's, or not of this organization")
	}
	return c.updateUser(u, func(u *world.User) { u.Email = email }), nil
}
