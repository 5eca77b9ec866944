// Package scenarios holds what a deployment must do: one value for each case, one
// file for each resource and topic, all listed by [All]. It is written in the language of
// package suite, knows nothing of the fake, and neither runs nor judges anything itself.
//
// To add a scenario, write it beside its likes and name it in the list of its
// file; a new file's list goes into [All]. What it checks goes into package rules,
// under its id; if the rule is there already, the scenario is named in the table shared.
// Ids are "resource.topic.case", in the API's own words. A story must hold on any
// deployment: see package suite.
package scenarios

import (
	"embed"
	"slices"
	"time"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// All lists every scenario, in the order of the documentation.
func All() []suite.Scenario {
	return withRules(slices.Concat(
		organizations(),
		organizationsCreate(),
		organizationsUpdate(),
		organizationsDelete(),
		users(),
		personalAPIKeys(),
		sessions(),
		domainsCreate(),
		domainsRead(),
		domainsUpdate(),
		domainsConfig(),
		domainsVerify(),
		needingSCIM(domainsSCIM()),
		needingSCIM(domainsSCIMLogs()),
		domainsDelete(),
		configs(),
		needingSCIM(configsSCIM()),
		integrations(),
		environmentMapping(),
		invitesCreate(),
		invitesProjectAccess(),
		invitesReplace(),
		invitesRead(),
		invitesDelete(),
		membersList(),
		membersUpdate(),
		membersRemove(),
		membersLeave(),
		roles(),
		rolesUpdate(),
		roleMemberships(),
		roleMembershipsIsolation(),
		invitesBulk(),
		invitesDelegate(),
		invitesAccept(),
		projectsCreate(),
		projectsRead(),
		projectsUpdate(),
		projectsDelete(),
		projectsAccess(),
		usersCurrent(),
		scimAuth(),
		scimDiscovery(),
		scimUsersCreate(),
		scimUsersList(),
		scimUsersReplace(),
		scimUsersPatch(),
		scimUsersDelete(),
		scimGroups(),
		scimGroupsPatch(),
		scimIsolation(),
		scimLogs(),
		authentication(),
		scopes(),
		levels(),
		isolation(),
		bodies(),
		pages(),
		methods(),
		everyOperation(),
		mediaTypes(),
		representations(),
		fields(),
		lateRefusals(),
		needingSCIM(scimWithoutFeature()),
		withoutFeatures(),
		limits(),
		keyPlaces(),
		provisional(),
	))
}

// The needs of most scenarios.
var (
	admin        = []suite.Need{suite.KeyOf("admin")}
	adminSession = []suite.Need{suite.KeyOf("admin"), suite.SessionOf("admin")}
	verified     = []suite.Need{suite.KeyOf("admin"), suite.SessionOf("admin"), suite.TXTRecords}
	anyVerified  = []suite.Need{suite.KeyOf("admin"), suite.SessionOf("admin"), suite.AnyVerifiedDomain}
)

// needingSCIM adds the need of the feature SCIM to every scenario of a list.
func needingSCIM(list []suite.Scenario) []suite.Scenario {
	for i := range list {
		list[i].Needs = with(list[i].Needs, suite.Feature("scim"))
	}
	return list
}

// with adds needs to others.
func with(needs []suite.Need, more ...suite.Need) []suite.Need {
	return append(slices.Clone(needs), more...)
}

// texts that several resources share.
const (
	required       = "This field is required."
	null           = "This field may not be null."
	blank          = "This field may not be blank."
	notText        = "Not a valid string."
	notBoolean     = "Must be a valid boolean."
	noKeyAccess    = "This action does not support personal API key access"
	lowLevel       = "Your organization access level is insufficient."
	noPermission   = "You do not have permission to perform this action."
	noOrganization = "Organization not found."
	notRecent      = "This action requires you to be recently authenticated."
)

// refusal is a body that must be refused, and how. It makes a scenario.
type refusal struct {
	id, title          string
	body               suite.JSON
	code, detail, attr string
}

// refusals makes a scenario of each refusal. try sends the body; nothing may
// have changed afterwards, which it checks where that can be seen.
func refusals(prefix, operation string, needs []suite.Need, list []refusal, try func(s *suite.S, body suite.JSON) *suite.Response) []suite.Scenario {
	made := make([]suite.Scenario, 0, len(list))
	for _, r := range list {
		made = append(made, suite.Scenario{
			ID: prefix + "." + r.id, Title: r.title, Covers: []string{operation}, Needs: needs, Access: suite.Write,
			Run: func(s *suite.S) { try(s, r.body).Invalid(r.code, r.detail, r.attr) },
		})
	}
	return made
}

const hour = time.Hour

// Source is the text of this package: what the stories say, and so a part of what
// identifies the suite.
//
//go:embed *.go
var Source embed.FS
