package api

import (
	"slices"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
)

// The catalogue of planted defects, and the changes of answers that some of them are.

// defect changes the tables that the API is built from.
type defect = func(*Tables)

// mutantRow is a row of the catalogue. It is a [mutant.Mutant] of a type of its own, so
// that rows need not name its fields.
type mutantRow mutant.Mutant[*Tables]

// Mutants are the defects that the API can be told to have.
func Mutants() []mutant.Mutant[*Tables] {
	var all []mutant.Mutant[*Tables]
	for _, p := range slices.Concat(
		domainMutants(),
		identityMutants(),
		newestDomainMutants(),
		configMutants(),
		configDomainMutants(),
		configLogMutants(),
		oidcMutants(),
		integrationMutants(),
		inviteMutants(),
		limitMutants(),
		signupMutants(),
		memberMutants(),
		metadataMutants(),
		organizationMutants(),
		keyMutants(),
		projectMutants(),
		roleMutants(),
		scimLogMutants(),
		scimTokenMutants(),
		sessionMutants(),
		userMutants(),
		textMutants(),
		verifiedDomainMutants(),
		everywhereMutants(),
	) {
		all = append(all, mutant.Mutant[*Tables](p))
	}
	return all
}

// changeAnswers makes a defect of a change of answers, as package mutant knows them.
func changeAnswers(change func(*mutant.Tables)) defect {
	return func(t *Tables) { change(t.Tables) }
}

// changeAnswer changes the answers of an operation; "" is of every path.
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

// changeBody changes the JSON object in the answers of an operation.
func changeBody(id string, do func(*pyjson.Object)) defect { return changeAnswers(mutant.Body(id, do)) }

// changeRows changes the rows of a page, and leaves the rest of it.
func changeRows(id string, do func([]any) []any) defect {
	return changeAnswers(mutant.Rows(id, "results", do))
}

// replaceText changes the body of the successful answers of an operation as text.
func replaceText(id, old, replacement string) defect {
	return changeAnswers(mutant.Replace(id, old, replacement))
}

// setMember gives a member that a JSON object has another value.
func setMember(key string, value any) func(*pyjson.Object) {
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
