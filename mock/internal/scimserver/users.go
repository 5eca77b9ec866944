package scimserver

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// SCIM users: the members of the organization, and those whom the provisioner made and
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

// scimUser finds the user of the path: a member, or one whom this provisioner remembers.
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

// provisioned reports whether the provisioner made a user or took it over.
func (c *call) provisioned(u *world.User) bool {
	_, ok := c.tx.ProvisionedUser(c.provisioner.id, u.ID)
	return ok
}

// userName is what the provisioner calls a user: the address, unless it sent a name.
func (c *call) userName(u *world.User) string {
	if record, ok := c.tx.ProvisionedUser(c.provisioner.id, u.ID); ok {
		return record.UserName
	}
	return u.Email
}

// setUserName makes a user one of those whom the provisioner made or took over, and keeps
// what it calls the user.
func (c *call) setUserName(u *world.User, name string) {
	c.tx.PutProvisioned(&world.ProvisionedUser{Provisioner: c.provisioner.id, User: u.ID, UserName: name})
}

// active reports whether a user is a member of the organization.
func (c *call) active(u *world.User) bool {
	_, ok := c.tx.Membership(u.ID, c.organization.ID)
	return ok
}

// writeUser shows a user.
func (c *call) writeUser(u *world.User) {
	id := strconv.Itoa(u.ID)
	w := c.resourceWriter()
	w.Object()
	w.Key("schemas").Strings([]string{scim.SchemaUser})
	w.Key("id").String(id)
	w.Key("userName").String(c.userName(u))
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
	userName, email, first, last string
	active                       bool
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
	if data.userName, err = userNameMember(o, data.email); err != nil {
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
	data.active, err = truthMember(o, "active", true)
	return data, err
}

// ownsDomainOf reports whether an address lies in a verified domain of the organization: the
// domain after the last @.
func (c *call) ownsDomainOf(email string) bool {
	name := strings.ToLower(email[strings.LastIndexByte(email, '@')+1:])
	domain, ok := c.tx.DomainByName(name)
	return ok && domain.Organization == c.organization.ID && domain.VerifiedAt != nil
}

// createUser makes a user without a password, or takes over the one with the address. It
// becomes a member whatever active says. Unlike those who join otherwise it gets no
// default role: the real server gives that in User.join, which SCIM does not go through.
func (c *call) createUser() (int, error) {
	data, err := c.userData()
	if err != nil {
		return 0, err
	}
	user, err := c.provision(data)
	if err != nil {
		return 0, err
	}
	c.join(user)
	c.setUserName(user, data.userName)
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

// newUser makes a user. Its address has been found to be in a verified domain, and is kept
// in lower case, unlike one that is changed later.
// Source: UserManager.create_user in posthog/models/user.py.
func (c *call) newUser(data userData) *world.User {
	user := &world.User{
		ID: c.tx.NextUserID(), UUID: c.sandbox.IDs.UUID(c.now), DistinctID: c.sandbox.IDs.Token(),
		Email:     strings.ToLower(data.email),
		FirstName: data.first, LastName: data.last, EmailVerified: true, JoinedAt: c.now,
	}
	c.tx.PutUser(user)
	return user
}

// join makes a user a member, if it is not one.
func (c *call) join(u *world.User) {
	if !c.active(u) {
		c.tx.AddMember(u, c.organization, world.Member, c.now, c.sandbox.IDs)
	}
}

// deactivate takes a user out of the organization, if it is in it.
//
// An owner stays. The earliest servers took owners out as well; later ones have
// this rule, without which SCIM could leave an organization to nobody. It says so in its
// own words where nothing else does: a patch that fails has words for every failure.
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
	c.tx.DeleteProvisioned(&world.ProvisionedUser{Provisioner: c.provisioner.id, User: user.ID})
	return http.StatusNoContent, nil
}

// replaceUser serves PUT: names that are missing are cleared, and without a userName the
// user is called by the address.
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
	c.setUserName(user, data.userName)
	if data.active {
		c.join(user)
	} else if err := c.deactivate(user); err != nil {
		return 0, err
	}
	c.writeUser(user)
	return http.StatusOK, nil
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
