package mock

import "github.com/understudy-dev/understudy/mock/internal/world"

// callerMutants are about whom scopes, levels and organizations let in.
func callerMutants() []Mutant {
	return []Mutant{
		{"domains.scopes.list_unscoped", "Listing domains asks for another scope.", "domains.scopes.read",
			scope("domains_list", "domain:read")},
		{"domains.scopes.read_writes", "A key that reads may delete domains.", "domains.scopes.delete",
			scope("domains_destroy", "organization:read")},
		{"domains.levels.member_deletes", "Members may delete domains.", "domains.levels.member_writes",
			level("domains_destroy", world.Member)},
	}
}
