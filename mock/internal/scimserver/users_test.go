package scimserver_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestSCIMUserIsCreated(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	email := p.Email("ada")
	created := p.Send("POST", "Users", mocktest.SCIMPerson(email, "Ada", "Finch")).Status(201)
	id := created.Get("id").String()
	created.Bytes(201, fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":%q,"userName":%q,`+
		`"name":{"givenName":"Ada","familyName":"Finch"},"emails":[{"value":%q,"primary":true}],"active":true,`+
		`"meta":{"resourceType":"User","location":"%sUsers/%s"},"displayName":"Ada Finch","groups":[]}`, id, email, email, p.Base, id))
	p.Get("Users/"+id).Bytes(200, string(created.Body))
	p.Send("POST", "Users", mocktest.SCIMPerson(email, "Eve", "")).RefusedBySCIM(409, "User already exists")
	p.Send("POST", "Users", mocktest.SCIMPerson(strings.ToUpper(email), "Eve", "")).RefusedBySCIM(409, "User already exists")
	p.Get("Users/"+id).Bytes(200, string(created.Body))

	f.Anonymous().Get("/_understudy/organizations/"+f.Known("organization.id")).Has("levels."+gjsonEscape(email), "1")
	for _, password := range []string{"", " ", "null"} {
		f.Anonymous().Post("/api/login/", fmt.Sprintf(`{"email": %q, "password": %q}`, email, password)).Status(400)
	}
}

func gjsonEscape(key string) string { return strings.NewReplacer(".", `\.`, "@", `\@`).Replace(key) }

