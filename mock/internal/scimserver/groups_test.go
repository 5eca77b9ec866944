package scimserver_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestSCIMGroupIsCreated(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	user := p.NewUser("ada")
	created := p.Send("POST", "Groups", `{"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Ops", "externalId": "x", "members": [`+members(user)+`]}`).Status(201)
	id := created.Get("id").String()
	created.Bytes(201, fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":%q,"displayName":"Ops",`+
		`"members":[{"value":%q,"$ref":"%s%s","display":%q}],"meta":{"resourceType":"Group","location":"%sGroups/%s"}}`,
		id, number(user), p.Base, user, p.Email("ada"), p.Base, id))
	p.Get("Groups/"+id).Bytes(200, string(created.Body))
	p.Get(user).Has("groups", fmt.Sprintf(`[{"value":%q,"$ref":"%sGroups/%s","display":"Ops"}]`, id, p.Base, id))

	p.Send("POST", "Groups", `{"displayName": "Ops"}`).Bytes(201, string(created.Body)) // members stay
	p.Send("POST", "Groups", `{"displayName": "Ops", "members": null}`).Bytes(201, string(created.Body))
	p.Send("POST", "Groups", `{"displayName": "Ops", "members": []}`).Status(201).Has("id", mocktest.Quote(id)).Has("members", "[]")
	other := p.Send("POST", "Groups", `{"displayName": "ops"}`).Status(201).Get("id").String()
	NewWithT(t).Expect(other).NotTo(Equal(id), "case counts")
}

func TestSCIMGroupInput(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	user := p.NewUser("ada")
	outsider := f.As("outsider").Get("/api/users/@me/").Get("id").Raw
	p.Send("POST", "Groups", fmt.Sprintf(`{"displayName": "Odd", "members": [{"value": %q, "type": "User"}, {"value": %s}, {"value": %q}, {"value": "999999"}, {"value": "99999999999999999999"}, {"display": "nobody"}, {"value": null}, {"value": "abc"}, {"value": ""}, {"value": {}}, {"value": 1.5}, {"value": true}, {"value": "00000000-0000-4000-8000-000000000000", "type": "Group"}]}`,
		number(user), number(user), outsider)).Status(201).Has("members.#", "1")
	before := p.Get("Groups")
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
	} {
		t.Run(name, func(t *testing.T) {
			f.T = t
			p.Send("POST", "Groups", body).RefusedBySCIM(400, "Invalid group data")
		})
	}
	f.T = t
	p.Get("Groups").Bytes(200, string(before.Body))
}

func TestSCIMGroupIsReplaced(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	a, b := p.NewUser("a"), p.NewUser("b")
	group := newGroup(p, "Before", a)
	p.Send("PUT", group, `{"displayName": "After", "members": [`+members(b)+`]}`).Status(200).
		Has("displayName", `"After"`).Has("members.#.value", `["`+number(b)+`"]`)
	newGroup(p, "Taken")
	p.Send("PUT", group, `{"displayName": "Taken"}`).RefusedBySCIM(400, "Invalid group data")
	p.Send("PUT", group, `{"members": []}`).RefusedBySCIM(400, "Invalid group data")
	p.Get(group).Has("displayName", `"After"`).Has("members.#", "1")
	p.Send("PUT", group, `{"displayName": "After", "members": [{"value": "x"}, {"value": `+number(a)+`}, {"value": "00000000-0000-4000-8000-000000000000"}, {"value": "999999"}]}`).Status(200).
		Has("members.#.value", `["`+number(a)+`"]`)
	p.Send("PUT", group, `{"displayName": "After"}`).Status(200).Has("members", "[]")
}

