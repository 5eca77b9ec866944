package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// NamedProfile is a part of the suite that a deployment can be conformant to: a
// query over the tags of scenarios. It is not the profile of a target.
type NamedProfile struct {
	Name string
	// Holds says in a sentence what is in it.
	Holds string
	// All, Any and None are tags: a scenario must have all of the first, one of the
	// second unless there are none, and none of the third.
	All, Any, None []string
}

// NamedProfiles are all of them, the smallest demand first.
var NamedProfiles = []NamedProfile{
	{Name: "read-only", Holds: "every scenario that changes nothing", All: []string{"read"}},
	{
		Name:  "core",
		Holds: "what domains, configs, integrations and invites do, refuse and hide; no SCIM, races, odd requests or joining",
		Any:   []string{"domains", "identity_provider_configs", "integrations", "invites"},
		None:  []string{"concurrency", "robustness", "feature:scim", suite.Control, "bulk", "delegate", "accept"},
	},
	{
		Name:  "identity",
		Holds: "domains, identity provider configs, and logging in",
		Any:   []string{"domains", "identity_provider_configs", "sessions"},
	},
	{Name: "invites", Holds: "inviting, singly, in bulk and by delegation, and accepting", Any: []string{"invites"}},
	{Name: "integrations", Holds: "the integrations of the organization", Any: []string{"integrations"}},
	{Name: "scim", Holds: "the SCIM server, its tokens and its log", Any: []string{"scim", "scim_logs", "feature:scim"}},
	{
		Name:  "robustness",
		Holds: "odd bodies and methods, wrong types, and many requests at the same time",
		Any:   []string{"robustness", "concurrency"},
	},
	{Name: report.Full, Holds: "everything"},
}

// FindProfile finds a named profile; "" is the full one.
func FindProfile(name string) (NamedProfile, error) {
	if name == "" {
		name = report.Full
	}
	names := make([]string, 0, len(NamedProfiles))
	for _, p := range NamedProfiles {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return NamedProfile{}, fmt.Errorf("there is no profile %q; there are %s", name, strings.Join(names, ", "))
}

// Has reports whether a scenario belongs to the profile.
func (p NamedProfile) Has(s *suite.Scenario) bool { return p.has(Tags(s)) }

func (p NamedProfile) has(tags []string) bool {
	for _, tag := range p.All {
		if !slices.Contains(tags, tag) {
			return false
		}
	}
	return (len(p.Any) == 0 || overlap(tags, p.Any)) && !overlap(tags, p.None)
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
