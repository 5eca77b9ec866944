package mock

import (
	"fmt"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// aroundSCIM does something in place of a SCIM operation.
func aroundSCIM(id string, do func(c *scimCall, next scimHandler) (int, error)) defect {
	return func(p *parts) {
		next, ok := p.provisioning[id]
		if !ok {
			panic(fmt.Sprintf("mutant: there is no operation %q", id))
		}
		p.provisioning[id] = func(c *scimCall) (int, error) { return do(c, next) }
	}
}

// beforeSCIM does something first.
func beforeSCIM(id string, do func(*scimCall)) defect {
	return aroundSCIM(id, func(c *scimCall, next scimHandler) (int, error) {
		do(c)
		return next(c)
	})
}

// afterSCIM does something more once a SCIM operation has succeeded. The answer is
// written already.
func afterSCIM(id string, do func(c *scimCall, was *world.World)) defect {
	return aroundSCIM(id, func(c *scimCall, next scimHandler) (int, error) {
		was := c.tx.World
		status, err := next(c)
		if err == nil {
			do(c, &was)
		}
		return status, err
	})
}

// halfSCIM keeps what a SCIM operation has done although it is refused.
func halfSCIM(id string) defect {
	return aroundSCIM(id, func(c *scimCall, next scimHandler) (int, error) {
		status, err := next(c)
		if err != nil {
			return c.refuse(err), nil
		}
		return status, nil
	})
}

// openSCIM changes who may call the SCIM server.
func openSCIM(do func(c *scimCall, tx *world.Tx, next func(*scimCall, *world.Tx) error) error) defect {
	return func(p *parts) {
		next := p.openSCIM
		p.openSCIM = func(c *scimCall, tx *world.Tx) error { return do(c, tx, next) }
	}
}

// rewritten changes the body of the successful answers of a SCIM operation.
func rewritten(id string, do func(*pyjson.Object)) defect {
	return answer(id, func(a *finished) {
		value, err := pyjson.Decode(a.body)
		if object, ok := value.(*pyjson.Object); ok && err == nil && a.status < 300 {
			do(object)
			a.body = pyjson.Append(nil, object)
		}
	})
}
