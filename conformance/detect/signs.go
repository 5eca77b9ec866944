package detect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// rows are where the properties of a schema show. singular and plural are what people call its things.
var rows = []struct {
	schema, collection string // no collection is the organization itself
	singular, plural   string
}{
	{"OrganizationDomain", suite.Domains, "domain", "domains"},
	{"IdentityProviderConfig", suite.Configs, "config", "configs"},
	{"Organization", "", "organization", "organizations"},
}

// sign is one thing that shows whether a deployment has a change.
type sign struct {
	// schema and property of a row; without them it is a path.
	schema, property, path string
	// added tells that the change brought it; else it took it away.
	added bool
}

// change is a difference between two revisions, with what shows it.
type change struct {
	spec.Change
	revision spec.Revision // that has it
	signs    []sign
}

// timeline lists the changes that show, in the order in which they came.
func timeline() ([]change, error) {
	revisions, err := spec.Revisions()
	if err != nil {
		return nil, err
	}
	var list []change
	for _, about := range revisions {
		for _, c := range about.Changes {
			shown := change{Change: c, revision: about.Name, signs: append(signsOf(c.Adds, true), signsOf(c.Removes, false)...)}
			if len(shown.signs) > 0 {
				list = append(list, shown)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.revision, b.revision), cmp.Compare(a.Since, b.Since))
	})
	return list, nil
}

func signsOf(names []string, added bool) (signs []sign) {
	for _, name := range names {
		s := sign{path: name, added: added}
		if !strings.HasPrefix(name, "/") {
			s.path = ""
			s.schema, s.property, _ = strings.Cut(name, ".")
		}
		signs = append(signs, s)
	}
	return signs
}

// words says that a deployment has what the sign is about, or has it not.
func (s sign) words(there bool) string {
	if s.path != "" {
		short := strings.TrimPrefix(s.path, "/api/organizations/{organization_id}/")
		if there {
			return "there is " + short
		}
		return "there is no " + short
	}
	plural := s.schema
	for _, r := range rows {
		if r.schema == s.schema {
			plural = r.plural
		}
	}
	if there {
		return fmt.Sprintf("%s have %s", plural, s.property)
	}
	return fmt.Sprintf("%s have no %s", plural, s.property)
}
