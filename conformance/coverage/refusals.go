package coverage

import (
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/spec"
)

// Refusals that tell of which rule an operation made use.
const (
	noKeyAccess = "This action does not support personal API key access"
	notRecent   = "This action requires you to be recently authenticated."
)

// levelRefusals are what those hear whose level is too low.
var levelRefusals = []string{
	"Your organization access level is insufficient.",
	"Only organization admins can view SCIM logs.",
	"You need to be an organization admin or above to create new projects.",
}

// featureRefusals are what is said for want of a feature.
var featureRefusals = map[string][]string{
	"automatic_provisioning": {"Automatic provisioning is not enabled for this organization."},
	"scim": {
		"SCIM is not available for this organization", "SCIM provisioning is not available for this organization.",
	},
	"xaa_authentication": {"XAA (ID-JAG) is not available for this organization."},
	"organizations_projects": {
		"You must upgrade your PostHog plan to be able to create and manage multiple organizations.",
		"You have reached the maximum limit of allowed projects for your current plan.",
	},
}

// refusal are the rules that a refusal with a text is about.
func refusal(o *spec.Operation, detail string) (list []Point) {
	if o.Scope != "" && detail == "API key missing required scope '"+o.Scope+"'" {
		list = append(list, Point{Scope, o.Scope + Refused})
	}
	if o.Level > lowest && slices.Contains(levelRefusals, detail) {
		list = append(list, Point{Level, strconv.Itoa(o.Level)})
	}
	if o.SessionOnly && detail == noKeyAccess {
		list = append(list, Point{Credential, NoKey})
	}
	if o.RecentLogin && detail == notRecent {
		list = append(list, Point{Credential, RecentLogin})
	}
	for _, feature := range o.Features {
		if slices.ContainsFunc(featureRefusals[feature], func(text string) bool { return strings.HasPrefix(detail, text) }) {
			list = append(list, Point{Feature, feature})
		}
	}
	return list
}
