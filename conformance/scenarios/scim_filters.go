package scenarios

import (
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// scimFilters are about the operators of filters, as the real server's parser understands them and
// the RFC has them. Left out is where the two differ: the precedence of and over or without
// parentheses, the case of names of attributes, and attributes that are not known.
func scimFilters() []suite.Scenario {
	users, groups := []string{"scim_users_list"}, []string{"scim_groups_list"}
	const ada, bea = "a", "b"
	var list []suite.Scenario
	// Each filters Ada and Bea, who alone have the family name $family; want names whom it finds.
	for _, c := range []struct {
		id, title string
		filters   map[string]string
	}{
		{"not_equal", "ne finds those that have another value", map[string]string{
			`name.familyName eq "$family"`: ada + bea, `name.familyName eq "Ada" or name.givenName eq "$family"`: "",
			`name.familyName eq "$family" and name.givenName ne "Ada"`: bea, `name.givenName NE "Bea" and name.familyName eq "$family"`: ada,
		}},
		{"not", "not finds those whom what it encloses does not find", map[string]string{
			`name.familyName eq "$family" and not (name.givenName eq "Ada")`:                                 bea,
			`NOT (name.givenName eq "Bea") and name.familyName eq "$family"`:                                 ada,
			`name.familyName eq "$family" and not (name.givenName eq "Ada" or name.givenName eq "Bea")`:      "",
			`name.familyName eq "$family" and not (name.givenName eq "Ada" and name.familyName eq "nobody")`: ada + bea,
		}},
		{"contains", "co and ew find by a part and by an end", map[string]string{
			`name.familyName co "$middle" and name.familyName eq "$family"`: ada + bea, `name.familyName ew "$end" and name.familyName eq "$family"`: ada + bea,
			`name.familyName eq "$family" and name.givenName co "e"`: bea, `name.familyName eq "$family" and name.givenName ew "da"`: ada,
			`name.familyName eq "$family" and name.givenName ew "Be"`: "", `name.familyName eq "$family" and name.givenName sw "ea"`: "",
			`name.familyName eq "$family" and name.givenName sw "Be"`: bea,
		}},
		{"compare", "gt, ge, lt and le compare texts", map[string]string{
			`name.familyName eq "$family" and name.givenName gt "Ada"`: bea, `name.familyName eq "$family" and name.givenName ge "Ada"`: ada + bea,
			`name.familyName eq "$family" and name.givenName lt "Bea"`: ada, `name.familyName eq "$family" and name.givenName le "Bea"`: ada + bea,
		}},
		{"groups", "Parentheses are looked into first, and operators may be written in capitals", map[string]string{
			`name.familyName eq "$family" and (name.givenName eq "Ada" or name.givenName eq "Bea")`:    ada + bea,
			`(name.givenName EQ "Eve" OR name.givenName EQ "Bea") AND name.familyName EQ "$family"`:    bea,
			`((name.familyName eq "$family") and ((name.givenName eq "Ada")))`:                         ada,
			`(name.givenName eq "Ada" or name.givenName eq "Bea") and name.familyName eq "no $family"`: "",
		}},
		{"present", "pr finds those that have a value, and active eq true those who are members", map[string]string{
			`name.givenName pr and name.familyName eq "$family"`: ada + bea, `name.familyName eq "$family" and active eq true`: ada + bea,
			`name.familyName eq "$family" and active eq false`: "",
		}},
	} {
		list = append(list, suite.Scenario{
			ID: "scim.users.filter_" + c.id, Title: c.title, Covers: users, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p, family := s.SCIM(), s.Name()
				ids := map[rune]string{'a': newNamed(s, p, "Ada", family), 'b': newNamed(s, p, "Bea", family)}
				for filter, found := range c.filters {
					want := []any{}
					for _, who := range found {
						want = append(want, ids[who])
					}
					filter = strings.NewReplacer("$family", family, "$middle", family[1:len(family)-1], "$end", family[2:]).Replace(filter)
					p.Get(p.Path("Users")+filtered(filter)).Status(200).Has("totalResults", len(want)).That("Resources.#.id", gomega.ConsistOf(want...))
				}
			},
		})
	}
	return append(list, suite.Scenario{
		ID: "scim.groups.filter_operators", Title: "A filter of groups knows the operators of a filter of users",
		Covers: groups, Needs: scimKnown, Access: suite.Write,
		Run: func(s *suite.S) {
			p, label := s.SCIM(), s.Name()
			ids := map[rune]string{}
			for who, name := range map[rune]string{'a': " ada", 'b': " bea"} {
				ids[who] = p.Post(p.Path("Groups"), suite.JSON{"displayName": label + name}).Status(201).Text("id")
			}
			for filter, found := range map[string]string{
				`displayName sw "$ "`: "ab", `displayName co "$ "`: "ab", `displayName co "$ a"`: "a", `displayName ew "$ bea"`: "b",
				`displayName eq "$ ada" or displayName eq "$ bea"`: "ab", `displayName eq "$ ada" and displayName eq "$ bea"`: "",
				`displayName sw "$ " and displayName ne "$ ada"`: "b", `displayName sw "$ " and not (displayName eq "$ bea")`: "a",
				`displayName sw "$ " and displayName gt "$ ada"`: "b", `displayName sw "$ " and displayName le "$ ada"`: "a",
			} {
				want := []any{}
				for _, which := range found {
					want = append(want, ids[which])
				}
				p.Get(p.Path("Groups")+filtered(strings.ReplaceAll(filter, "$", label))).Status(200).That("Resources.#.id", gomega.ConsistOf(want...))
			}
		},
	})
}

// newNamed makes a user of a name, and returns the number.
func newNamed(s *suite.S, p *suite.Provider, given, family string) string {
	body := suite.SCIMPerson(s.SCIMEmail())
	body["name"] = suite.JSON{"givenName": given, "familyName": family}
	return p.Post(p.Path("Users"), body).Status(201).Text("id")
}
