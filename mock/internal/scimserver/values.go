package scimserver

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/scim"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// How SCIM bodies are read. The real server looks into them without a schema: a
// value of a wrong type makes it fail, sometimes with 500. Here every such value is
// refused, in the words of the operation. null counts as absent, as RFC 7643 says.

// bodyObject returns the body of a POST or a PUT, which must be an object. otherwise is
// the refusal of every other JSON value.
func (c *call) bodyObject(otherwise error) (*pyjson.Object, error) {
	if c.bodyError != nil {
		return nil, c.bodyError
	}
	object, ok := c.body.(*pyjson.Object)
	if !ok {
		return nil, otherwise
	}
	return object, nil
}

// bodyPatch returns the body of a PATCH. The real server answers in the words of the
// operation even when the body is no JSON; a body of another kind, on which it crashes, is
// refused as elsewhere.
func (c *call) bodyPatch(otherwise error) (*scim.Patch, error) {
	var refusal *rest.Error
	if errors.As(c.bodyError, &refusal) && refusal.Code != "parse_error" {
		return nil, c.bodyError
	}
	if c.bodyError != nil {
		return nil, otherwise
	}
	patch, err := scim.ReadPatch(c.body)
	if err != nil {
		return nil, otherwise
	}
	return patch, nil
}

// eachOperation makes the operations of a patch, in their order. Each is saved by itself:
// one that fails undoes what it did and ends the patch, and those before it stay. The real
// server has a transaction for each, and none around them.
// Source: handle_operations in django-scim2's adapters.py; _handle_write in
// ee/api/scim/user.py.
func (c *call) eachOperation(patch *scim.Patch, do func(scim.Operation) error) error {
	whole := c.tx
	defer func() { c.tx = whole }()
	return patch.Each(func(operation scim.Operation) error {
		return whole.Savepoint(func(own *world.Tx) error {
			c.tx = own
			return do(operation)
		})
	})
}

// textMember returns the text under a key, "" without one. It is bounded as the real
// server's database bounds it.
func textMember(o *pyjson.Object, key string, most int) (string, error) {
	value, _ := o.Get(key)
	if value == nil {
		return "", nil
	}
	text, ok := value.(string)
	if !ok {
		return "", fmt.Errorf("%s is no text", key)
	}
	return text, checkText(text, most)
}

// checkText refuses a text that the real server's database cannot take.
func checkText(text string, most int) error {
	if pytext.Len(text) > most || strings.ContainsRune(text, 0) || !utf8.ValidString(text) {
		return errors.New("the text is too long, or has null characters or lone surrogates")
	}
	return nil
}

// userNameMember returns the userName, the address without one. A number is taken as text,
// as by the real server's database.
func userNameMember(o *pyjson.Object, email string) (string, error) {
	switch name, _ := o.Get("userName"); name := name.(type) {
	case nil:
		return email, nil
	case string:
		return name, checkText(name, world.MaxUserName)
	case int64, *big.Int:
		text := fmt.Sprint(name)
		return text, checkText(text, world.MaxUserName)
	default:
		return "", errors.New("userName is no text")
	}
}

// primaryEmail finds the address in a list of emails: the primary one, else the first. It
// is "" when there are none. An email that is looked at must have a value, be it null.
func primaryEmail(emails any) (string, error) {
	if emails == nil {
		return "", nil
	}
	list, ok := emails.([]any)
	if !ok {
		return "", errors.New("emails is no list")
	}
	for _, item := range list {
		email, ok := item.(*pyjson.Object)
		if !ok {
			return "", errors.New("an email is no object")
		}
		if primary, _ := email.Get("primary"); pythonTruth(primary) {
			value, err := emailValue(email)
			if value != "" || err != nil {
				return value, err
			}
			break
		}
	}
	if len(list) == 0 {
		return "", nil
	}
	return emailValue(list[0].(*pyjson.Object))
}

// emailValue is the address in one of a list of emails.
func emailValue(email *pyjson.Object) (string, error) {
	if _, ok := email.Get("value"); !ok {
		return "", errors.New("an email has no value")
	}
	return textMember(email, "value", maxEmail)
}

// pythonTruth is Python's idea of truth.
func pythonTruth(value any) bool {
	switch value := value.(type) {
	case nil:
		return false
	case bool:
		return value
	case string:
		return value != ""
	case int64:
		return value != 0
	case float64:
		return value != 0
	case []any:
		return len(value) > 0
	case *pyjson.Object:
		return value.Len() > 0
	}
	return true
}

// truthMember reads the truth value under a key. A text is what Python takes it for: any
// that is not empty is true, "False" too, which only a PATCH understands. Without one it is
// what is missing.
func truthMember(o *pyjson.Object, key string, missing bool) (bool, error) {
	switch value, _ := o.Get(key); value.(type) {
	case nil:
		return missing, nil
	case bool, string, int64:
		return pythonTruth(value), nil
	}
	return false, fmt.Errorf("%s is neither true nor false", key)
}

// parseMembers returns the numbers of the users in a list of members. Members without a
// value are passed over, and so are values that are no number of a user: identity providers
// send the ids of groups within a group.
// Source: _parse_member_id in ee/api/scim/group.py, by its tests.
func parseMembers(list []any) ([]int, error) {
	var users []int
	for _, item := range list {
		member, ok := item.(*pyjson.Object)
		if !ok {
			return nil, errors.New("a member is no object")
		}
		value, _ := member.Get("value")
		if id, ok := parseUserID(value); ok {
			users = append(users, id)
		}
	}
	return users, nil
}

// userIDsIn is the number in a text, if it is one of a user.
func userIDsIn(text string) (users []int) {
	if id, ok := parseUserID(text); ok {
		users = append(users, id)
	}
	return users
}

// parseUserID reads the number of a user. It is false for what is none, and for one that no
// user can have.
func parseUserID(value any) (id int, ok bool) {
	if text, isText := value.(string); isText {
		value, _ = pytext.ParseInt(text)
	}
	number, ok := value.(int64)
	return int(number), ok
}
