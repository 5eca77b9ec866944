package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
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

// has reports whether a scenario with the tags belongs to the profile.
func (p NamedProfile) has(tags []string) bool {
	for _, tag := range p.All {
		if !slices.Contains(tags, tag) {
			return false
		}
	}
	return (len(p.Any) == 0 || overlap(tags, p.Any)) && !overlap(tags, p.None)
}

// ProfilesOf names the profiles that hold a scenario, but for the full one, which holds all.
func ProfilesOf(s *suite.Scenario) (names []string) {
	tags := Tags(s)
	for _, p := range NamedProfiles {
		if p.Name != report.Full && p.has(tags) {
			names = append(names, p.Name)
		}
	}
	return names
}

// ProfileInfos returns the profiles as a log knows them.
func ProfileInfos() []report.ProfileInfo {
	list := make([]report.ProfileInfo, len(NamedProfiles))
	for i, p := range NamedProfiles {
		list[i] = report.ProfileInfo{Name: p.Name, Holds: p.Holds}
	}
	return list
}

// overlap reports whether two lists share an item.
func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// Tags returns the tags of a scenario, which --tag and the named profiles choose by, each
// once:
//   - resource and topic, the first two parts of its id, as domains and verify;
//   - what it does to the target: read or write;
//   - its aspects: happy, validation, permission, isolation, pagination, lifecycle,
//     concurrency, robustness, and the finer authentication, feature, not_found and
//     protocol;
//   - documented, where it tries an operation of the documentation's page;
//   - what it needs: control, or a feature as feature:scim;
//   - provisional.
func Tags(s *suite.Scenario) []string {
	parts := strings.Split(s.ID, ".")
	tags := append(slices.Clone(parts[:len(parts)-1]), string(s.Access))
	if more, renamed := aspectTags[s.Asks()]; renamed {
		tags = append(tags, more...)
	} else {
		tags = append(tags, string(s.Asks()))
	}
	for tag, holds := range map[string]bool{
		suite.Lifecycle: slices.Contains(lifecycleTopics, parts[min(1, len(parts)-1)]),
		"documented":    documented(s), "provisional": s.Provisional,
	} {
		if holds {
			tags = append(tags, tag)
		}
	}
	tags = slices.Concat(tags, s.Tags, s.Kinds())
	slices.Sort(tags)
	return slices.Compact(tags)
}

// aspectTags are the tags of each kind of question, where they are not its name.
var aspectTags = map[suite.Aspect][]string{
	suite.Behaviour:      {"happy"},
	suite.Authentication: {"authentication", "permission"},
	suite.NotFound:       {"not_found", "validation"},
	suite.Protocol:       {"protocol", suite.Robustness},
	suite.Concurrency:    {"concurrency", suite.Robustness},
}

// lifecycleTopics are the topics that are about the end of a thing, or what follows it.
var lifecycleTopics = []string{"delete", "remove", "leave", "expiry", "accept", "replace"}

// documented reports whether a scenario tries an operation of the documented page.
func documented(s *suite.Scenario) bool {
	document, err := spec.Load() // what the public page has is of its revision
	return err == nil && slices.ContainsFunc(s.Covers, func(id string) bool {
		operation, known := document.Operation(id)
		return known && operation.Documented
	})
}
