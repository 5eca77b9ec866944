package mock_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestSCIMUserIsCreated(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	email := p.email("ada")
	created := p.sends("POST", "Users", scimPerson(email, "Ada", "Finch")).status(201)
	id := created.get("id").String()
	created.bytes(201, fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":%q,"userName":%q,`+
		`"name":{"givenName":"Ada","familyName":"Finch"},"emails":[{"value":%q,"primary":true}],"active":true,`+
		`"meta":{"resourceType":"User","location":"%sUsers/%s"},"displayName":"Ada Finch","groups":[]}`, id, email, email, p.base, id))
	p.gets("Users/"+id).bytes(200, string(created.body))
	p.sends("POST", "Users", scimPerson(email, "Eve", "")).scim(409, "User already exists")
	p.sends("POST", "Users", scimPerson(strings.ToUpper(email), "Eve", "")).scim(409, "User already exists")
	p.gets("Users/"+id).bytes(200, string(created.body))

	f.anonymous().get("/_understudy/organizations/"+f.known("organization.id")).has("levels."+gjsonEscape(email), "1")
	for _, password := range []string{"", " ", "null"} {
		f.anonymous().post("/api/login/", fmt.Sprintf(`{"email": %q, "password": %q}`, email, password)).status(400)
	}
}

func gjsonEscape(key string) string { return strings.NewReplacer(".", `\.`, "@", `\@`).Replace(key) }

func TestSCIMUserInput(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	emails := func(name string) string { return `"emails": [{"value": "` + p.email(name) + `"}]` }
	for name, c := range map[string]struct {
		body string
		want map[string]string
	}{
		"the primary address": {`{"emails": [{"value": "other@` + p.known("known.scim.email_domain") + `"}, {"value": "` + p.email("p1") + `", "primary": true}]}`,
			map[string]string{"userName": quote(p.email("p1")), "emails.#": "1", "displayName": "", "name": `{"givenName":"","familyName":""}`}},
		"else the first":             {`{"emails": [{"value": "` + p.email("p2") + `", "Primary": true}, {"value": "x@y.example"}]}`, map[string]string{"emails.0.value": quote(p.email("p2"))}},
		"a userName of its own":      {`{"userName": "ryan3", ` + emails("p3") + `}`, map[string]string{"userName": quote(p.email("p3")), "emails.0.value": quote(p.email("p3"))}},
		"a userName of no text":      {`{"userName": ["x"], ` + emails("p10") + `}`, map[string]string{"userName": quote(p.email("p10"))}},
		"nulls":                      {`{"userName": null, "name": {"givenName": null, "familyName": "B"}, "active": null, "externalId": null, ` + emails("p4") + `}`, map[string]string{"userName": quote(p.email("p4")), "displayName": `"B"`}},
		"active as text":             {`{"active": "True", ` + emails("p5") + `}`, map[string]string{"active": "true"}},
		"active false":               {`{"active": false, ` + emails("p6") + `}`, map[string]string{"active": "true"}},
		"what is not kept":           {`{"schemas": ["urn:example:unknown"], "displayName": "X", "phoneNumbers": [{"value": 1}], "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "D"}, ` + emails("p7") + `}`, map[string]string{"displayName": "", "phoneNumbers": ""}},
		"a domain in upper case":     {`{"emails": [{"value": "p8@` + strings.ToUpper(p.known("known.scim.email_domain")) + `"}]}`, map[string]string{"emails.0.value": quote(p.email("p8"))}},
		"another verified domain":    {`{"emails": [{"value": "p9@` + f.known("known.verified_domain.domain") + `"}]}`, map[string]string{"active": "true"}},
		"addresses that are unusual": {`{"emails": [{"value": "a@b@` + p.known("known.scim.email_domain") + `"}]}`, map[string]string{"active": "true"}},
	} {
		t.Run(name, func(t *testing.T) {
			f.t = t
			created := p.sends("POST", "Users", c.body).status(201)
			for path, want := range c.want {
				created.has(path, want)
			}
		})
	}
	f.t = t
	before := string(p.gets("Users").body)
	for name, body := range map[string]string{
		"no emails":                `{"userName": "` + p.email("bad") + `"}`,
		"no email in them":         `{"emails": []}`,
		"emails null":              `{"emails": null}`,
		"emails of a wrong type":   `{"emails": "` + p.email("bad") + `"}`,
		"an email of a wrong type": `{"emails": ["` + p.email("bad") + `"]}`,
		"a value of a wrong type":  `{"emails": [{"value": 5}]}`,
		"an empty value":           `{"emails": [{"value": ""}]}`,
		"no at sign":               `{"emails": [{"value": "emailName357"}]}`,
		"a foreign domain":         `{"emails": [{"value": "a@example.org"}]}`,
		"a smuggled domain":        `{"emails": [{"value": "a@` + p.known("known.scim.email_domain") + `@example.org"}]}`,
		"an unverified domain":     `{"emails": [{"value": "a@pending.hedgerow.example"}]}`,
		"another's domain":         `{"emails": [{"value": "a@` + f.known("known.other_organization.domain") + `"}]}`,
		"a long email":             `{"emails": [{"value": "` + strings.Repeat("x", 255) + p.email("") + `"}]}`,
		"a lone surrogate":         `{"emails": [{"value": "\ud800` + p.email("bad") + `"}]}`,
		"a null character":         `{"emails": [{"value": "\u0000` + p.email("bad") + `"}]}`,
		"a name of a wrong type":   `{"name": "Ada", ` + emails("bad") + `}`,
		"a given name of one":      `{"name": {"givenName": 1}, ` + emails("bad") + `}`,
		"a long name":              `{"name": {"familyName": "` + strings.Repeat("x", 151) + `"}, ` + emails("bad") + `}`,
		"active of one":            `{"active": "maybe", ` + emails("bad") + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			f.t = t
			p.sends("POST", "Users", body).scim(400, "Invalid user data")
		})
	}
	f.t = t
	p.gets("Users").bytes(200, before)
}

