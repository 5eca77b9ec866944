package mock

import (
	"errors"
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Patches of SCIM users. Attributes that are not kept are passed over, as the RFC
// allows. Source: handle_add, handle_replace and handle_remove in
// ee/api/scim/user.py; normalize_scim_operations in ee/api/scim/utils.py.

// patchUser makes all changes of a patch, or none.
func (c *scimCall) patchUser() (int, error) {
	found, err := c.scimUser()
	if err != nil {
		return 0, err
	}
	operations, err := c.operations(scim.ErrUserNotUpdated)
	if err != nil {
		return 0, err
	}
	user := *found
	for _, operation := range operations {
		if err := c.changeUser(&user, operation); err != nil {
			return 0, scim.ErrUserNotUpdated
		}
	}
	if len(operations) > 0 {
		c.tx.PutUser(&user)
	}
	c.writeUser(&user)
	return http.StatusOK, nil
}

// changeUser makes one change. A single value has one place, so adding replaces.
func (c *scimCall) changeUser(u *world.User, operation scim.Operation) error {
	removing := operation.Op == scim.Remove
	switch operation.Path.Name {
	case "active":
		return c.changeActive(u, operation)
	case "name":
		if removing {
			clearName(u, operation.Path.Sub)
			return nil
		}
		return changeName(u, operation.Path.Sub, operation.Value)
	case "emails":
		if removing {
			return errors.New("the email cannot be removed")
		}
		return c.changeEmail(u, operation)
	case "username":
		if name, ok := operation.Value.(string); ok && !removing {
			if err := fits(name, maxUsername); err != nil {
				return err
			}
			c.tx.PutProvisioned(&world.ProvisionedUser{Domain: c.domain.ID, User: u.ID, Username: name})
		}
	}
	return nil
}

// changeActive activates or deactivates. Any text but "true" is false.
func (c *scimCall) changeActive(u *world.User, operation scim.Operation) error {
	if operation.Op == scim.Remove {
		return c.deactivate(u)
	}
	active, ok := operation.Value.(bool)
	if text, isText := operation.Value.(string); isText {
		active, ok = strings.EqualFold(text, "true"), true
	}
	switch {
	case !ok:
		return errors.New("active is neither true nor false")
	case !active:
		return c.deactivate(u)
	}
	c.activate(u)
	if _, remembered := c.tx.ProvisionedUser(c.domain.ID, u.ID); !remembered {
		c.tx.PutProvisioned(&world.ProvisionedUser{Domain: c.domain.ID, User: u.ID, Username: u.Email})
	}
	return nil
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
		return fits(value, maxName)
	case *pyjson.Object:
		for key, name := range map[string]*string{"givenName": &u.FirstName, "familyName": &u.LastName} {
			if _, ok := value.Get(key); !ok {
				continue
			}
			text, err := textIn(value, key, maxName)
			if err != nil {
				return err
			}
			*name = text
		}
	}
	return nil
}

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
func (c *scimCall) changeEmail(u *world.User, operation scim.Operation) error {
	email := ""
	switch value := operation.Value.(type) {
	case string:
		if operation.Path.Filtered {
			email = value
		}
	case []any:
		var err error
		if email, err = primaryEmail(value); err != nil {
			return err
		}
	}
	if email == "" {
		return nil
	}
	if err := fits(email, maxEmail); err != nil {
		return err
	}
	if !c.mayTake(u, email) {
		return errors.New("the email is another's, or not of this organization")
	}
	u.Email = email
	return nil
}
