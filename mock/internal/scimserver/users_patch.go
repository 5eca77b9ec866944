package scimserver

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
func (c *call) patchUser() (int, error) {
	user, err := c.scimUser()
	if err != nil {
		return 0, err
	}
	operations, err := c.operations(scim.ErrUserNotUpdated)
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
		named := c.edit(u, func(u *world.User) {
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
	if err := fits(email, maxEmail); err != nil {
		return nil, err
	}
	if !c.mayTake(u, email) {
		return nil, errors.New("the email is another's, or not of this organization")
	}
	return c.edit(u, func(u *world.User) { u.Email = email }), nil
}