// Whoever has an account is taken over: only its empty names stay.
func TestSCIMTakesOverUsers(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	member := f.known("credentials.member.email")
	before := f.as("member").get("/api/users/@me/")
	p.sends("POST", "Users", `{"emails": [{"value": "`+strings.ToUpper(member)+`"}], "name": {"givenName": "Grace"}}`).status(201).
		has("id", quote(before.get("id").Raw)).has("name.givenName", `"Grace"`).has("name.familyName", before.get("last_name").Raw)
	f.as("member").get("/api/users/@me/").has("first_name", `"Grace"`).has("organization.membership_level", "1")
	p.sends("POST", "Users", scimPerson(member, "", "")).scim(409, "User already exists")

	outsider := f.known("credentials.outsider.email")
	f.as("outsider").get(f.org("domains")).status(403)
	p.sends("POST", "Users", scimPerson(outsider, "", "")).status(201).has("active", "true")
	f.as("outsider").get(f.org("domains")).status(200)
	f.as("outsider").get("/api/users/@me/").has("organization.id", quote(f.known("known.other_organization.id")))
}

func TestSCIMUsersOfOthersAreNotThere(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	other := "Users/" + f.as("outsider").get("/api/users/@me/").get("id").Raw
	for _, path := range []string{other, "Users/9999", "Users/0", "Users/-1", "Users/+1", "Users/x", "Users/1.0", "Users/99999999999999999999"} {
		p.gets(path).scim(404, "User not found")
		p.sends("PUT", path, scimPerson(p.email("x"), "", "")).scim(404, "User not found")
		p.sends("PATCH", path, "{").scim(404, "User not found")
		p.sends("DELETE", path, "").scim(404, "User not found")
	}
	p.gets("Users").has("totalResults", "3")
}