func TestSCIMUserInput(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	emails := func(name string) string { return `"emails": [{"value": "` + p.Email(name) + `"}]` }
	for name, c := range map[string]struct {
		body string
		want map[string]string
	}{
		"the primary address": {`{"emails": [{"value": "other@` + p.Known("known.scim.email_domain") + `"}, {"value": "` + p.Email("p1") + `", "primary": true}]}`,
			map[string]string{"userName": mocktest.Quote(p.Email("p1")), "emails.#": "1", "displayName": "", "name": `{"givenName":"","familyName":""}`}},
		"else the first":             {`{"emails": [{"value": "` + p.Email("p2") + `", "Primary": true}, {"value": "x@y.example"}]}`, map[string]string{"emails.0.value": mocktest.Quote(p.Email("p2"))}},
		"a userName of its own":      {`{"userName": "ryan3", ` + emails("p3") + `}`, map[string]string{"userName": `"ryan3"`, "emails.0.value": mocktest.Quote(p.Email("p3"))}},
		"the userName of another":    {`{"userName": "ryan3", ` + emails("p10") + `}`, map[string]string{"userName": `"ryan3"`}},
		"a userName of a number":     {`{"userName": 1024, ` + emails("p11") + `}`, map[string]string{"userName": `"1024"`}},
		"an empty userName":          {`{"userName": "", ` + emails("p12") + `}`, map[string]string{"userName": `""`, "emails.0.value": mocktest.Quote(p.Email("p12"))}},
		"a long userName":            {`{"userName": "` + strings.Repeat("ü", 255) + `", ` + emails("p13") + `}`, map[string]string{"active": "true"}},
		"capital letters":            {`{"emails": [{"value": "Jane.Doe@` + strings.ToUpper(p.Known("known.scim.email_domain")) + `"}]}`, map[string]string{"emails.0.value": mocktest.Quote(p.Email("jane.doe")), "userName": mocktest.Quote("Jane.Doe@" + strings.ToUpper(p.Known("known.scim.email_domain")))}},
		"a text of no truth":         {`{"active": "maybe", ` + emails("p14") + `}`, map[string]string{"active": "true"}},
		"a primary without a value":  {`{"emails": [{"value": "` + p.Email("p15") + `"}, {"value": "", "primary": true}, {"value": "x@y.example", "primary": true}]}`, map[string]string{"emails.0.value": mocktest.Quote(p.Email("p15"))}},
		"what comes after it":        {`{"emails": [{"value": "` + p.Email("p16") + `", "primary": "yes"}, {}, 5]}`, map[string]string{"emails.0.value": mocktest.Quote(p.Email("p16"))}},
		"nulls":                      {`{"userName": null, "name": {"givenName": null, "familyName": "B"}, "active": null, "externalId": null, ` + emails("p4") + `}`, map[string]string{"userName": mocktest.Quote(p.Email("p4")), "displayName": `"B"`}},
		"active as text":             {`{"active": "True", ` + emails("p5") + `}`, map[string]string{"active": "true"}},
		"active false":               {`{"active": false, ` + emails("p6") + `}`, map[string]string{"active": "true"}},
		"what is not kept":           {`{"schemas": ["urn:example:unknown"], "displayName": "X", "phoneNumbers": [{"value": 1}], "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "D"}, ` + emails("p7") + `}`, map[string]string{"displayName": "", "phoneNumbers": ""}},
		"a domain in upper case":     {`{"emails": [{"value": "p8@` + strings.ToUpper(p.Known("known.scim.email_domain")) + `"}]}`, map[string]string{"emails.0.value": mocktest.Quote(p.Email("p8"))}},
		"another verified domain":    {`{"emails": [{"value": "p9@` + f.Known("known.verified_domain.domain") + `"}]}`, map[string]string{"active": "true"}},
		"addresses that are unusual": {`{"emails": [{"value": "a@b@` + p.Known("known.scim.email_domain") + `"}]}`, map[string]string{"active": "true"}},
	} {
		t.Run(name, func(t *testing.T) {
			f.T = t
			created := p.Send("POST", "Users", c.body).Status(201)
			for path, want := range c.want {
				created.Has(path, want)
			}
		})
	}
	f.T = t
	before := string(p.Get("Users").Body)
	for name, body := range map[string]string{
		"no emails":                `{"userName": "` + p.Email("bad") + `"}`,
		"no email in them":         `{"emails": []}`,
		"emails null":              `{"emails": null}`,
		"emails of a wrong type":   `{"emails": "` + p.Email("bad") + `"}`,
		"an email of a wrong type": `{"emails": ["` + p.Email("bad") + `"]}`,
		"a value of a wrong type":  `{"emails": [{"value": 5}]}`,
		"an empty value":           `{"emails": [{"value": ""}]}`,
		"no at sign":               `{"emails": [{"value": "emailName357"}]}`,
		"a foreign domain":         `{"emails": [{"value": "a@example.org"}]}`,
		"a smuggled domain":        `{"emails": [{"value": "a@` + p.Known("known.scim.email_domain") + `@example.org"}]}`,
		"an unverified domain":     `{"emails": [{"value": "a@pending.hedgerow.example"}]}`,
		"another's domain":         `{"emails": [{"value": "a@` + f.Known("known.other_organization.domain") + `"}]}`,
		"a long email":             `{"emails": [{"value": "` + strings.Repeat("x", 255) + p.Email("") + `"}]}`,
		"a lone surrogate":         `{"emails": [{"value": "\ud800` + p.Email("bad") + `"}]}`,
		"a null character":         `{"emails": [{"value": "\u0000` + p.Email("bad") + `"}]}`,
		"a name of a wrong type":   `{"name": "Ada", ` + emails("bad") + `}`,
		"a given name of one":      `{"name": {"givenName": 1}, ` + emails("bad") + `}`,
		"a long name":              `{"name": {"familyName": "` + strings.Repeat("x", 151) + `"}, ` + emails("bad") + `}`,
		"active of one":            `{"active": [], ` + emails("bad") + `}`,
		"no value":                 `{"emails": [{"primary": true}]}`,
		"no value but the first":   `{"emails": [{"value": "` + p.Email("bad") + `"}, {"primary": true}]}`,
		"a userName of a list":     `{"userName": ["x"], ` + emails("bad") + `}`,
		"a userName of a truth":    `{"userName": true, ` + emails("bad") + `}`,
		"a userName too long":      `{"userName": "` + strings.Repeat("x", 256) + `", ` + emails("bad") + `}`,
		"a null in the userName":   `{"userName": "a\u0000", ` + emails("bad") + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			f.T = t
			p.Send("POST", "Users", body).RefusedBySCIM(400, "Invalid user data")
		})
	}
	f.T = t
	p.Get("Users").Bytes(200, before)
}

// Whoever has an account is taken over: only its empty names stay.
func TestSCIMTakesOverUsers(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	member := f.Known("credentials.member.email")
	before := f.As("member").Get("/api/users/@me/")
	p.Send("POST", "Users", `{"emails": [{"value": "`+strings.ToUpper(member)+`"}], "name": {"givenName": "Grace"}}`).Status(201).
		Has("id", mocktest.Quote(before.Get("id").Raw)).Has("name.givenName", `"Grace"`).Has("name.familyName", before.Get("last_name").Raw)
	f.As("member").Get("/api/users/@me/").Has("first_name", `"Grace"`).Has("organization.membership_level", "1")
	p.Send("POST", "Users", mocktest.SCIMPerson(member, "", "")).RefusedBySCIM(409, "User already exists")

	outsider := f.Known("credentials.outsider.email")
	f.As("outsider").Get(f.Org("domains")).Status(403)
	p.Send("POST", "Users", mocktest.SCIMPerson(outsider, "", "")).Status(201).Has("active", "true")
	f.As("outsider").Get(f.Org("domains")).Status(200)
	f.As("outsider").Get("/api/users/@me/").Has("organization.id", mocktest.Quote(f.Known("known.other_organization.id")))
}

