package scimserver

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Patches of SCIM users. Attributes that are not kept are passed over, as the RFC
// allows. Source: handle_add, handle_replace and handle_remove in
// ee/api/scim/user.py; normalize_scim_operations in ee/api/scim/utils.py.

// patchUser makes the changes of a patch, each by itself. Unlike with groups a list that
// holds anything but objects is refused before the first: the real server looks through all
// of it for active as text.
func (c *call) patchUser() (int, error) {
	user, err := c.scimUser()
	if err != nil {
		return 0, err
	}
	patch, err := c.bodyPatch(scim.ErrUserNotUpdated)
	if err != nil {
		return 0, err
	}
	if !patch.OnlyObjects() {
		return 0, scim.ErrUserNotUpdated
	}
	err = c.eachOperation(patch, func(operation scim.Operation) error {
		changed, err := c.changeUser(user, operation)
		if err == nil {
			user = changed
		}
		return err
	})
	if err != nil {
		return c.refuse(scim.ErrUserNotUpdated), nil //nolint:nilerr // what came before the error stays
	}
	c.writeUser(user)
	return http.StatusOK, nil
}

// changeUser makes one change and returns the user as changed. A single value has
// one place, so adding replaces.
func (c *call) changeUser(u *world.User, operation scim.Operation) (*world.User, error) {
	removing := operation.Op == scim.Remove
	switch operation.Path.Name {
	case "userName":
		return u, c.changeUserName(u, operation)
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

// changeUserName changes what the provisioner calls the user, and nothing else. Only a text
// does; it cannot be removed.
func (c *call) changeUserName(u *world.User, operation scim.Operation) error {
	name, ok := operation.Value.(string)
	if !ok || operation.Op == scim.Remove {
		return nil
	}
	if err := checkText(name, world.MaxUserName); err != nil {
		return err
	}
	c.setUserName(u, name)
	return nil
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
	if !active {
		return c.deactivate(u)
	}
	c.join(u)
	c.setUserName(u, c.userName(u)) // a name that it has stays
	return nil
}

// changeName sets the names that a value has: a text for one of them, an object for
// both. Other values and other parts of a name change nothing.
func changeName(u *world.User, sub string, value any) error {
	switch value := value.(type) {
	case string:
		switch sub {
		case "givenName":
			u.FirstName = value
		case "familyName":
			u.LastName = value
		default:
			return nil
		}
		return checkText(value, maxName)
	case *pyjson.Object:
		for key, name := range map[string]*string{"givenName": &u.FirstName, "familyName": &u.LastName} {
			sent, ok := value.Get(key)
			if !ok {
				continue
			}
			text, isText := sent.(string)
			if !isText {
				return fmt.Errorf("%s is no text", key)
			}
			if err := checkText(text, maxName); err != nil {
				return err
			}
			*name = text
		}
	}
	return nil
}

// clearName clears one of the names, or both.
func clearName(u *world.User, sub string) {
	if sub == "" || sub == "givenName" {
		u.FirstName = ""
	}
	if sub == "" || sub == "familyName" {
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
