package mock

import (
	"net/http"
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
	maxEmail    = 254
	maxName     = 150
	maxUsername = 255
)

// errOwner refuses to take the owner out of the organization.
// Source: User.leave in posthog/models/user.py.
var errOwner = scim.BadRequest("Cannot leave the organization as its owner!")

// scimUser finds the user of the path: a member, or one whom this domain remembers.
func (c *scimCall) scimUser() (*world.User, error) {
	id, err := strconv.Atoi(c.param("id"))
	if err != nil {
		return nil, scim.ErrUserNotFound
	}
	user, ok := c.tx.User(id)
	if !ok {
		return nil, scim.ErrUserNotFound
	}
	_, remembered := c.tx.ProvisionedUser(c.domain.ID, id)
	if !remembered && !c.active(user) {
		return nil, scim.ErrUserNotFound
	}
	return user, nil
}

// active tells whether a user is a member of the organization.
func (c *scimCall) active(u *world.User) bool {
	_, ok := c.tx.Membership(u.ID, c.organization.ID)
	return ok
}

// username is the identity provider's name of a user, else the address.
func (c *scimCall) username(u *world.User) string {
	if p, ok := c.tx.ProvisionedUser(c.domain.ID, u.ID); ok {
		return p.Username
	}
	return u.Email
}

func (c *scimCall) writeUser(u *world.User) {
	w, id := &c.out, strconv.Itoa(u.ID)
	w.Object()
	w.Key("schemas").Strings([]string{scim.SchemaUser})
	w.Key("id").String(id)
	w.Key("userName").String(c.username(u))
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
	c.writeMeta("User", "Users", id)
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
		w.Key("$ref").String(c.here("Groups", role.ID))
		w.Key("display").String(role.Name)
		w.End()
	}
	w.EndArray()
	w.End()
}

func (c *scimCall) writeMeta(kind, endpoint, id string) {
	c.out.Key("meta").Object()
	c.out.Key("resourceType").String(kind)
	c.out.Key("location").String(c.here(endpoint, id))
	c.out.End()
}

func (c *scimCall) retrieveUser() (int, error) {
	user, err := c.scimUser()
	if err != nil {
		return 0, err
	}
	c.writeUser(user)
	return http.StatusOK, nil
}

// userData is what the body of a POST or a PUT says of a user.
type userData struct {
	email, username, first, last string
	active                       bool
}

// userData reads the body.
func (c *scimCall) userData() (userData, error) {
	object, err := c.object(scim.ErrInvalidUser)
	if err != nil {
		return userData{}, err
	}
	data, err := readUser(object)
	if err != nil || data.email == "" {
		return userData{}, scim.ErrInvalidUser
	}
	return data, nil
}

func readUser(o *pyjson.Object) (data userData, err error) {
	emails, _ := o.Get("emails")
	if data.email, err = primaryEmail(emails); err != nil {
		return data, err
	}
	switch name, _ := o.Get("name"); name := name.(type) {
	case nil:
	case *pyjson.Object:
		if data.first, err = textIn(name, "givenName", maxName); err != nil {
			return data, err
		}
		if data.last, err = textIn(name, "familyName", maxName); err != nil {
			return data, err
		}
	default:
		return data, scim.ErrInvalidUser
	}
	if data.username, err = textIn(o, "userName", maxUsername); err != nil {
		return data, err
	}
	if data.username == "" {
		data.username = data.email
	}
	data.active, err = truthIn(o, "active", true)
	return data, err
}

// owns tells whether an address lies in a verified domain of the organization: the
// domain after the last @.
func (c *scimCall) owns(email string) bool {
	name := strings.ToLower(email[strings.LastIndexByte(email, '@')+1:])
	domain, ok := c.tx.DomainByName(name)
	return ok && domain.Organization == c.organization.ID && domain.VerifiedAt != nil
}