func TestSCIMUserIsReplaced(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	user := p.newUser("before")
	p.sends("PUT", user, scimPerson(p.email("after"), "Alan", "Wren")).status(200).
		has("userName", quote(p.email("after"))).has("displayName", `"Alan Wren"`)
	p.sends("PUT", user, `{"emails": [{"value": "`+p.email("after")+`"}]}`).status(200).has("name", `{"givenName":"","familyName":""}`).has("displayName", "")
	for name, body := range map[string]string{
		"no email":          `{"userName": "x"}`,
		"another's address": scimPerson(f.known("credentials.member.email"), "", ""),
		"a foreign domain":  scimPerson("a@example.org", "", ""),
		"no object":         `[]`,
	} {
		t.Run(name, func(t *testing.T) {
			f.t = t
			p.sends("PUT", user, body).scim(400, "Invalid user data")
			p.gets(user).has("userName", quote(p.email("after")))
		})
	}
	f.t = t
	group := p.newGroup("Replaced", user)
	for _, no := range []string{"false", `"False"`} {
		body := `{"active": ` + no + `, "emails": [{"value": "` + p.email("after") + `"}]}`
		p.sends("PUT", user, body).status(200).has("active", "false").has("groups", "[]")
		p.gets(group).has("members", "[]")
		p.gets(user).status(200).has("active", "false")
		p.sends("PUT", user, scimPerson(p.email("after"), "", "")).status(200).has("active", "true")
	}
}

// An account that the organization does not own cannot get another address.
func TestSCIMCannotTakeAnAddressAway(t *testing.T) {
	f := newFake(t)
	domain := f.newVerifiedDomain("shortlived.example.com")
	p := f.provider()
	user := "Users/" + p.sends("POST", "Users", scimPerson("a@shortlived.example.com", "", "")).status(201).get("id").String()
	f.as("admin").delete(f.org("domains", domain)).status(204)
	p.sends("PUT", user, scimPerson(p.email("a"), "", "")).scim(400, "Invalid user data")
	p.patches(user, `{"op": "replace", "path": "emails", "value": [{"value": "`+p.email("a")+`"}]}`).scim(400, "Failed to update user")
	p.gets(user).has("emails.0.value", `"a@shortlived.example.com"`)
}

func TestSCIMUserIsPatched(t *testing.T) {
	f := newFake(t)
	p := f.provider()
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
		{"without a path", `{"op": "replace", "value": {"name": {"givenName": "A"}, "userName": "a3"}}`, map[string]string{given: `"A"`, "userName": `"OLD"`}},
		{"dotted keys", `{"op": "add", "value": {"name.givenName": "A", "name.familyName": "B"}}`, map[string]string{given: `"A"`, family: `"B"`}},
		{"capital ops", `{"op": "Replace", "path": "name.givenName", "value": "A"}, {"op": "ADD", "path": "name.familyName", "value": "B"}`, map[string]string{given: `"A"`, family: `"B"`}},
		{"a schema before", `{"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "value": "A"}`, map[string]string{given: `"A"`}},
		{"remove a name", `{"op": "remove", "path": "name.givenName"}`, map[string]string{given: `""`, family: `"Finch"`}},
		{"remove both", `{"op": "Remove", "path": "name"}`, map[string]string{given: `""`, family: `""`, "displayName": ""}},
		{"remove another part", `{"op": "remove", "path": "name.formatted"}`, map[string]string{given: `"Ada"`}},
		{"a name that is no text", `{"op": "replace", "path": "name.givenName", "value": 5}`, map[string]string{given: `"Ada"`}},
		{"emails", `{"op": "replace", "path": "emails", "value": [{"value": "x@example.org"}, {"value": "NEW", "primary": true}]}`, map[string]string{email: `"NEW"`}},
		{"an email by type", `{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "NEW"}`, map[string]string{email: `"NEW"`}},
		{"an email by type, added", `{"op": "Add", "path": "emails[type eq \"work\"].value", "value": "NEW"}`, map[string]string{email: `"NEW"`}},
		{"an email that is no list", `{"op": "replace", "path": "emails", "value": {"value": "NEW"}}`, map[string]string{email: `"OLD"`}},
		{"an email without a filter", `{"op": "replace", "path": "emails.value", "value": "NEW"}`, map[string]string{email: `"OLD"`}},
		{"a userName", `{"op": "replace", "path": "userName", "value": "ryan3"}`, map[string]string{"userName": `"OLD"`, email: `"OLD"`}},
		{"a long userName", `{"op": "replace", "path": "userName", "value": "` + strings.Repeat("x", 256) + `"}`, map[string]string{"userName": `"OLD"`}},
		{"no userName", `{"op": "remove", "path": "userName"}`, map[string]string{"userName": `"OLD"`}},
		{"deactivate", `{"op": "replace", "path": "active", "value": false}`, map[string]string{active: "false"}},
		{"deactivate as Okta", `{"op": "replace", "value": {"active": false}}`, map[string]string{active: "false"}},
		{"deactivate as Entra ID", `{"op": "Replace", "path": "active", "value": "False"}`, map[string]string{active: "false"}},
		{"deactivate as an object", `{"op": "Replace", "value": {"active": "False"}}`, map[string]string{active: "false"}},
		{"deactivate by removing", `{"op": "remove", "path": "active"}`, map[string]string{active: "false"}},
		{"back again", `{"op": "replace", "path": "active", "value": false}, {"op": "Add", "path": "active", "value": "True"}, {"op": "replace", "path": "emails", "value": [{"value": "NEW"}]}`,
			map[string]string{active: "true", email: `"NEW"`}},
		{"what is not kept", `{"op": "add", "path": "title", "value": "Dr"}, {"op": "add", "value": {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "D"}}}, {"op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "D"}, {"op": "remove", "path": "addresses[type eq \"work\"].streetAddress"}`,
			map[string]string{given: `"Ada"`, "title": ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.t = t
			old, fresh := fmt.Sprintf("old%d", i), fmt.Sprintf("new%d", i)
			user := p.newUser(old)
			patched := p.patches(user, strings.ReplaceAll(c.operations, "NEW", p.email(fresh))).status(200)
			for path, want := range c.want {
				patched.has(path, strings.NewReplacer("NEW", p.email(fresh), "OLD", p.email(old)).Replace(want))
			}
			p.gets(user).bytes(200, string(patched.body))
			// The indexes follow: found by what it has now, by nothing else.
			now := patched.get(email).String()
			found := 0
			if patched.get(active).Bool() {
				found = 1
			}
			p.gets("Users?filter="+url.QueryEscape(`emails.value eq "`+now+`"`)).has("totalResults", fmt.Sprint(found))
			if now != p.email(old) {
				p.gets("Users?filter="+url.QueryEscape(`emails.value eq "`+p.email(old)+`"`)).has("totalResults", "0")
			}
		})
	}
}