func TestSCIMUsersOfOthersAreNotThere(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	other := "Users/" + f.As("outsider").Get("/api/users/@me/").Get("id").Raw
	for _, path := range []string{other, "Users/9999", "Users/0", "Users/-1", "Users/+1", "Users/x", "Users/1.0", "Users/99999999999999999999"} {
		p.Get(path).RefusedBySCIM(404, "User not found")
		p.Send("PUT", path, mocktest.SCIMPerson(p.Email("x"), "", "")).RefusedBySCIM(404, "User not found")
		p.Send("PATCH", path, "{").RefusedBySCIM(404, "User not found")
		p.Send("DELETE", path, "").RefusedBySCIM(404, "User not found")
	}
	p.Get("Users").Has("totalResults", "3")
}

func TestSCIMUserIsReplaced(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	user := p.NewUser("before")
	p.Send("PUT", user, mocktest.SCIMPerson(p.Email("after"), "Alan", "Wren")).Status(200).
		Has("userName", mocktest.Quote(p.Email("after"))).Has("displayName", `"Alan Wren"`)
	p.Send("PUT", user, `{"emails": [{"value": "`+p.Email("after")+`"}]}`).Status(200).Has("name", `{"givenName":"","familyName":""}`).Has("displayName", "")
	for name, body := range map[string]string{
		"no email":          `{"userName": "x"}`,
		"another's address": mocktest.SCIMPerson(f.Known("credentials.member.email"), "", ""),
		"a foreign domain":  mocktest.SCIMPerson("a@example.org", "", ""),
		"no object":         `[]`,
	} {
		t.Run(name, func(t *testing.T) {
			f.T = t
			p.Send("PUT", user, body).RefusedBySCIM(400, "Invalid user data")
			p.Get(user).Has("userName", mocktest.Quote(p.Email("after")))
		})
	}
	f.T = t
	group := newGroup(p, "Replaced", user)
	for _, yes := range []string{`"False"`, `"no"`, "1", "null"} {
		p.Send("PUT", user, `{"active": `+yes+`, "emails": [{"value": "`+p.Email("after")+`"}]}`).Status(200).Has("active", "true")
	}
	p.Get(group).Has("members.#", "1")
	for _, no := range []string{"false", `""`, "0"} {
		body := `{"active": ` + no + `, "emails": [{"value": "` + p.Email("after") + `"}]}`
		p.Send("PUT", user, body).Status(200).Has("active", "false").Has("groups", "[]")
		p.Get(group).Has("members", "[]")
		p.Get(user).Status(200).Has("active", "false")
		p.Send("PUT", user, mocktest.SCIMPerson(p.Email("after"), "", "")).Status(200).Has("active", "true")
	}
}

// An account that the organization does not own cannot get another address.
func TestSCIMCannotTakeAnAddressAway(t *testing.T) {
	f := mocktest.New(t)
	domain := f.NewVerifiedDomain("shortlived.example.com")
	p := f.Provider()
	user := "Users/" + p.Send("POST", "Users", mocktest.SCIMPerson("a@shortlived.example.com", "", "")).Status(201).Get("id").String()
	f.As("admin").Delete(f.Org("domains", domain)).Status(204)
	p.Send("PUT", user, mocktest.SCIMPerson(p.Email("a"), "", "")).RefusedBySCIM(400, "Invalid user data")
	p.Patch(user, `{"op": "replace", "path": "emails", "value": [{"value": "`+p.Email("a")+`"}]}`).RefusedBySCIM(400, "Failed to update user")
	p.Get(user).Has("emails.0.value", `"a@shortlived.example.com"`)
}

