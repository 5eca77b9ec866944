package scimserver

import (
	"errors"
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Patches of SCIM groups. Source: handle_add, handle_replace and handle_remove in
// ee/api/scim/group.py.

// patchGroup makes all changes of a patch, or none.
func (c *call) patchGroup() (int, error) {
	role, err := c.group()
	if err != nil {
		return 0, err
	}
	operations, err := c.operations(scim.ErrGroupNotUpdated)
	if err != nil {
		return 0, err
	}
	for _, operation := range operations {
		if role, err = c.changeGroup(role, operation); err != nil {
			return 0, scim.ErrGroupNotUpdated
		}
	}
	c.writeGroup(role)
	return http.StatusOK, nil
}

func (c *call) changeGroup(role *world.Role, operation scim.Operation) (*world.Role, error) {
	switch operation.Path.Name {
	case "displayname":
		name, ok := operation.Value.(string)
		if operation.Op == scim.Remove || !ok || name == "" || fits(name, maxRoleName) != nil {
			return nil, errors.New("a group needs a name")
		}
		return c.rename(role, name)
	case "members":
		return role, c.changeMembers(role, operation)
	}
	return role, nil
}

func (c *call) changeMembers(role *world.Role, operation scim.Operation) error {
	if operation.Op == scim.Remove {
		return c.takeOut(role, operation)
	}
	users, err := namedMembers(operation)
	if err != nil {
		return err
	}
	if operation.Op == scim.Replace {
		c.setMembers(role, users)
	} else {
		c.addMembers(role, users)
	}
	return nil
}

// namedMembers are the users whom adding or replacing names: in a list, in an
// object. Only adding also takes a text, and a path such as members[value eq "7"].
func namedMembers(operation scim.Operation) ([]int, error) {
	adding := operation.Op == scim.Add
	switch value := operation.Value.(type) {
	case []any:
		if !operation.Path.Filtered {
			return membersIn(value)
		}
	case *pyjson.Object:
		if !operation.Path.Filtered {
			return membersIn([]any{value})
		}
	case string:
		if adding && !operation.Path.Filtered {
			return numbers([]string{value})
		}
	}
	if adding && operation.Path.Filtered && len(operation.Path.Values) > 0 {
		return numbers(operation.Path.Values)
	}
	return nil, errors.New("there are no members in it")
}

// takeOut takes users out of a role: those whom the path picks, those in the value
// (as Entra ID sends it), or all.
func (c *call) takeOut(role *world.Role, operation scim.Operation) error {
	users, err := numbers(operation.Path.Values)
	if !operation.Path.Filtered {
		switch value := operation.Value.(type) {
		case []any:
			users, err = membersIn(objectsIn(value))
		case *pyjson.Object:
			users, err = membersIn([]any{value})
		default:
			c.setMembers(role, nil)
			return nil
		}
	}
	if err == nil {
		c.removeMembers(role, users)
	}
	return err
}

// objectsIn leaves out what is no object: removing passes it over.
func objectsIn(list []any) (objects []any) {
	for _, item := range list {
		if _, ok := item.(*pyjson.Object); ok {
			objects = append(objects, item)
		}
	}
	return objects
}

// numbers reads the numbers of users.
func numbers(texts []string) (users []int, err error) {
	for _, text := range texts {
		id, ok, err := userNumber(text)
		if err != nil {
			return nil, err
		}
		if ok {
			users = append(users, id)
		}
	}
	return users, nil
}