func TestSCIMUserPatchesThatAreRefused(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	user := p.newUser("steady")
	before := p.gets(user)
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
		"another's address":     `{"op": "replace", "path": "emails", "value": [{"value": "` + f.known("credentials.member.email") + `"}]}`,
		"emails of texts":       `{"op": "replace", "path": "emails", "value": ["x"]}`,
		"a long name":           `{"op": "replace", "path": "name.givenName", "value": "` + strings.Repeat("x", 151) + `"}`,
		"a name of a number":    `{"op": "replace", "path": "name", "value": {"givenName": 5}}`,
	} {
		t.Run(name, func(t *testing.T) {
			f.t = t
			// A good change before the bad one is undone with it.
			p.patches(user, `{"op": "replace", "path": "active", "value": false}, `+operations).scim(400, "Failed to update user")
			p.gets(user).bytes(200, string(before.body))
		})
	}
}

func TestSCIMUserLeaves(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	id := f.as("member").get("/api/users/@me/").get("id").Raw
	group := p.newGroup("Leavers", "Users/"+id)
	p.sends("POST", "Users", scimPerson(f.known("credentials.member.email"), "", "")).status(201)
	p.sends("DELETE", "Users/"+id, "").bytes(204, "")
	p.gets("Users/"+id).scim(404, "User not found")
	p.sends("DELETE", "Users/"+id, "").scim(404, "User not found")
	p.gets(group).has("members", "[]")
	f.as("member").get(f.org("domains")).status(403)
	f.as("member").get("/api/organizations/@current/").status(404)
	f.as("member").get("/api/users/@me/").status(200).has("organization", "null")
	p.sends("POST", "Users", scimPerson(f.known("credentials.member.email"), "", "")).status(201).has("id", quote(id))
	f.as("member").get("/api/users/@me/").status(200).has("organization.id", quote(f.known("organization.id")))

	admin := f.as("admin").get("/api/users/@me/").get("id").Raw
	p.patches("Users/"+admin, `{"op": "replace", "path": "active", "value": false}`).status(200).has("active", "false")
	f.as("admin").get("/api/organizations/@current/").status(200).has("id", quote(f.known("known.featureless_organization.id")))
	p.gets("Users/"+admin).scim(404, "User not found") // nothing is remembered of who was not provisioned
}