func TestSCIMUserIsPatched(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	given, family, active, email := "name.givenName", "name.familyName", "active", "emails.0.value"
	for i, c := range []struct {
		name, operations string
		want             map[string]string
	}{
		{"nothing", ``, map[string]string{given: `"Ada"`}},
		{"replace a name", `{"op": "replace", "path": "name.givenName", "value": "Alice"}`, map[string]string{given: `"Alice"`, family: `"Finch"`}},
		{"add a name", `{"op": "add", "path": "name.familyName", "value": "Smith"}`, map[string]string{family: `"Smith"`}},
		{"both names", `{"op": "replace", "path": "name", "value": {"givenName": "A", "familyName": "B", "formatted": "C"}}`, map[string]string{given: `"A"`, family: `"B"`}},
		{"one of both", `{"op": "replace", "path": "name", "value": {"givenName": "A"}}`, map[string]string{given: `"A"`, family: `"Finch"`}},
		{"without a path", `{"op": "replace", "value": {"name": {"givenName": "A"}, "userName": "a3"}}`, map[string]string{given: `"A"`, "userName": `"a3"`, email: `"OLD"`}},
		{"dotted keys", `{"op": "add", "value": {"name.givenName": "A", "name.familyName": "B"}}`, map[string]string{given: `"A"`, family: `"B"`}},
		{"capital ops", `{"op": "Replace", "path": "name.givenName", "value": "A"}, {"op": "ADD", "path": "name.familyName", "value": "B"}`, map[string]string{given: `"A"`, family: `"B"`}},
		{"a schema before", `{"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "value": "A"}`, map[string]string{given: `"A"`}},
		{"remove a name", `{"op": "remove", "path": "name.givenName"}`, map[string]string{given: `""`, family: `"Finch"`}},
		{"remove both", `{"op": "Remove", "path": "name"}`, map[string]string{given: `""`, family: `""`, "displayName": ""}},
		{"another part", `{"op": "replace", "path": "name.formatted", "value": "` + strings.Repeat("x", 200) + `"}`, map[string]string{given: `"Ada"`, family: `"Finch"`}},
		{"remove another part", `{"op": "remove", "path": "name.formatted"}`, map[string]string{given: `"Ada"`}},
		{"a name that is no text", `{"op": "replace", "path": "name.givenName", "value": 5}`, map[string]string{given: `"Ada"`}},
		{"emails", `{"op": "replace", "path": "emails", "value": [{"value": "x@example.org"}, {"value": "NEW", "primary": true}]}`, map[string]string{email: `"NEW"`}},
		{"an email by type", `{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "NEW"}`, map[string]string{email: `"NEW"`}},
		{"an email by type, added", `{"op": "Add", "path": "emails[type eq \"work\"].value", "value": "NEW"}`, map[string]string{email: `"NEW"`}},
		{"an email that is no list", `{"op": "replace", "path": "emails", "value": {"value": "NEW"}}`, map[string]string{email: `"OLD"`}},
		{"an email without a filter", `{"op": "replace", "path": "emails.value", "value": "NEW"}`, map[string]string{email: `"OLD"`}},
		{"a userName", `{"op": "replace", "path": "userName", "value": "ryan3"}`, map[string]string{"userName": `"ryan3"`, email: `"OLD"`}},
		{"a userName, added", `{"op": "Add", "path": "userName", "value": ""}`, map[string]string{"userName": `""`, email: `"OLD"`}},
		{"a userName of a number", `{"op": "replace", "path": "userName", "value": 5}`, map[string]string{"userName": `"OLD"`}},
		{"a userName and an email", `{"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "NEW"}, {"op": "Replace", "path": "userName", "value": "Ryan3"}`, map[string]string{"userName": `"Ryan3"`, email: `"NEW"`}},
		{"an email after which the name stays", `{"op": "replace", "path": "userName", "value": "r"}, {"op": "replace", "path": "emails", "value": [{"value": "NEW"}]}`, map[string]string{"userName": `"r"`, email: `"NEW"`}},
		{"emails of none", `{"op": "replace", "path": "emails", "value": []}`, map[string]string{email: `"OLD"`}},
		{"emails of an empty one", `{"op": "replace", "path": "emails", "value": [{"value": ""}]}`, map[string]string{email: `"OLD"`}},
		{"nothing to an unknown op", `{"op": "move", "value": {}}`, map[string]string{email: `"OLD"`}},
		{"no userName", `{"op": "remove", "path": "userName"}`, map[string]string{"userName": `"OLD"`}},
		{"deactivate", `{"op": "replace", "path": "active", "value": false}`, map[string]string{active: "false"}},
		{"deactivate as Okta", `{"op": "replace", "value": {"active": false}}`, map[string]string{active: "false"}},
		{"deactivate as Entra ID", `{"op": "Replace", "path": "active", "value": "False"}`, map[string]string{active: "false"}},
		{"deactivate as an object", `{"op": "Replace", "value": {"active": "False"}}`, map[string]string{active: "false"}},
		{"a name stays where one goes and comes back", `{"op": "replace", "path": "userName", "value": "r"}, {"op": "replace", "path": "active", "value": false}, {"op": "replace", "path": "active", "value": true}`, map[string]string{active: "true", "userName": `"r"`}},
		{"deactivate by removing", `{"op": "remove", "path": "active"}`, map[string]string{active: "false"}},
		{"back again", `{"op": "replace", "path": "active", "value": false}, {"op": "Add", "path": "active", "value": "True"}, {"op": "replace", "path": "emails", "value": [{"value": "NEW"}]}`,
			map[string]string{active: "true", email: `"NEW"`}},
		{"another spelling", `{"op": "replace", "path": "Active", "value": false}, {"op": "replace", "value": {"username": "x", "Name": {"givenName": "x"}}}`, map[string]string{active: "true", given: `"Ada"`, "userName": `"OLD"`}},
		{"what is not kept", `{"op": "add", "path": "title", "value": "Dr"}, {"op": "add", "value": {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "D"}}}, {"op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "D"}, {"op": "remove", "path": "addresses[type eq \"work\"].streetAddress"}`,
			map[string]string{given: `"Ada"`, "title": ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.T = t
			old, fresh := fmt.Sprintf("old%d", i), fmt.Sprintf("new%d", i)
			user := p.NewUser(old)
			patched := p.Patch(user, strings.ReplaceAll(c.operations, "NEW", p.Email(fresh))).Status(200)
			for path, want := range c.want {
				patched.Has(path, strings.NewReplacer("NEW", p.Email(fresh), "OLD", p.Email(old)).Replace(want))
			}
			p.Get(user).Bytes(200, string(patched.Body))
			// The indexes follow: found by what it has now, by nothing else.
			now := patched.Get(email).String()
			found := 0
			if patched.Get(active).Bool() {
				found = 1
			}
			p.Get("Users?filter="+url.QueryEscape(`emails.value eq "`+now+`"`)).Has("totalResults", fmt.Sprint(found))
			if now != p.Email(old) {
				p.Get("Users?filter="+url.QueryEscape(`emails.value eq "`+p.Email(old)+`"`)).Has("totalResults", "0")
			}
		})
	}
}

