package api

import (
	"slices"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
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
		domainSettingMutants(),
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
		cornerMutants(),
	) {
		all = append(all, mutant.Mutant[*Tables](p))
	}
	return all
}