// Provisioning is a way of its own into an organization: it gives no default role.
func TestSCIMGivesNoDefaultRole(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	role := f.newRole("Newcomers")
	f.as("admin").patch(in(f.known("organization.id")), `{"default_role_id": "`+role+`"}`).status(200)
	user := p.newUser("newcomer")
	p.gets(user).has("groups", "[]")
	p.patches(user, `{"op": "replace", "path": "active", "value": false}, {"op": "add", "path": "active", "value": true}`).status(200).has("groups", "[]")
	f.newMember("joiner@"+p.known("known.scim.email_domain"), f.known("organization.id"), "1")
	p.gets("Groups/"+role).has("members.#.display", `["joiner@`+p.known("known.scim.email_domain")+`"]`)
}

// Who is taken over stays in the organization and the project that are current;
// who has none gets this one, with its first project.
func TestSCIMKeepsWhereUsersAre(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	elsewhere := f.as("outsider").get("/api/users/@me/")
	p.sends("POST", "Users", scimPerson(f.known("credentials.outsider.email"), "", "")).status(201)
	for _, what := range []string{"organization.id", "team.id"} {
		f.as("outsider").get("/api/users/@me/").has(what, elsewhere.get(what).Raw)
	}
	before := f.as("member").get("/api/users/@me/")
	member := "Users/" + before.get("id").Raw
	p.sends("DELETE", member, "").status(204)
	f.as("member").get("/api/users/@me/").has("organization", "null").has("team", "null")
	p.sends("POST", "Users", scimPerson(f.known("credentials.member.email"), "", "")).status(201)
	f.as("member").get("/api/users/@me/").has("organization.id", before.get("organization.id").Raw).has("team.organization", before.get("organization.id").Raw)
}

func TestSCIMKeepsOwners(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	me := f.as("owner").get("/api/users/@me/")
	owner := "Users/" + me.get("id").Raw
	p.sends("DELETE", owner, "").scim(400, "Cannot leave the organization as its owner!")
	p.patches(owner, `{"op": "replace", "path": "active", "value": false}`).scim(400, "Failed to update user")
	p.sends("PUT", owner, `{"active": false, "emails": [{"value": `+me.get("email").Raw+`}]}`).scim(400, "Cannot leave the organization as its owner!")
	p.gets(owner).status(200).has("active", "true").has("name.givenName", me.get("first_name").Raw)
	f.as("owner").get(f.org("domains")).status(200)
}

func TestSCIMUserPages(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	p := f.provider()
	for i := range 7 {
		p.newUser(fmt.Sprint("page", i))
	}
	all := texts(p.gets("Users").status(200).has("totalResults", "10").has("startIndex", "1").has("itemsPerPage", "10").get("Resources.#.id"))
	g.Expect(all).To(HaveLen(10))
	for i := 1; i < len(all); i++ {
		g.Expect(len(all[i-1]) < len(all[i]) || all[i-1] < all[i]).To(BeTrue(), "by number: %v", all)
	}
	for query, want := range map[string][]string{
		"startIndex=1&count=3": all[:3], "startIndex=4&count=3": all[3:6], "startIndex=9&count=3": all[8:], "startIndex=11": nil,
		"startIndex=99999999999999999999": nil, "count=0": nil, "count=1000": all, "count=99999999999999999999": all, "startIndex=%202&count=%2B2": all[1:3],
		"attributes=displayName&excludedAttributes=emails": all,
	} {
		page := p.gets("Users?"+query).status(200).has("totalResults", "10").has("itemsPerPage", fmt.Sprint(len(want)))
		g.Expect(texts(page.get("Resources.#.id"))).To(Equal(want), query)
	}
	for query, detail := range map[string]string{
		"startIndex=0": "Invalid startIndex (must be >= 1)", "startIndex=-5": "Invalid startIndex (must be >= 1)", "startIndex=x": "Invalid startIndex value",
		"startIndex=": "Invalid startIndex value", "count=-1": "Invalid count (must be >= 0)", "count=1.5": "Invalid count value", "startIndex=0&count=x": "Invalid count value",
	} {
		p.gets("Users?"+query).scim(400, detail)
		p.gets("Groups?"+query).scim(400, detail)
	}
}