func TestSCIMUserPatchesThatAreRefused(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	user := p.NewUser("steady")
	before := p.Get(user)
	for name, operations := range map[string]string{
		"no op":                 `{"path": "active", "value": true}`,
		"an unknown op":         `{"op": "move", "path": "active"}`,
		"an op of a wrong type": `{"op": 1, "path": "active"}`,
		"no path, no object":    `{"op": "replace", "value": "x"}`,
		"remove without a path": `{"op": "remove"}`,
		"a malformed path":      `{"op": "replace", "path": "emails[", "value": "x"}`,
		"a path too deep":       `{"op": "replace", "path": "a.b.c", "value": "x"}`,
		"a path of brackets":    `{"op": "replace", "path": "` + strings.Repeat("[", 10_000) + `", "value": "x"}`,
		"a path of a number":    `{"op": "replace", "path": 5, "value": "x"}`,
		"active of a number":    `{"op": "replace", "path": "active", "value": 1}`,
		"active null":           `{"op": "replace", "path": "active"}`,
		"remove the emails":     `{"op": "remove", "path": "emails"}`,
		"remove an email":       `{"op": "remove", "path": "emails[type eq \"work\"]"}`,
		"a foreign address":     `{"op": "replace", "path": "emails", "value": [{"value": "hijacked@example.org"}]}`,
		"a foreign address too": `{"op": "add", "path": "emails[type eq \"work\"].value", "value": "hijacked@example.org"}`,
		"another's address":     `{"op": "replace", "path": "emails", "value": [{"value": "` + f.Known("credentials.member.email") + `"}]}`,
		"emails of texts":       `{"op": "replace", "path": "emails", "value": ["x"]}`,
		"a long name":           `{"op": "replace", "path": "name.givenName", "value": "` + strings.Repeat("x", 151) + `"}`,
		"a name of a number":    `{"op": "replace", "path": "name", "value": {"givenName": 5}}`,
		"a name of null":        `{"op": "replace", "path": "name", "value": {"givenName": null}}`,
		"no value":              `{"op": "replace", "path": "emails", "value": [{"primary": true}]}`,
		"no value in a primary": `{"op": "add", "path": "emails", "value": [{"value": "` + p.Email("x") + `"}, {"primary": true}]}`,
		"a long userName":       `{"op": "replace", "path": "userName", "value": "` + strings.Repeat("x", 256) + `"}`,
		"half an object":        `{"op": "replace", "value": {"name.givenName": "Half", "a b": 1}}`,
	} {
		t.Run(name, func(t *testing.T) {
			f.T = t
			p.Patch(user, operations).RefusedBySCIM(400, "Failed to update user")
			p.Get(user).Bytes(200, string(before.Body))
			// A good change before the bad one stays, one after it is not made.
			p.Patch(user, `{"op": "replace", "path": "active", "value": false}, `+operations+`, {"op": "remove", "path": "name"}`).RefusedBySCIM(400, "Failed to update user")
			p.Get(user).Bytes(200, strings.Replace(string(before.Body), `"active":true`, `"active":false`, 1))
			p.Patch(user, `{"op": "replace", "path": "active", "value": true}`).Bytes(200, string(before.Body))
		})
	}
	f.T = t
	p.Patch(user, `{"op": "replace", "value": {"name": {"givenName": "Kept"}, "emails": [{"primary": true}], "userName": "lost"}}`).RefusedBySCIM(400, "Failed to update user")
	p.Get(user).Has("name.givenName", `"Kept"`).Has("userName", mocktest.Quote(p.Email("steady")))
	p.Patch(user, `{"op": "replace", "path": "name.givenName", "value": "Lost"}, "x"`).RefusedBySCIM(400, "Failed to update user")
	p.Get(user).Has("name.givenName", `"Kept"`)
}

