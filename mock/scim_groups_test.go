package mock_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"
)

func TestSCIMGroupIsCreated(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	user := p.newUser("ada")
	created := p.sends("POST", "Groups", `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Ops", "externalId": "x", "members": [`+members(user)+`]}`).status(201)
	id := created.get("id").String()
	created.bytes(201, fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":%q,"displayName":"Ops",`+
		`"members":[{"value":%q,"$ref":"%s%s","display":%q}],"meta":{"resourceType":"Group","location":"%sGroups/%s"}}`,
		id, number(user), p.base, user, p.email("ada"), p.base, id))
	p.gets("Groups/"+id).bytes(200, string(created.body))
	p.gets(user).has("groups", fmt.Sprintf(`[{"value":%q,"$ref":"%sGroups/%s","display":"Ops"}]`, id, p.base, id))

	p.sends("POST", "Groups", `{"displayName": "Ops"}`).bytes(201, string(created.body)) // members stay
	p.sends("POST", "Groups", `{"displayName": "Ops", "members": null}`).bytes(201, string(created.body))
	p.sends("POST", "Groups", `{"displayName": "Ops", "members": []}`).status(201).has("id", quote(id)).has("members", "[]")
	other := p.sends("POST", "Groups", `{"displayName": "ops"}`).status(201).get("id").String()
	NewWithT(t).Expect(other).NotTo(Equal(id), "case counts")
}