func TestSCIMUserFilters(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	p := f.provider()
	domain := strings.ToUpper(p.known("known.scim.email_domain"))
	for _, name := range []string{"alpha", "beta", "gamma"} {
		body := fmt.Sprintf(`{"userName": "idp-%s", "name": {"givenName": %q, "familyName": "Wren"}, "emails": [{"value": %q}]}`, name, name, p.email(name))
		p.sends("POST", "Users", body).status(201)
	}
	gone := p.newUser("gone")
	p.patches(gone, `{"op": "replace", "path": "active", "value": false}`).status(200)
	member := f.known("credentials.member.email")
	found := func(filter string) []string {
		list := p.gets("Users?filter=" + url.QueryEscape(filter)).status(200)
		g.Expect(list.get("totalResults").Int()).To(BeEquivalentTo(len(list.get("Resources").Array())))
		var names []string
		for _, email := range list.get("Resources.#.emails.0.value").Array() {
			name, _, _ := strings.Cut(email.String(), "@")
			names = append(names, name)
		}
		return names
	}
	none := []string(nil)
	for filter, want := range map[string][]string{
		`userName eq "` + p.email("alpha") + `"`:                                                {"alpha"},
		`userName eq "` + strings.ToUpper(p.email("alpha")) + `"`:                               {"alpha"},
		`USERNAME Eq "` + p.email("alpha") + `"`:                                                {"alpha"},
		`userName eq "idp-alpha"`:                                                               none,
		`userName eq "` + member + `"`:                                                          {"member"},
		`userName eq "` + p.email("gone") + `"`:                                                 {"gone"},
		`userName eq "` + p.email("gone") + `" and active eq true`:                              none,
		`userName ew "A@` + domain + `" and not (userName sw "alpha")`:                          {"beta", "gamma"},
		`userName co "BETA@"`:                                                                   {"beta"},
		`emails.value eq "` + p.email("beta") + `"`:                                             {"beta"},
		`emails.value eq "` + strings.ToUpper(p.email("beta")) + `"`:                            none,
		`emails.value eq "` + p.email("gone") + `"`:                                             none,
		`emails[type eq "work" and value eq "` + p.email("beta") + `"]`:                         {"beta"},
		`emails[type eq "work"].value eq "` + p.email("beta") + `"`:                             {"beta"},
		`name.givenName eq "gamma"`:                                                             {"gamma"},
		`givenName eq "gamma" or familyName eq "none"`:                                          {"gamma"},
		`name.familyName eq "Wren" and name.givenName ne "beta"`:                                {"alpha", "gamma"},
		`name.familyName eq "Wren" and (name.givenName eq "beta" or name.givenName eq "gamma")`: {"beta", "gamma"},
		`name.familyName eq "wren"`:                                                             none,
		`name.familyName eq "Wren" and name.givenName gt "b" and name.givenName le "gamma"`:     {"beta", "gamma"},
		`name.familyName eq "Wren" and active eq "True"`:                                        {"alpha", "beta", "gamma"},
		`active eq false`: none,
		`name.familyName eq "Wren" and title eq "x"`:                                        {"alpha", "beta", "gamma"},
		`urn:ietf:params:scim:schemas:core:2.0:User:userName eq "` + p.email("alpha") + `"`: {"alpha"},
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
	g.Expect(found(`userName pr`)).To(HaveLen(7), "the one who left can be found by userName")
	p.gets("Users?filter=").has("totalResults", "6")
	p.gets("Users?count=1&filter="+url.QueryEscape(`name.familyName eq "Wren"`)).has("totalResults", "3").has("itemsPerPage", "1")
}