func TestSCIMGroupsOfOthersAreNotThere(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	for _, path := range []string{"Groups/00000000-0000-4000-8000-000000000000", "Groups/x", "Groups/1"} {
		p.Get(path).RefusedBySCIM(404, "Group not found")
		p.Send("PUT", path, `{"displayName": "x"}`).RefusedBySCIM(404, "Group not found")
		p.Send("PATCH", path, "{").RefusedBySCIM(404, "Group not found")
		p.Send("DELETE", path, "").RefusedBySCIM(404, "Group not found")
	}
	group := newGroup(p, "Short")
	p.Send("DELETE", group, "").Bytes(204, "")
	p.Get(group).RefusedBySCIM(404, "Group not found")
}

func TestSCIMGroupIsPatched(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	a, b, c := p.NewUser("a"), p.NewUser("b"), p.NewUser("c")
	fill := strings.NewReplacer("A!", number(a), "B!", number(b), "C!", number(c))
	for i, it := range []struct{ name, operations, want string }{
		{"add in a list", `{"op": "add", "path": "members", "value": [{"value": "C!", "display": "x"}]}`, "A! B! C!"},
		{"add an object", `{"op": "Add", "path": "members", "value": {"value": "C!"}}`, "A! B! C!"},
		{"add a text", `{"op": "add", "path": "members", "value": "C!"}`, "A! B! C!"},
		{"add by a path", `{"op": "add", "path": "members[value eq \"C!\"]"}`, "A! B! C!"},
		{"add without a path", `{"op": "add", "value": {"members": [{"value": "C!"}]}}`, "A! B! C!"},
		{"add twice", `{"op": "add", "path": "members", "value": [{"value": "C!"}, {"value": "C!"}]}, {"op": "add", "path": "members", "value": [{"value": "A!"}]}`, "A! B! C!"},
		{"add nobody who is here", `{"op": "add", "path": "members", "value": [{"value": "4"}, {"value": "999"}]}`, "A! B!"},
		{"add who is no one", `{"op": "add", "path": "members", "value": [{"value": "00000000-0000-4000-8000-000000000000"}, {"value": "C!"}]}`, "A! B! C!"},
		{"add a text of no one", `{"op": "add", "path": "members", "value": "abc"}`, "A! B!"},
		{"add no one by a path", `{"op": "add", "path": "members[value eq \"abc\"]"}`, "A! B!"},
		{"replace by who is no one", `{"op": "replace", "path": "members", "value": [{"value": "abc"}, {"value": "B!"}]}`, "B!"},
		{"remove no one by a path", `{"op": "remove", "path": "members[value eq \"abc\"]"}`, "A! B!"},
		{"remove values of no one", `{"op": "Remove", "path": "members", "value": [{"value": "abc"}, {"value": "A!"}]}`, "B!"},
		{"remove an empty list", `{"op": "remove", "path": "members", "value": []}`, "A! B!"},
		{"add an empty list", `{"op": "add", "path": "members", "value": []}`, "A! B!"},
		{"replace", `{"op": "replace", "path": "members", "value": [{"value": "B!"}, {"value": "C!"}]}`, "B! C!"},
		{"replace by an object", `{"op": "replace", "path": "members", "value": {"value": "C!"}}`, "C!"},
		{"replace without a path", `{"op": "replace", "value": {"displayName": "New NUMBER", "members": [{"value": "C!"}]}}`, "C!"},
		{"replace by none", `{"op": "replace", "path": "members", "value": []}`, ""},
		{"remove by a path", `{"op": "remove", "path": "members[value eq \"A!\"]"}`, "B!"},
		{"remove by a path with two: the last counts", `{"op": "Remove", "path": "members[value eq \"A!\" or value eq \"B!\"]"}`, "A!"},
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
			f.T = t
			group := newGroup(p, fmt.Sprint("Group ", i), a, b)
			patched := p.Patch(group, strings.ReplaceAll(fill.Replace(it.operations), "NUMBER", fmt.Sprint(i))).Status(200)
			g.Expect(texts(patched.Get("members.#.value"))).To(ConsistOf(strings.Fields(fill.Replace(it.want))))
			p.Get(group).Bytes(200, string(patched.Body))
		})
	}
	f.T = t
	group := newGroup(p, "Named")
	p.Patch(group, `{"op": "replace", "path": "displayName", "value": "Renamed"}`).Status(200).Has("displayName", `"Renamed"`)
	p.Patch(group, `{"op": "add", "path": "displayName", "value": "Renamed again"}`).Status(200).Has("displayName", `"Renamed again"`)
	p.Patch(group, `{"op": "replace", "path": "displayName", "value": "Renamed again"}`).Status(200)
}

