package scimserver

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// The catalogue of planted defects, and the changes that they are made of.

// defect changes the tables that the SCIM server is built from.
type defect func(*Tables)

// mutantRow is a row of the catalogue. It is a [mutant.Mutant] of a type of its own, so
// that rows need not name its fields.
type mutantRow mutant.Mutant[*Tables]

// Mutants are the defects that the SCIM server can be told to have.
func Mutants() []mutant.Mutant[*Tables] {
	var all []mutant.Mutant[*Tables]
	for _, p := range slices.Concat(serverMutants(), slugMutants(), userMutants(), groupMutants(), filterMutants(), foreignMutants(), everywhereMutants()) {
		all = append(all, mutant.Mutant[*Tables](p))
	}
	return all
}

// changeAnswers makes a defect of a change of answers, as package mutant knows them.
func changeAnswers(change func(*mutant.Tables)) defect {
	return func(t *Tables) { change(t.Tables) }
}

// changeAnswer changes the answers of an operation.
func changeAnswer(id string, do func(*mutant.Response)) defect {
	return changeAnswers(mutant.Answer(id, do))
}

// changeAnswerWithStatus changes the answers of an operation that have a status.
func changeAnswerWithStatus(id string, status int, do func(*mutant.Response)) defect {
	return changeAnswers(mutant.Answered(id, status, do))
}

// changeStatus gives the answers of an operation another status.
func changeStatus(id string, from, to int) defect {
	return changeAnswerWithStatus(id, from, func(a *mutant.Response) { a.Status = to })
}

// changeHeader sets a header of the answers of an operation that have it.
func changeHeader(id, name, value string) defect {
	return changeAnswers(mutant.Header(id, name, value))
}

// replaceText changes the body of the successful answers of an operation as text.
func replaceText(id, old, replacement string) defect {
	return changeAnswers(mutant.Replace(id, old, replacement))
}

// filterQuery is a query with nothing but a filter.
func filterQuery(filter string) string { return url.Values{"filter": {filter}}.Encode() }

// around does something in place of a SCIM operation.
func around(id string, do func(c *call, next action) (int, error)) defect {
	return func(t *Tables) {
		next, ok := t.handlers[id]
		if !ok {
			panic(fmt.Sprintf("mutant: there is no operation %q", id))
		}
		t.AimAtOperations(id)
		t.handlers[id] = func(c *call) (int, error) { return do(c, next) }
	}
}

// before does something first.
func before(id string, do func(*call)) defect {
	return around(id, func(c *call, next action) (int, error) {
		do(c)
		return next(c)
	})
}

// afterWithPrevious does something more once a SCIM operation has succeeded. The answer is
// written already.
func afterWithPrevious(id string, do func(c *call, previous *world.World)) defect {
	return around(id, func(c *call, next action) (int, error) {
		previous := c.tx.World
		status, err := next(c)
		if err == nil {
			do(c, &previous)
		}
		return status, err
	})
}

// undoRefused undoes everything that a refused operation has done.
func undoRefused(id string) defect {
	return around(id, func(c *call, next action) (int, error) {
		previous := c.tx.World
		status, err := next(c)
		if status == http.StatusBadRequest {
			c.tx.World = previous
		}
		return status, err
	})
}

// aroundAuthenticate changes who may call the SCIM server.
func aroundAuthenticate(do func(c *call, tx *world.Tx, next func(*call, *world.Tx) error) error) defect {
	return func(t *Tables) {
		next := t.authenticate
		t.authenticate = func(c *call, tx *world.Tx) error { return do(c, tx, next) }
	}
}

// changeBody changes the body of the successful answers of a SCIM operation.
func changeBody(id string, do func(*pyjson.Object)) defect {
	return changeAnswer(id, func(a *mutant.Response) {
		value, err := pyjson.Decode(a.Body)
		if object, ok := value.(*pyjson.Object); ok && err == nil && a.Status < 300 {
			do(object)
			a.Body = pyjson.Append(nil, object)
		}
	})
}
