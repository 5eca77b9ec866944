package coverage

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/spec"
)

// Seen is a request for a documented operation, and what a story asserted of its
// answer. It is about requests whose status was asserted: of others nothing is known.
type Seen struct {
	Operation string
	Status    int
	// Key is whether the request was made with a personal API key.
	Key bool
	// Body is the request body, as decoded JSON or a form as a map.
	Body any
	// Paths are the gjson paths that were looked at, Wanted the values that some of
	// them were said to equal.
	Paths  []string
	Wanted map[string]any
	// Detail is the text of a refusal, if it was asserted.
	Detail string
	// Switched are the features that the story switched on or off before, in an
	// organization of its own.
	Switched map[string]bool
}

// Points are what the request and the assertions cover. Only what is documented is in
// the result.
func (c *Catalogue) Points(seen Seen) Set {
	set := Set{}
	operation, ok := c.document.Operation(seen.Operation)
	if !ok {
		return set
	}
	add := func(points ...Point) {
		for _, p := range points {
			if c.set[operation.ID][p] {
				set.Add(operation.ID, p)
			}
		}
	}
	add(Point{Status, strconv.Itoa(seen.Status)})
	add(c.Fields(operation.ID, seen.Body)...)
	for _, path := range seen.Paths {
		add(c.Properties(operation.ID, seen.Status, path)...)
	}
	for path, value := range seen.Wanted {
		add(c.Wanted(operation.ID, seen.Status, path, value)...)
	}
	if seen.Key && seen.Status < http.StatusMultipleChoices {
		add(Point{Scope, operation.Scope + Granted})
	}
	add(refusalPoints(operation, seen.Detail)...)
	for _, feature := range operation.Features {
		// Without a feature everything that is asserted is about it; with it only what is
		// refused since it is there.
		if on, switched := seen.Switched[feature]; switched && (!on || seen.Status >= http.StatusBadRequest) {
			add(Point{Feature, feature})
		}
	}
	return set
}

// NotAllowed are what the refusal of a method covers that a path does not have: 405 is
// documented with the methods that it has.
func (c *Catalogue) NotAllowed(operations []string) Set {
	set := Set{}
	p := Point{Status, strconv.Itoa(http.StatusMethodNotAllowed)}
	for _, operation := range operations {
		if c.set[operation][p] {
			set.Add(operation, p)
		}
	}
	return set
}

// Texts of refusals that tell which rule an operation followed.
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
	"2fa_enforcement":    {"You must upgrade your plan to enforce 2FA."},
	"organization_security_settings": {
		"You must upgrade your plan to configure personal API key permissions.", "You must upgrade your plan to configure public sharing settings.",
	},
	"organization_invite_settings": {"You must upgrade your plan to configure who can send invites."},
	"organizations_projects": {
		"You must upgrade your PostHog plan to be able to create and manage multiple organizations.",
		"You have reached the maximum limit of allowed projects for your current plan.",
	},
}

// refusalPoints are the points that a refusal with a text is about.
func refusalPoints(o *spec.Operation, detail string) (list []Point) {
	if o.Scope != "" && detail == "API key missing required scope '"+o.Scope+"'" {
		list = append(list, Point{Scope, o.Scope + Refused})
	}
	if o.Level > lowestLevel && slices.Contains(levelRefusals, detail) {
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
