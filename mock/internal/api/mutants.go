package api

import (
	"slices"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

// defect changes the tables that the API is built from.
type defect = func(*Tables)

// planted is a row of the catalogue; see [mutant.Mutant].
type planted mutant.Mutant[*Tables]

// Mutants are the defects that the API can be told to have.
func Mutants() []mutant.Mutant[*Tables] {
	var all []mutant.Mutant[*Tables]
	for _, p := range slices.Concat(
		domainMutants(),
		identityMutants(),
		configMutants(),
		integrationMutants(),
		inviteMutants(),
		signupMutants(),
		memberMutants(),
		organizationMutants(),
		keyMutants(),
		projectMutants(),
		roleMutants(),
		scimLogMutants(),
		scimTokenMutants(),
		sessionMutants(),
		userMutants(),
	) {
		all = append(all, mutant.Mutant[*Tables](p))
	}
	return all
}

// Changes of answers, as package mutant makes them for whatever is answered.

func inAnswers(change func(*mutant.Tables)) defect {
	return func(t *Tables) { change(t.Tables) }
}

func answer(id string, do func(*mutant.Response)) defect { return inAnswers(mutant.Answer(id, do)) }

func answered(id string, status int, do func(*mutant.Response)) defect {
	return inAnswers(mutant.Answered(id, status, do))
}

// status gives the answers of an operation another status.
func status(id string, from, to int) defect {
	return answered(id, from, func(a *mutant.Response) { a.Status = to })
}

func header(id, name, value string) defect { return inAnswers(mutant.Header(id, name, value)) }

func body(id string, do func(*pyjson.Object)) defect { return inAnswers(mutant.Body(id, do)) }

func rows(id, key string, do func([]any) []any) defect { return inAnswers(mutant.Rows(id, key, do)) }

func textual(id, old, replacement string) defect {
	return inAnswers(mutant.Replace(id, old, replacement))
}

// set gives an object a member.
func set(key string, value any) func(*pyjson.Object) {
	return func(o *pyjson.Object) {
		if _, ok := o.Get(key); !ok {
			return
		}
		if members, ok := value.(map[string]string); ok {
			object := new(pyjson.Object)
			for name, text := range members {
				object.Set(name, text)
			}
			value = object
		}
		o.Set(key, value)
	}
}
