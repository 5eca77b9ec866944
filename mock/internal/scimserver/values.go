package scimserver

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/scim"
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

// bodyOperations returns the changes of a PATCH. The real server answers in the words
// of the operation even when the body is no JSON; a body of another kind, on which
// it crashes, is refused as elsewhere.
func (c *call) bodyOperations(otherwise error) ([]scim.Operation, error) {
	var refusal *rest.Error
	if errors.As(c.bodyError, &refusal) && refusal.Code != "parse_error" {
		return nil, c.bodyError
	}
	if c.bodyError != nil {
		return nil, otherwise
	}
	operations, err := scim.Operations(c.body)
	if err != nil {
		return nil, otherwise
	}
	return operations, nil
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

// primaryEmail finds the address in a list of emails: the primary one, else the
// first. It is "" when there are none.
func primaryEmail(emails any) (string, error) {
	if emails == nil {
		return "", nil
	}
	list, ok := emails.([]any)
	if !ok {
		return "", errors.New("emails is no list")
	}
	chosen := ""
	for i, item := range list {
		email, ok := item.(*pyjson.Object)
		if !ok {
			return "", errors.New("an email is no object")
		}
		value, err := textMember(email, "value", maxEmail)
		if err != nil {
			return "", err
		}
		primary, _ := email.Get("primary")
		if pythonTruth(primary) && value != "" {
			return value, nil
		}
		if i == 0 {
			chosen = value
		}
	}
	return chosen, nil
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

// boolMember reads the truth value under a key, also as the text that Entra ID sends.
// Without one it is what is missing.
func boolMember(o *pyjson.Object, key string, missing bool) (bool, error) {
	value, _ := o.Get(key)
	switch value := value.(type) {
	case nil:
		return missing, nil
	case bool:
		return value, nil
	case string:
		if strings.EqualFold(value, "true") || strings.EqualFold(value, "false") {
			return strings.EqualFold(value, "true"), nil
		}
	}
	return false, fmt.Errorf("%s is neither true nor false", key)
}

// parseMembers returns the numbers of the users in a list of members. Members without
// a value are passed over; what is no number is refused. Numbers that no user can
// have are left out.
func parseMembers(list []any) ([]int, error) {
	var users []int
	for _, item := range list {
		member, ok := item.(*pyjson.Object)
		if !ok {
			return nil, errors.New("a member is no object")
		}
		value, _ := member.Get("value")
		if value == nil {
			continue
		}
		id, ok, err := parseUserID(value)
		if err != nil {
			return nil, err
		}
		if ok {
			users = append(users, id)
		}
	}
	return users, nil
}

// parseUserID reads the number of a user. It is false for one that no user can have.
func parseUserID(value any) (id int, ok bool, err error) {
	number := value
	if text, isText := value.(string); isText {
		if number, ok = pytext.ParseInt(text); !ok {
			return 0, false, errors.New(strconv.Quote(text) + " is no number of a user")
		}
	}
	switch number := number.(type) {
	case int64:
		return int(number), true, nil
	case *big.Int:
		return 0, false, nil
	}
	return 0, false, fmt.Errorf("%v is no number of a user", value)
}
