// Package scenarios holds what a deployment must do: one value for each case, one
// file for each resource and topic, all listed by [All]. It is written in the language of
// package suite, knows nothing of the fake, and neither runs nor judges anything itself.
//
// To add a scenario, write it beside its likes and name it in the list of its
// file; a new file's list goes into [All]. What it checks goes into package rules,
// under its id; if the rule is there already, the scenario is named in the table shared.
// Its aspect stands in the scenario, or in [All] where a whole list has the same. Ids are "resource.topic.case", in the API's own words. A story must hold on any
// deployment: see package suite.
package scenarios

import (
	"embed"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/scenarios/generated"
	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// All lists every scenario, in the order of the documentation, whichever revision it is of.
// Those that are made of the document are those of the default revision, and then what only
// others have.
func All() []suite.Scenario {
	all := In(spec.DefaultRevision)
	known := map[string]bool{}
	for i := range all {
		known[all[i].ID] = true
	}
	revisions, _ := spec.Revisions() // without them there is no document either
	for _, about := range revisions {
		for _, s := range In(about.Name) {
			if !known[s.ID] {
				known[s.ID] = true
				all = append(all, s)
			}
		}
	}
	return all
}

// In lists the scenarios that hold in a revision, in the order of the documentation.
func In(revision spec.Revision) []suite.Scenario {
	d, err := spec.LoadRevision(revision)
	if err != nil {
		panic(err) // it is embedded, and the tests of package spec read it
	}
	return holding(d, withRules(slices.Concat(
		organizations(),
		organizationsCreate(),
		organizationsUpdate(),
		organizationsDelete(),
		organizationsSettings(),
		foundedWith(),
		users(),
		personalAPIKeys(),
		personalAPIKeysMake(),
		personalAPIKeysLimits(),
		sessions(),
		sessionsPrecheck(),
		domainsCreate(),
		domainsRead(),
		domainsUpdate(),
		domainsConfig(),
		domainsNewest(),
		domainsVerify(),
		needingSCIM(domainsSCIM()),
		needingSCIM(domainsSCIMLogs()),
		domainsDelete(),
		configs(),
		needingSCIM(configsSCIM()),
		configDomains(),
		configOverlap(),
		configOIDC(),
		needingSCIM(configSCIM()),
		configSCIMLogs(),
		verifiedDomains(),
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
		textsOfPeople(),
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
		scimFilters(),
		scimUsersAlone(),
		scimUsersReplace(),
		scimUsersPatch(),
		scimUsersDelete(),
		scimUserNames(),
		scimGroups(),
		scimGroupsPatch(),
		asking(suite.Isolation, scimIsolation()),
		asking(suite.Isolation, scimForeign()),
		scimLogs(),
		asking(suite.Authentication, authentication()),
		asking(suite.Permission, scopes()),
		asking(suite.Permission, levels()),
		asking(suite.Isolation, isolation()),
		asking(suite.Protocol, bodies()),
		asking(suite.Pagination, pages()),
		asking(suite.Protocol, methods()),
		everyOperation(d),
		mediaTypes(),
		representations(),
		fields(),
		lateRefusals(),
		needingSCIM(scimWithoutFeature(d)),
		withoutFeatures(),
		limits(),
		invitesLimits(),
		outside(),
		keyPlaces(),
		generated.In(d),
		provisional(),
	)))
}

// holding are the scenarios of a list that hold in the revision of a document: it has their
// operations, and their rules hold there.
func holding(d *spec.Document, list []suite.Scenario) []suite.Scenario {
	set, err := rules.Load()
	return slices.DeleteFunc(list, func(s suite.Scenario) bool {
		without := slices.ContainsFunc(s.Covers, func(id string) bool { _, has := d.Operation(id); return !has })
		broken := err == nil && slices.ContainsFunc(s.Rules, func(id string) bool {
			rule, known := set.Rule(id)
			return known && !rule.HoldsIn(d.Revision)
		})
		return without || broken || !d.Revision.Within(s.From, s.Until)
	})
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

// asking notes the aspect of those scenarios of a list that are named by cases, the last
// parts of their ids; where none is named, of all that have none of their own.
func asking(aspect suite.Aspect, list []suite.Scenario, cases ...string) []suite.Scenario {
	for i := range list {
		if len(cases) == 0 && list[i].Aspect == "" {
			list[i].Aspect = aspect
		}
	}
	for _, name := range cases {
		caseOf(list, name).Aspect = aspect
	}
	return list
}

// robust gives the tag robustness to those scenarios of a list that are named by cases.
func robust(list []suite.Scenario, cases ...string) []suite.Scenario {
	for _, name := range cases {
		s := caseOf(list, name)
		s.Tags = append(s.Tags, suite.Robustness)
	}
	return list
}

// caseOf finds the scenario whose id ends in a case. That there is none is a mistake in
// the suite, which no run gets past.
func caseOf(list []suite.Scenario, name string) *suite.Scenario {
	i := slices.IndexFunc(list, func(s suite.Scenario) bool { return strings.HasSuffix(s.ID, "."+name) })
	if i < 0 {
		panic("no scenario of the list is called " + name)
	}
	return &list[i]
}

// with adds needs to others.
func with(needs []suite.Need, more ...suite.Need) []suite.Need {
	return append(slices.Clone(needs), more...)
}

// texts that several resources share.
const (
	required       = wording.Required
	null           = wording.Null
	blank          = wording.Blank
	notText        = wording.NotText
	notBoolean     = wording.NotBoolean
	noKeyAccess    = wording.NoKeyAccess
	lowLevel       = wording.LowLevel
	noPermission   = wording.NoPermission
	noOrganization = wording.NoOrganization
	notRecent      = wording.NotRecent
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
			ID: prefix + "." + r.id, Title: r.title, Covers: []string{operation}, Needs: needs, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) { try(s, r.body).Invalid(r.code, r.detail, r.attr) },
		})
	}
	return made
}

const hour = time.Hour

// crashed reports whether a request that came too late, of several at once, crashed the server: it
// looks whether it may before it writes, and what the database then refuses is caught nowhere, as in
// the real server (UniqueValidator in rest_framework/validators.py).
func crashed(answer *suite.Response) bool { return answer.Code() == http.StatusInternalServerError }

// Source is the text of this package and of those that it is made of: what the stories say, and so a part of what
// identifies the suite.
//
//go:embed *.go generated/*.go wording/*.go
var Source embed.FS