// The identity provider's name for a user is its own: it is apart from the address, and
// from what other domains call the same user.
func TestSCIMUserNames(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	domain := f.NewVerifiedDomain("second.example.com")
	token := f.As("admin").Patch(f.Org("domains", domain), `{"scim_enabled": true}`).Status(200).Get("scim_bearer_token").String()
	other := f.ProviderOf(domain, token)
	named := func(p *mocktest.Provider, name string) []string {
		return texts(p.Get("Users?filter=" + url.QueryEscape(`userName eq "`+name+`"`)).Status(200).Get("Resources.#.id"))
	}
	g := NewWithT(t)
	address := p.Email("jane")
	made := p.Send("POST", "Users", `{"userName": "jdoe", "emails": [{"value": "`+address+`"}]}`).Status(201).Has("userName", `"jdoe"`)
	id := made.Get("id").String()
	user := "Users/" + id
	p.Get(user).Bytes(200, string(made.Body))
	g.Expect(named(p, "JDOE")).To(Equal([]string{id}))
	g.Expect(named(p, address)).To(BeEmpty())
	p.Send("POST", "Users", `{"userName": "jdoe2", "emails": [{"value": "`+address+`"}]}`).RefusedBySCIM(409, "User already exists")

	other.Get(user).Status(200).Has("userName", mocktest.Quote(address))
	g.Expect(named(other, "jdoe")).To(BeEmpty())
	g.Expect(named(other, address)).To(BeEmpty(), "it never made the user")
	other.Send("POST", "Users", `{"userName": "jane@upn", "emails": [{"value": "`+strings.ToUpper(address)+`"}]}`).Status(201).
		Has("id", mocktest.Quote(id)).Has("userName", `"jane@upn"`).Has("emails.0.value", mocktest.Quote(address))
	p.Get(user).Has("userName", `"jdoe"`)
	g.Expect(named(other, "Jane@UPN")).To(Equal([]string{id}))

	put := `{"userName": "jd", "emails": [{"value": "` + p.Email("Jane.Doe") + `"}]}`
	p.Send("PUT", user, put).Status(200).Has("userName", `"jd"`).Has("emails.0.value", mocktest.Quote(p.Email("Jane.Doe")))
	other.Get(user).Has("userName", `"jane@upn"`)
	g.Expect(named(p, "jdoe")).To(BeEmpty())
	p.Send("PUT", user, `{"emails": [{"value": "`+p.Email("Jane.Doe")+`"}]}`).Status(200).Has("userName", mocktest.Quote(p.Email("Jane.Doe")))
	g.Expect(named(p, p.Email("jane.doe"))).To(Equal([]string{id}))

	// A member whom nobody provisioned is called by the address, and by nothing that finds it.
	member := f.As("member").Get("/api/users/@me/")
	them := "Users/" + member.Get("id").Raw
	p.Get(them).Has("userName", member.Get("email").Raw)
	g.Expect(named(p, member.Get("email").String())).To(BeEmpty())
	p.Patch(them, `{"op": "replace", "path": "userName", "value": "m"}`).Status(200).Has("userName", `"m"`).Has("emails.0.value", member.Get("email").Raw)
	g.Expect(named(p, "M")).To(Equal([]string{member.Get("id").Raw}))
	p.Send("POST", "Users", mocktest.SCIMPerson(member.Get("email").String(), "", "")).RefusedBySCIM(409, "User already exists")

	p.Send("DELETE", user, "").Status(204)
	g.Expect(named(p, p.Email("jane.doe"))).To(BeEmpty())
	g.Expect(named(other, "jane@upn")).To(Equal([]string{id}), "another domain remembers")
	other.Get(user).Status(200).Has("active", "false")
}

func TestSCIMUserLeaves(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	id := f.As("member").Get("/api/users/@me/").Get("id").Raw
	group := newGroup(p, "Leavers", "Users/"+id)
	p.Send("POST", "Users", mocktest.SCIMPerson(f.Known("credentials.member.email"), "", "")).Status(201)
	p.Send("DELETE", "Users/"+id, "").Bytes(204, "")
	p.Get("Users/"+id).RefusedBySCIM(404, "User not found")
	p.Send("DELETE", "Users/"+id, "").RefusedBySCIM(404, "User not found")
	p.Get(group).Has("members", "[]")
	f.As("member").Get(f.Org("domains")).Status(403)
	f.As("member").Get("/api/organizations/@current/").Status(404)
	f.As("member").Get("/api/users/@me/").Status(200).Has("organization", "null")
	p.Send("POST", "Users", mocktest.SCIMPerson(f.Known("credentials.member.email"), "", "")).Status(201).Has("id", mocktest.Quote(id))
	f.As("member").Get("/api/users/@me/").Status(200).Has("organization.id", mocktest.Quote(f.Known("organization.id")))

	admin := f.As("admin").Get("/api/users/@me/").Get("id").Raw
	p.Patch("Users/"+admin, `{"op": "replace", "path": "active", "value": false}`).Status(200).Has("active", "false")
	f.As("admin").Get("/api/organizations/@current/").Status(200).Has("id", mocktest.Quote(f.Known("known.featureless_organization.id")))
	p.Get("Users/"+admin).RefusedBySCIM(404, "User not found") // nothing is remembered of who was not provisioned
}

