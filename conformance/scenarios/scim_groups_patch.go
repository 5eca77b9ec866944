package scenarios

import (
	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
)

func scimGroupsPatch() []suite.Scenario {
	patch := []string{"scim_groups_partial_update", "scim_groups_retrieve"}
	list := []suite.Scenario{
		{
			ID: "scim.groups.patch_name", Title: "replace sets the name",
			Covers: patch, Needs: scimKnown, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				group, name, other := p.NewGroup(), s.Name(), s.Name()
				p.Change(group, suite.JSON{"op": "Replace", "path": "displayName", "value": name}).Status(200).Has("displayName", name)
				p.Change(group, suite.JSON{"op": "replace", "value": suite.JSON{"id": group.ID, "displayName": other}}).Status(200).Has("displayName", other)
				p.Get(group.Path()).Has("id", group.ID).Has("displayName", other)
			},
		},
		{
			ID: "scim.groups.patch_at_once", Title: "Patches at the same time lose nothing",
			Covers: patch, Needs: scimPeople, Access: suite.Write, Aspect: suite.Concurrency,
			Run: func(s *suite.S) {
				p := s.SCIM()
				group := p.NewGroup()
				users := make([]suite.Thing, 6)
				ids := make([]any, len(users))
				for i := range users {
					users[i] = p.NewUser()
					ids[i] = users[i].ID
				}
				for _, r := range s.Parallel(len(users), func(i int) *suite.Response {
					return p.Change(group, suite.JSON{"op": "add", "path": "members", "value": suite.InGroup(users[i])})
				}) {
					r.Status(200)
				}
				p.Get(group.Path()).That("members.#.value", gomega.ConsistOf(ids...))
			},
		},
	}
	members := func(op string, value any) func(a, b, c suite.Thing) suite.JSON {
		return func(_, _, _ suite.Thing) suite.JSON { return suite.JSON{"op": op, "path": "members", "value": value} }
	}
	path := func(u suite.Thing) string { return `members[value eq "` + u.ID + `"]` }
	// Each begins with a group of a and b; want names who is in it afterwards.
	for _, it := range []struct {
		id, title string
		operation func(a, b, c suite.Thing) suite.JSON
		want      string
	}{
		{"add", "add puts users into a group", func(_, _, c suite.Thing) suite.JSON {
			return suite.JSON{"op": "add", "path": "members", "value": suite.InGroup(c)}
		}, "abc"},
		{"add_twice", "add of who is in it changes nothing", func(a, _, _ suite.Thing) suite.JSON {
			return suite.JSON{"op": "Add", "path": "members", "value": suite.InGroup(a, a)}
		}, "ab"},
		{"add_object", "add takes a single user", func(_, _, c suite.Thing) suite.JSON {
			return suite.JSON{"op": "add", "path": "members", "value": suite.JSON{"value": c.ID}}
		}, "abc"},
		{"add_no_path", "add takes an object of members", func(_, _, c suite.Thing) suite.JSON {
			return suite.JSON{"op": "add", "value": suite.JSON{"members": suite.InGroup(c)}}
		}, "abc"},
		{"add_by_path", "add takes a user from its path", func(_, _, c suite.Thing) suite.JSON { return suite.JSON{"op": "add", "path": path(c)} }, "abc"},
		{"add_unknown", "add passes over users who do not exist", members("add", []suite.JSON{{"value": "2147483647"}}), "ab"},
		{"add_no_number", "add passes over what is no number of a user", func(_, _, c suite.Thing) suite.JSON {
			return suite.JSON{"op": "Add", "path": "members", "value": []suite.JSON{{"value": suite.Nowhere}, {"value": c.ID}}}
		}, "abc"},
		{"replace_no_number", "replace passes over what is no number of a user", func(_, b, _ suite.Thing) suite.JSON {
			return suite.JSON{"op": "replace", "path": "members", "value": []suite.JSON{{"value": "ada"}, {"value": b.ID}}}
		}, "b"},
		{"replace", "replace makes users the only ones", func(_, b, c suite.Thing) suite.JSON {
			return suite.JSON{"op": "replace", "path": "members", "value": suite.InGroup(b, c)}
		}, "bc"},
		{"replace_by_none", "replace by an empty list empties a group", members("replace", []int{}), ""},
		{"remove_by_path", "remove takes out whom the path picks", func(a, _, _ suite.Thing) suite.JSON { return suite.JSON{"op": "remove", "path": path(a)} }, "b"},
		{"remove_by_value", "Entra ID removes by a value", func(a, _, _ suite.Thing) suite.JSON {
			return suite.JSON{"op": "Remove", "path": "members", "value": suite.InGroup(a)}
		}, "b"},
		{"remove_no_number", "remove passes over what is no number of a user", members("Remove", []suite.JSON{{"value": suite.Nowhere}}), "ab"},
		{"remove_several", "remove takes out all whom a list names", func(a, b, _ suite.Thing) suite.JSON {
			return suite.JSON{"op": "remove", "path": "members", "value": suite.InGroup(a, b)}
		}, ""},
		{"remove_object", "remove takes out whom an object names", func(_, b, _ suite.Thing) suite.JSON {
			return suite.JSON{"op": "remove", "path": "members", "value": suite.JSON{"value": b.ID}}
		}, "a"},
		{"remove_stranger", "remove of who is not in it changes nothing", func(_, _, c suite.Thing) suite.JSON {
			return suite.JSON{"op": "remove", "path": "members", "value": suite.InGroup(c)}
		}, "ab"},
		{"remove_all", "remove without users empties a group", func(_, _, _ suite.Thing) suite.JSON { return suite.JSON{"op": "remove", "path": "members"} }, ""},
		{"unknown", "Attributes that are not kept are ignored", func(_, _, _ suite.Thing) suite.JSON {
			return suite.JSON{"op": "replace", "path": "externalId", "value": "x"}
		}, "ab"},
	} {
		list = append(list, suite.Scenario{
			ID: "scim.groups.patch_" + it.id, Title: it.title, Covers: patch, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				a, b, c := p.NewUser(), p.NewUser(), p.NewUser()
				group := p.NewGroup(a, b)
				ids := map[rune]string{'a': a.ID, 'b': b.ID, 'c': c.ID}
				want := []any{}
				for _, who := range it.want {
					want = append(want, ids[who])
				}
				p.Change(group, it.operation(a, b, c)).Status(200).That("members.#.value", gomega.ConsistOf(want...))
				p.Get(group.Path()).Status(200).That("members.#.value", gomega.ConsistOf(want...))
			},
		})
	}
	for _, c := range []struct {
		id, title string
		operation suite.JSON
	}{
		{"remove_name", "The name cannot be removed", suite.JSON{"op": "remove", "path": "displayName"}},
		{"replace_by_path", "Members cannot be replaced by a path", suite.JSON{"op": "replace", "path": `members[value eq "1"]`, "value": []int{}}},
		{"unknown_op", "An operation that does not exist is refused", suite.JSON{"op": "set", "path": "members", "value": []int{}}},
		{"no_target", "An operation needs a path or an object", suite.JSON{"op": "add", "value": []int{}}},
		{"malformed_path", "A path that cannot be read is refused", suite.JSON{"op": "remove", "path": `members[value eq`}},
	} {
		list = append(list, suite.Scenario{
			ID: "scim.groups.patch_refused_" + c.id, Title: c.title, Covers: patch, Needs: scimPeople, Access: suite.Write,
			Run: func(s *suite.S) {
				p := s.SCIM()
				group := p.NewGroup(p.NewUser())
				p.Change(group, c.operation).SCIM(400, ungrouped)
				s.Expect(p.Get(group.Path()).Status(200).Body()).To(gomega.MatchJSON(group.Body()))
			},
		})
	}
	asking(suite.Validation, list, "patch_add_object", "patch_add_unknown", "patch_unknown", "patch_refused_no_target", "patch_refused_malformed_path")
	asking(suite.Isolation, list, "patch_remove_stranger")
	asking(suite.NotFound, list, "patch_refused_unknown_op")
	robust(list, "patch_add_object", "patch_refused_malformed_path")
	return append(list, suite.Scenario{
		ID: "scim.groups.patch_each", Title: "Operations before one that is refused stay, those after it are not made", Covers: patch, Needs: scimPeople, Access: suite.Write, Aspect: suite.Validation,
		Run: func(s *suite.S) {
			p := s.SCIM()
			a, b := p.NewUser(), p.NewUser()
			group := p.NewGroup(a)
			p.Change(group, suite.JSON{"op": "add", "path": "members", "value": suite.InGroup(b)}, suite.JSON{"op": "remove", "path": "displayName"},
				suite.JSON{"op": "remove", "path": "members"}).SCIM(400, ungrouped)
			p.Get(group.Path()).Status(200).Has("displayName", group.Text("displayName")).That("members.#.value", gomega.ConsistOf(a.ID, b.ID))
		},
	})
}