func TestSCIMGroupPatchesThatAreRefused(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	user := p.NewUser("a")
	group := newGroup(p, "Steady", user)
	before := p.Get(group)
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
		"add by another filter":     `{"op": "add", "path": "members[display eq \"x\"]"}`,
		"members that are no array": `{"op": "add", "value": {"members": 5}}`,
	} {
		t.Run(name, func(t *testing.T) {
			f.T = t
			p.Patch(group, operations).RefusedBySCIM(400, "Failed to update group")
			p.Get(group).Bytes(200, string(before.Body))
			// What came before the bad one stays, what comes after is not made.
			p.Patch(group, `{"op": "replace", "path": "displayName", "value": "Half"}, `+operations+`, {"op": "remove", "path": "members"}`).RefusedBySCIM(400, "Failed to update group")
			p.Get(group).Bytes(200, strings.Replace(string(before.Body), "Steady", "Half", 1))
			p.Patch(group, `{"op": "replace", "path": "displayName", "value": "Steady"}`).Bytes(200, string(before.Body))
		})
	}
	f.T = t
	p.Patch(group, `{"op": "replace", "path": "displayName", "value": "Half"}, "x"`).RefusedBySCIM(400, "Failed to update group")
	p.Get(group).Has("displayName", `"Half"`)
}

func TestSCIMGroupFilters(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	p := f.Provider()
	newGroup(p, "Ops")
	newGroup(p, "ops")
	for filter, want := range map[string][]string{
		`displayName eq "Ops"`:                         {"Ops"},
		`DISPLAYNAME eq "Ops"`:                         nil,
		`displayName eq "Ops" or displayName eq "ops"`: {"Ops", "ops"},
		`displayName sw "Eng"`:                         {"Engineering"},
		`displayName eq "Ops" and externalId eq "x"`:   {"Ops"},
		`displayName eq "none"`:                        nil,
		`externalId eq "x"`:                            nil,
		`members.value eq "1"`:                         nil,
		`displayName eq Ops`:                           nil,
	} {
		list := p.Get("Groups?filter=" + url.QueryEscape(filter)).Status(200)
		g.Expect(texts(list.Get("Resources.#.displayName"))).To(Equal(want), filter)
		list.Has("totalResults", fmt.Sprint(len(want)))
	}
	g.Expect(texts(p.Get("Groups").Get("Resources.#.displayName"))).To(Equal([]string{"Engineering", "Finance", "Ops", "ops"}))
	g.Expect(texts(p.Get("Groups?startIndex=2&count=2").Has("totalResults", "4").Get("Resources.#.displayName"))).To(Equal([]string{"Finance", "Ops"}))
}

// Patches at the same time take turns: no change is lost.
func TestSCIMGroupPatchesAtOnce(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	p := f.Provider()
	group := newGroup(p, "Busy")
	var users []string
	for i := range 40 {
		users = append(users, p.NewUser(fmt.Sprint("busy", i)))
	}
	var wait sync.WaitGroup
	for _, user := range users {
		wait.Go(func() {
			p.Patch(group, `{"op": "add", "path": "members", "value": [`+members(user)+`]}`)
		})
	}
	wait.Wait()
	g.Expect(p.Get(group).Get("members").Array()).To(HaveLen(len(users)))
	for _, user := range users[:20] {
		wait.Go(func() { p.Patch(group, `{"op": "remove", "path": "members[value eq \"`+number(user)+`\"]"}`) })
	}
	wait.Wait()
	g.Expect(p.Get(group).Get("members").Array()).To(HaveLen(20))
}