// Provisioning is a way of its own into an organization: it gives no default role.
func TestSCIMGivesNoDefaultRole(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	role := f.NewRole("Newcomers")
	f.As("admin").Patch(mocktest.Org(f.Known("organization.id")), `{"default_role_id": "`+role+`"}`).Status(200)
	user := p.NewUser("newcomer")
	p.Get(user).Has("groups", "[]")
	p.Patch(user, `{"op": "replace", "path": "active", "value": false}, {"op": "add", "path": "active", "value": true}`).Status(200).Has("groups", "[]")
	f.NewMember("joiner@"+p.Known("known.scim.email_domain"), f.Known("organization.id"), "1")
	p.Get("Groups/"+role).Has("members.#.display", `["joiner@`+p.Known("known.scim.email_domain")+`"]`)
}

// Who is taken over stays in the organization and the project that are current;
// who has none gets this one, with its first project.
func TestSCIMKeepsWhereUsersAre(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	elsewhere := f.As("outsider").Get("/api/users/@me/")
	p.Send("POST", "Users", mocktest.SCIMPerson(f.Known("credentials.outsider.email"), "", "")).Status(201)
	for _, what := range []string{"organization.id", "team.id"} {
		f.As("outsider").Get("/api/users/@me/").Has(what, elsewhere.Get(what).Raw)
	}
	before := f.As("member").Get("/api/users/@me/")
	member := "Users/" + before.Get("id").Raw
	p.Send("DELETE", member, "").Status(204)
	f.As("member").Get("/api/users/@me/").Has("organization", "null").Has("team", "null")
	p.Send("POST", "Users", mocktest.SCIMPerson(f.Known("credentials.member.email"), "", "")).Status(201)
	f.As("member").Get("/api/users/@me/").Has("organization.id", before.Get("organization.id").Raw).Has("team.organization", before.Get("organization.id").Raw)
}

func TestSCIMKeepsOwners(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	me := f.As("owner").Get("/api/users/@me/")
	owner := "Users/" + me.Get("id").Raw
	p.Send("DELETE", owner, "").RefusedBySCIM(400, "Cannot leave the organization as its owner!")
	p.Patch(owner, `{"op": "replace", "path": "active", "value": false}`).RefusedBySCIM(400, "Failed to update user")
	p.Send("PUT", owner, `{"active": false, "emails": [{"value": `+me.Get("email").Raw+`}]}`).RefusedBySCIM(400, "Cannot leave the organization as its owner!")
	p.Get(owner).Status(200).Has("active", "true").Has("name.givenName", me.Get("first_name").Raw)
	f.As("owner").Get(f.Org("domains")).Status(200)
}

func TestSCIMUserPages(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	p := f.Provider()
	for i := range 7 {
		p.NewUser(fmt.Sprint("page", i))
	}
	all := texts(p.Get("Users").Status(200).Has("totalResults", "10").Has("startIndex", "1").Has("itemsPerPage", "10").Get("Resources.#.id"))
	g.Expect(all).To(HaveLen(10))
	for i := 1; i < len(all); i++ {
		g.Expect(len(all[i-1]) < len(all[i]) || all[i-1] < all[i]).To(BeTrue(), "by number: %v", all)
	}
	for query, want := range map[string][]string{
		"startIndex=1&count=3": all[:3], "startIndex=4&count=3": all[3:6], "startIndex=9&count=3": all[8:], "startIndex=11": nil,
		"startIndex=99999999999999999999": nil, "count=0": nil, "count=1000": all, "count=99999999999999999999": all, "startIndex=%202&count=%2B2": all[1:3],
		"attributes=displayName&excludedAttributes=emails": all,
	} {
		page := p.Get("Users?"+query).Status(200).Has("totalResults", "10").Has("itemsPerPage", fmt.Sprint(len(want)))
		g.Expect(texts(page.Get("Resources.#.id"))).To(Equal(want), query)
	}
	for query, detail := range map[string]string{
		"startIndex=0": "Invalid startIndex (must be >= 1)", "startIndex=-5": "Invalid startIndex (must be >= 1)", "startIndex=x": "Invalid startIndex value",
		"startIndex=": "Invalid startIndex value", "count=-1": "Invalid count (must be >= 0)", "count=1.5": "Invalid count value", "startIndex=0&count=x": "Invalid count value",
	} {
		p.Get("Users?"+query).RefusedBySCIM(400, detail)
		p.Get("Groups?"+query).RefusedBySCIM(400, detail)
	}
}