func TestSCIMGroupInput(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	user := p.newUser("ada")
	outsider := f.as("outsider").get("/api/users/@me/").get("id").Raw
	p.sends("POST", "Groups", fmt.Sprintf(`{"displayName": "Odd", "members": [{"value": %q, "type": "User"}, {"value": %s}, {"value": %q}, {"value": "999999"}, {"value": "99999999999999999999"}, {"display": "nobody"}, {"value": null}]}`,
		number(user), number(user), outsider)).status(201).has("members.#", "1")
	before := p.gets("Groups")
	for name, body := range map[string]string{
		"no name":                  `{"members": []}`,
		"an empty name":            `{"displayName": ""}`,
		"a name of a number":       `{"displayName": 5}`,
		"a long name":              `{"displayName": "` + strings.Repeat("x", 201) + `"}`,
		"a lone surrogate":         `{"displayName": "a\ud800b"}`,
		"a null character":         `{"displayName": "a\u0000b"}`,
		"members of a wrong type":  `{"displayName": "Bad", "members": "1"}`,
		"members in an object":     `{"displayName": "Bad", "members": {"value": "1"}}`,
		"a member of a wrong type": `{"displayName": "Bad", "members": ["1"]}`,
		"a member who is no one":   `{"displayName": "Bad", "members": [{"value": "abc"}]}`,
		"a member of an object":    `{"displayName": "Bad", "members": [{"value": {}}]}`,
		"a member of a UUID":       `{"displayName": "Bad", "members": [{"value": "00000000-0000-4000-8000-000000000000"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			f.t = t
			p.sends("POST", "Groups", body).scim(400, "Invalid group data")
		})
	}
	f.t = t
	p.gets("Groups").bytes(200, string(before.body))
}

func TestSCIMGroupIsReplaced(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	a, b := p.newUser("a"), p.newUser("b")
	group := p.newGroup("Before", a)
	p.sends("PUT", group, `{"displayName": "After", "members": [`+members(b)+`]}`).status(200).
		has("displayName", `"After"`).has("members.#.value", `["`+number(b)+`"]`)
	p.newGroup("Taken")
	p.sends("PUT", group, `{"displayName": "Taken"}`).scim(400, "Invalid group data")
	p.sends("PUT", group, `{"members": []}`).scim(400, "Invalid group data")
	p.sends("PUT", group, `{"displayName": "Again", "members": [{"value": "x"}]}`).scim(400, "Invalid group data")
	p.gets(group).has("displayName", `"After"`).has("members.#", "1")
	p.sends("PUT", group, `{"displayName": "After"}`).status(200).has("members", "[]")
}

func TestSCIMGroupsOfOthersAreNotThere(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	for _, path := range []string{"Groups/00000000-0000-4000-8000-000000000000", "Groups/x", "Groups/1"} {
		p.gets(path).scim(404, "Group not found")
		p.sends("PUT", path, `{"displayName": "x"}`).scim(404, "Group not found")
		p.sends("PATCH", path, "{").scim(404, "Group not found")
		p.sends("DELETE", path, "").scim(404, "Group not found")
	}
	group := p.newGroup("Short")
	p.sends("DELETE", group, "").bytes(204, "")
	p.gets(group).scim(404, "Group not found")
}

func TestSCIMGroupIsPatched(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	a, b, c := p.newUser("a"), p.newUser("b"), p.newUser("c")
	fill := strings.NewReplacer("A!", number(a), "B!", number(b), "C!", number(c))
	for i, it := range []struct{ name, operations, want string }{
		{"add in a list", `{"op": "add", "path": "members", "value": [{"value": "C!", "display": "x"}]}`, "A! B! C!"},
		{"add an object", `{"op": "Add", "path": "members", "value": {"value": "C!"}}`, "A! B! C!"},
		{"add a text", `{"op": "add", "path": "members", "value": "C!"}`, "A! B! C!"},
		{"add by a path", `{"op": "add", "path": "members[value eq \"C!\"]"}`, "A! B! C!"},
		{"add without a path", `{"op": "add", "value": {"members": [{"value": "C!"}]}}`, "A! B! C!"},
		{"add twice", `{"op": "add", "path": "members", "value": [{"value": "C!"}, {"value": "C!"}]}, {"op": "add", "path": "members", "value": [{"value": "A!"}]}`, "A! B! C!"},
		{"add nobody who is here", `{"op": "add", "path": "members", "value": [{"value": "4"}, {"value": "999"}]}`, "A! B!"},
		{"add an empty list", `{"op": "add", "path": "members", "value": []}`, "A! B!"},
		{"replace", `{"op": "replace", "path": "members", "value": [{"value": "B!"}, {"value": "C!"}]}`, "B! C!"},
		{"replace by an object", `{"op": "replace", "path": "members", "value": {"value": "C!"}}`, "C!"},
		{"replace without a path", `{"op": "replace", "value": {"displayName": "New NUMBER", "members": [{"value": "C!"}]}}`, "C!"},
		{"replace by none", `{"op": "replace", "path": "members", "value": []}`, ""},
		{"remove by a path", `{"op": "remove", "path": "members[value eq \"A!\"]"}`, "B!"},
		{"remove by a path, as Entra ID", `{"op": "Remove", "path": "members[value eq \"A!\" or value eq \"B!\"]"}`, ""},
		{"remove with a value", `{"op": "Remove", "path": "members", "value": [{"value": "A!"}]}`, "B!"},
		{"remove with an object", `{"op": "remove", "path": "members", "value": {"value": "A!"}}`, "B!"},
		{"remove nobody who is in it", `{"op": "remove", "path": "members", "value": [{"value": "C!"}, {"display": "x"}, 5]}`, "A! B!"},
		{"remove by another attribute", `{"op": "remove", "path": "members[display eq \"x\"]"}`, "A! B!"},
		{"remove all", `{"op": "remove", "path": "members"}`, ""},
		{"remove and add", `{"op": "remove", "path": "members[value eq \"A!\"]"}, {"op": "add", "path": "members", "value": [{"value": "C!"}]}`, "B! C!"},
		{"what is not kept", `{"op": "replace", "path": "externalId", "value": "x"}, {"op": "replace", "value": {"id": "x", "urn:example:2.0:x": 1}}`, "A! B!"},
	} {
		t.Run(it.name, func(t *testing.T) {
			g := NewWithT(t)
			f.t = t
			group := p.newGroup(fmt.Sprint("Group ", i), a, b)
			patched := p.patches(group, strings.ReplaceAll(fill.Replace(it.operations), "NUMBER", fmt.Sprint(i))).status(200)
			g.Expect(texts(patched.get("members.#.value"))).To(ConsistOf(strings.Fields(fill.Replace(it.want))))
			p.gets(group).bytes(200, string(patched.body))
		})
	}
	f.t = t
	group := p.newGroup("Named")
	p.patches(group, `{"op": "replace", "path": "displayName", "value": "Renamed"}`).status(200).has("displayName", `"Renamed"`)
	p.patches(group, `{"op": "add", "path": "displayName", "value": "Renamed again"}`).status(200).has("displayName", `"Renamed again"`)
	p.patches(group, `{"op": "replace", "path": "displayName", "value": "Renamed again"}`).status(200)
}

func TestSCIMGroupPatchesThatAreRefused(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	user := p.newUser("a")
	group := p.newGroup("Steady", user)
	before := p.gets(group)
	for name, operations := range map[string]string{
		"no op":                     `{"path": "members"}`,
		"an unknown op":             `{"op": "set", "path": "members", "value": []}`,
		"no path, no object":        `{"op": "add", "value": [{"value": "1"}]}`,
		"a malformed path":          `{"op": "remove", "path": "members[value eq"}`,
		"remove the name":           `{"op": "remove", "path": "displayName"}`,
		"an empty name":             `{"op": "replace", "path": "displayName", "value": ""}`,
		"a name of a number":        `{"op": "replace", "path": "displayName", "value": 5}`,
		"a name that is taken":      `{"op": "replace", "path": "displayName", "value": "Engineering"}`,
		"a long name":               `{"op": "replace", "path": "displayName", "value": "` + strings.Repeat("x", 201) + `"}`,
		"replace by a filter":       `{"op": "replace", "path": "members[value eq \"1\"]", "value": [{"value": "1"}]}`,
		"replace by a text":         `{"op": "replace", "path": "members", "value": "1"}`,
		"replace by null":           `{"op": "replace", "path": "members"}`,
		"replace by texts":          `{"op": "replace", "path": "members", "value": ["1"]}`,
		"add null":                  `{"op": "add", "path": "members", "value": null}`,
		"add a number":              `{"op": "add", "path": "members", "value": 1}`,
		"add texts":                 `{"op": "add", "path": "members", "value": ["1"]}`,
		"add who is no one":         `{"op": "add", "path": "members", "value": [{"value": "abc"}]}`,
		"add by another filter":     `{"op": "add", "path": "members[display eq \"x\"]"}`,
		"remove who is no one":      `{"op": "remove", "path": "members[value eq \"abc\"]"}`,
		"remove values of no one":   `{"op": "remove", "path": "members", "value": [{"value": "abc"}]}`,
		"members that are no array": `{"op": "add", "value": {"members": 5}}`,
	} {
		t.Run(name, func(t *testing.T) {
			f.t = t
			p.patches(group, `{"op": "remove", "path": "members"}, {"op": "replace", "path": "displayName", "value": "Half"}, `+operations).scim(400, "Failed to update group")
			p.gets(group).bytes(200, string(before.body))
		})
	}
}

func TestSCIMGroupFilters(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	p := f.provider()
	p.newGroup("Ops")
	p.newGroup("ops")
	for filter, want := range map[string][]string{
		`displayName eq "Ops"`:                         {"Ops"},
		`DISPLAYNAME eq "Ops"`:                         {"Ops"},
		`displayName eq "Ops" or displayName eq "ops"`: {"Ops", "ops"},
		`displayName sw "Eng"`:                         {"Engineering"},
		`displayName eq "Ops" and externalId eq "x"`:   {"Ops"},
		`displayName eq "none"`:                        nil,
		`externalId eq "x"`:                            nil,
		`members.value eq "1"`:                         nil,
		`displayName eq Ops`:                           nil,
	} {
		list := p.gets("Groups?filter=" + url.QueryEscape(filter)).status(200)
		g.Expect(texts(list.get("Resources.#.displayName"))).To(Equal(want), filter)
		list.has("totalResults", fmt.Sprint(len(want)))
	}
	g.Expect(texts(p.gets("Groups").get("Resources.#.displayName"))).To(Equal([]string{"Engineering", "Finance", "Ops", "ops"}))
	g.Expect(texts(p.gets("Groups?startIndex=2&count=2").has("totalResults", "4").get("Resources.#.displayName"))).To(Equal([]string{"Finance", "Ops"}))
}

// Patches at the same time take turns: no change is lost.
func TestSCIMGroupPatchesAtOnce(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	p := f.provider()
	group := p.newGroup("Busy")
	var users []string
	for i := range 40 {
		users = append(users, p.newUser(fmt.Sprint("busy", i)))
	}
	var wait sync.WaitGroup
	for _, user := range users {
		wait.Go(func() {
			p.patches(group, `{"op": "add", "path": "members", "value": [`+members(user)+`]}`)
		})
	}
	wait.Wait()
	g.Expect(p.gets(group).get("members").Array()).To(HaveLen(len(users)))
	for _, user := range users[:20] {
		wait.Go(func() { p.patches(group, `{"op": "remove", "path": "members[value eq \"`+number(user)+`\"]"}`) })
	}
	wait.Wait()
	g.Expect(p.gets(group).get("members").Array()).To(HaveLen(20))
}