// createUser makes a user without a password, or takes over the one with the
// address. It becomes a member whatever active says.
func (c *scimCall) createUser() (int, error) {
	data, err := c.userData()
	if err != nil {
		return 0, err
	}
	var user world.User
	if found, ok := c.tx.UserByEmail(data.email); ok {
		if _, ours := c.tx.ProvisionedUser(c.domain.ID, found.ID); ours {
			return 0, scim.ErrUserExists
		}
		if !c.active(found) && !c.owns(data.email) {
			return 0, scim.ErrInvalidUser
		}
		user = *found
		setNonEmpty(&user.FirstName, data.first)
		setNonEmpty(&user.LastName, data.last)
	} else if user, err = c.newUser(data); err != nil {
		return 0, err
	}
	c.activate(&user)
	c.tx.PutUser(&user)
	c.tx.PutProvisioned(&world.ProvisionedUser{Domain: c.domain.ID, User: user.ID, Username: data.username})
	c.writeUser(&user)
	return http.StatusCreated, nil
}

func setNonEmpty(to *string, value string) {
	if value != "" {
		*to = value
	}
}

func (c *scimCall) newUser(data userData) (world.User, error) {
	if !c.owns(data.email) {
		return world.User{}, scim.ErrInvalidUser
	}
	at := strings.LastIndexByte(data.email, '@')
	return world.User{
		ID: c.tx.NextUserID(), UUID: c.server.ids.UUID(c.now), DistinctID: c.server.ids.Token(),
		Email:     data.email[:at] + strings.ToLower(data.email[at:]),
		FirstName: data.first, LastName: data.last, EmailVerified: true, JoinedAt: c.now,
	}, nil
}

// activate makes a user a member, if it is not one. Storing the user is left to the
// caller.
func (c *scimCall) activate(u *world.User) {
	if !c.active(u) {
		c.tx.PutMembership(&world.Membership{
			ID: c.server.ids.UUID(c.now), Organization: c.organization.ID, User: u.ID,
			Level: world.Member, JoinedAt: c.now, UpdatedAt: c.now,
		})
	}
	if u.CurrentOrganization == "" {
		u.CurrentOrganization = c.organization.ID
	}
}

// deactivate takes a user out of the organization, if it is in it. @current becomes
// another organization of the user, or none. Storing the user is left to the caller.
//
// An owner stays. The earliest servers took owners out as well; later ones have
// this rule, without which SCIM could leave an organization to nobody.
func (c *scimCall) deactivate(u *world.User) error {
	if membership, ok := c.tx.Membership(u.ID, c.organization.ID); ok {
		if membership.Level == world.Owner {
			return errOwner
		}
		c.tx.DeleteMembership(membership)
	}
	if u.CurrentOrganization == c.organization.ID {
		u.CurrentOrganization = ""
		if others := c.tx.MembershipsOf(u.ID); len(others) > 0 {
			u.CurrentOrganization = others[0].Organization
		}
	}
	return nil
}

// deleteUser takes a user out of the organization and forgets it. The account
// stays.
func (c *scimCall) deleteUser() (int, error) {
	found, err := c.scimUser()
	if err != nil {
		return 0, err
	}
	user := *found
	if err := c.deactivate(&user); err != nil {
		return 0, err
	}
	c.tx.PutUser(&user)
	if p, ok := c.tx.ProvisionedUser(c.domain.ID, user.ID); ok {
		c.tx.DeleteProvisioned(p)
	}
	return http.StatusNoContent, nil
}

// replaceUser serves PUT: names that are missing are cleared.
func (c *scimCall) replaceUser() (int, error) {
	found, err := c.scimUser()
	if err != nil {
		return 0, err
	}
	data, err := c.userData()
	if err != nil {
		return 0, err
	}
	user := *found
	if !c.mayTake(&user, data.email) {
		return 0, scim.ErrInvalidUser
	}
	user.Email, user.FirstName, user.LastName = data.email, data.first, data.last
	c.tx.PutProvisioned(&world.ProvisionedUser{Domain: c.domain.ID, User: user.ID, Username: data.username})
	if data.active {
		c.activate(&user)
	} else if err := c.deactivate(&user); err != nil {
		return 0, err
	}
	c.tx.PutUser(&user)
	c.writeUser(&user)
	return http.StatusOK, nil
}

// mayTake tells whether a user may get an address: nobody else has it, and the
// organization owns its domain and that of the address before. Without the latter
// an organization could take over accounts of others.
func (c *scimCall) mayTake(u *world.User, email string) bool {
	other, taken := c.tx.UserByEmail(email)
	return (!taken || other.ID == u.ID) && c.owns(email) && c.owns(u.Email)
}
