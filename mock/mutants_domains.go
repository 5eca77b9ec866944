package mock

// domainMutants are about domains.
func domainMutants() []Mutant {
	return []Mutant{
		{"domains.create.taken", "A name can be claimed twice.", "domains.create.taken",
			check("OrganizationDomain", "domain", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if refused(err, "unique") {
					return value, nil
				}
				return checked, err
			})},
		{"domains.delete.pretends", "Deleting a domain does nothing.", "domains.delete.gone", pretend("domains_destroy")},
	}
}