func TestSCIMUserFilters(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	p := f.Provider()
	for _, name := range []string{"alpha", "beta", "gamma"} {
		body := fmt.Sprintf(`{"userName": "idp-%s", "name": {"givenName": %q, "familyName": "Wren"}, "emails": [{"value": %q}]}`, name, name, p.Email(name))
		p.Send("POST", "Users", body).Status(201)
	}
	gone := p.NewUser("gone")
	p.Patch(gone, `{"op": "replace", "path": "active", "value": false}`).Status(200)
	member := f.Known("credentials.member.email")
	found := func(filter string) []string {
		list := p.Get("Users?filter=" + url.QueryEscape(filter)).Status(200)
		g.Expect(list.Get("totalResults").Int()).To(BeEquivalentTo(len(list.Get("Resources").Array())))
		var names []string
		for _, email := range list.Get("Resources.#.emails.0.value").Array() {
			name, _, _ := strings.Cut(email.String(), "@")
			names = append(names, name)
		}
		return names
	}
	none := []string(nil)
	for filter, want := range map[string][]string{
		`userName eq "idp-alpha"`:                                                               {"alpha"},
		`userName eq "IDP-Alpha"`:                                                               {"alpha"},
		`userName Eq "idp-alpha"`:                                                               {"alpha"},
		`username eq "idp-alpha"`:                                                               none,
		`Emails.value eq "` + p.Email("beta") + `"`:                                             none,
		`userName eq "` + p.Email("alpha") + `"`:                                                none,
		`userName eq "` + member + `"`:                                                          none,
		`userName eq "` + p.Email("gone") + `"`:                                                 {"gone"},
		`userName eq "` + p.Email("gone") + `" and active eq true`:                              {"gone"},
		`userName eq "idp-alpha" and name.givenName eq "nobody"`:                                {"alpha"},
		`name.givenName eq "beta" or userName eq "idp-alpha"`:                                   {"alpha"},
		`userName ew "A" and not (userName sw "IDP-al")`:                                        {"beta", "gamma"},
		`userName co "BETA"`:                                                                    {"beta"},
		`userName ne "idp-alpha"`:                                                               {"beta", "gamma", "gone"},
		`emails.value eq "` + p.Email("beta") + `"`:                                             {"beta"},
		`emails.value eq "` + strings.ToUpper(p.Email("beta")) + `"`:                            none,
		`emails.value eq "` + p.Email("gone") + `"`:                                             none,
		`emails[type eq "work" and value eq "` + p.Email("beta") + `"]`:                         {"beta"},
		`emails[type eq "work"].value eq "` + p.Email("beta") + `"`:                             {"beta"},
		`name.givenName eq "gamma"`:                                                             {"gamma"},
		`givenName eq "gamma" or familyName eq "none"`:                                          {"gamma"},
		`name.familyName eq "Wren" and name.givenName ne "beta"`:                                {"alpha", "gamma"},
		`name.familyName eq "Wren" and (name.givenName eq "beta" or name.givenName eq "gamma")`: {"beta", "gamma"},
		`name.familyName eq "wren"`:                                                             none,
		`name.familyName eq "Wren" and name.givenName gt "b" and name.givenName le "gamma"`:     {"beta", "gamma"},
		`name.familyName eq "Wren" and active eq "True"`:                                        {"alpha", "beta", "gamma"},
		`active eq false`:                                                                       none,
		`name.familyName eq "Wren" and title eq "x"`:                                            {"alpha", "beta", "gamma"},
		`urn:ietf:params:scim:schemas:core:2.0:User:userName eq "idp-alpha"`:                    none,
		`title eq "x"`:      none,
		`id eq "1"`:         none,
		`userName`:          none,
		`userName eq alpha`: none,
		`userName xx "a"`:   none,
		`userName eq "a`:    none,
		`(userName eq "a"`:  none,
		` `:                 none,
		`userName eq null`:  none,
		strings.Repeat("(", 200) + `userName pr` + strings.Repeat(")", 200): none,
		strings.Repeat("(", 100_000):                                        none,
		strings.Repeat(`userName eq "x" or `, 10_000) + `userName pr`:       none,
	} {
		g.Expect(found(filter)).To(Equal(want), "%.100s", filter)
	}
	g.Expect(found(`active eq true`)).To(HaveLen(6))
	g.Expect(found(`userName pr`)).To(Equal([]string{"alpha", "beta", "gamma", "gone"}), "all whom the domain made")
	p.Get("Users?filter=").Has("totalResults", "6")
	p.Get("Users?count=1&filter="+url.QueryEscape(`name.familyName eq "Wren"`)).Has("totalResults", "3").Has("itemsPerPage", "1")
}
