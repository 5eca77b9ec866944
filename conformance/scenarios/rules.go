package scenarios

import (
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// withRules gives every scenario its rules: those that it names itself, else those that
// [shared] names for it, else the one that has its id. What checks nothing but rules
// of our own making is provisional.
func withRules(list []suite.Scenario) []suite.Scenario {
	named := map[string][]string{}
	for _, row := range shared {
		for scenario := range strings.FieldsSeq(row.scenarios) {
			id := fullID(row.rule, scenario)
			named[id] = append(named[id], row.rule)
		}
	}
	for i := range list {
		s := &list[i]
		if len(s.Rules) == 0 {
			s.Rules = named[s.ID]
		}
		if len(s.Rules) == 0 {
			s.Rules = []string{s.ID}
		}
		s.Provisional = s.Provisional || decided(s.Rules) || slices.Contains(sessionInternals, s.ID) || slices.Contains(undocumented, s.ID)
	}
	return list
}

// undocumented are scenarios about what the real server does and its documentation leaves
// open, or the protocol's own rules do otherwise: they run and do not count. Of changes of one row
// at the same time, a server that writes whole rows back loses one, as Django's save does. Of owners
// the reference says that anyone may leave, and PostHog's source (User.leave) that they may not. Of SCIM requests that make the same
// user at once PostHog answers several with 201, as update_or_create does.
var undocumented = strings.Fields(`scim.users.delete_owner domains.update.concurrent domains.update.settings_concurrent
	identity_provider_configs.update.concurrent invites.replace.concurrent invites.bulk.parallel scim.users.create_at_once
	scim.users.patch_refused_active_type scim.users.filter_email_path
	members.leave.owner members.leave.only_owner members.remove.owner_by_owner`)

// sessionInternals are scenarios about how the real server's framework keeps sessions. No
// client of the documented operations depends on it, and a deployment may sign people
// in another way; so they run and do not count.
var sessionInternals = strings.Fields(`sessions.csrf.masked sessions.csrf.form sessions.csrf.login sessions.login.rotates
	sessions.login.cookie_flags sessions.login.sso_enforced sessions.login.sso_enforced_right sessions.methods.every_path`)

// decided reports whether every rule is this project's own.
func decided(ids []string) bool {
	set, err := rules.Load()
	return err == nil && !slices.ContainsFunc(ids, func(id string) bool {
		rule, _ := set.Rule(id)
		return !rule.Decided()
	})
}

// fullID is the id of a scenario that a row of [shared] names, perhaps by its case
// alone.
func fullID(rule, scenario string) string {
	if strings.Contains(scenario, ".") {
		return scenario
	}
	return rule[:strings.LastIndexByte(rule, '.')+1] + scenario
}
