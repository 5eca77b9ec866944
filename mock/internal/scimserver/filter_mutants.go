package scimserver

import (
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// filterMutants are about the operators of filters.
func filterMutants() []mutantRow {
	const users, groups = "scim_users_list", "scim_groups_list"
	return []mutantRow{
		{"scim.users.filter_ne", "ne finds those that have the value.", "scim.users.filter_not_equal", rewriteFilter(users, " ne ", " eq ", " NE ", " EQ ")},
		{"scim.users.filter_not_ignored", "not is passed over.", "scim.users.filter_not", rewriteFilter(users, "not (", "(", "NOT (", "(")},
		{"scim.users.filter_not_anybody", "not finds nobody.", "scim.users.filter_not", findNobodyWith(users, "not (", "NOT (")},
		{"scim.users.filter_part", "co finds by a beginning alone.", "scim.users.filter_contains", rewriteFilter(users, " co ", " sw ")},
		{"scim.users.filter_end", "ew finds by any part.", "scim.users.filter_contains", rewriteFilter(users, " ew ", " co ")},
		{"scim.users.filter_beginning", "sw finds by any part.", "scim.users.filter_contains", rewriteFilter(users, " sw ", " co ")},
		{"scim.users.filter_greater", "gt finds the value itself.", "scim.users.filter_compare", rewriteFilter(users, " gt ", " ge ")},
		{"scim.users.filter_less", "le does not find the value itself.", "scim.users.filter_compare", rewriteFilter(users, " le ", " lt ")},
		{"scim.users.filter_reversed", "lt finds what is greater.", "scim.users.filter_compare", rewriteFilter(users, " lt ", " gt ")},
		{"scim.users.filter_flat", "Parentheses are passed over.", "scim.users.filter_groups", rewriteFilter(users, "not (", "not (", "(", "", ")", "")},
		{"scim.users.filter_capitals", "Operators in capitals are not known.", "scim.users.filter_groups", findNobodyWith(users, " OR ")},
		{"scim.users.filter_presence", "pr finds nobody.", "scim.users.filter_present", findNobodyWith(users, " pr ")},
		{"scim.groups.filter_ne", "ne finds groups that have the name.", "scim.groups.filter_operators", rewriteFilter(groups, " ne ", " eq ")},
		{"scim.groups.filter_not", "not is passed over among groups.", "scim.groups.filter_operators", rewriteFilter(groups, "not (", "(")},
		{"scim.groups.filter_or", "or wants both of its conditions of a group.", "scim.groups.filter_operators", rewriteFilter(groups, " or ", " and ")},
		{"scim.groups.filter_and", "and wants one of its conditions of a group.", "scim.groups.filter_operators", rewriteFilter(groups, " and ", " or ")},
		{"scim.groups.filter_end", "ew finds no group.", "scim.groups.filter_operators", findNobodyWith(groups, " ew ")},
	}
}

// rewriteFilter has an operation read another filter: pairs of a text and what stands for it.
func rewriteFilter(id string, pairs ...string) defect {
	return before(id, func(c *call) {
		if text, ok := c.query.Get("filter"); ok {
			c.query = rest.ParseQuery(filterQuery(strings.NewReplacer(pairs...).Replace(text)))
		}
	})
}

// findNobodyWith has filters that hold one of some texts find nobody.
func findNobodyWith(id string, texts ...string) defect {
	return before(id, func(c *call) {
		text, _ := c.query.Get("filter")
		for _, known := range texts {
			if strings.Contains(text, known) {
				c.query = rest.ParseQuery(filterQuery(`)`))
			}
		}
	})
}
