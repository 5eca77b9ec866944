package scimserver_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// newGroup makes a group of users, given by their paths, and returns its path.
func newGroup(p *mocktest.Provider, name string, users ...string) string {
	p.T.Helper()
	body := fmt.Sprintf(`{"displayName": %q, "members": [%s]}`, name, members(users...))
	return "Groups/" + p.Send("POST", "Groups", body).Status(http.StatusCreated).Get("id").String()
}

// members are the references of users, given by their paths.
func members(users ...string) string {
	var list []string
	for _, user := range users {
		list = append(list, fmt.Sprintf(`{"value": %q}`, number(user)))
	}
	return strings.Join(list, ", ")
}

// number is the number of a user, given by its path.
func number(user string) string { return strings.TrimPrefix(user, "Users/") }

func texts(list gjson.Result) (found []string) {
	for _, value := range list.Array() {
		found = append(found, value.String())
	}
	return found
}

func TestSCIMAuthentication(t *testing.T) {
	f := mocktest.New(t)
	domain, token := f.Known("known.scim.domain_id"), f.Known("known.scim.token")
	path, logs := "/scim/v2/"+domain+"/Users", f.Org("domains", domain, "scim", "logs")
	recorded := f.Session("admin").Get(logs).Get("count").Raw
	for name, header := range map[string]string{
		"nothing": "", "another scheme": "Basic " + token, "the scheme alone": "Bearer", "lower case": "bearer " + token, "the token alone": token,
	} {
		t.Run(name, func(t *testing.T) {
			f.T = t
			f.With("Authorization", header).Get(path).RefusedBySCIM(401, "No bearer token provided")
		})
	}
	for name, call := range map[string]*mocktest.Provider{
		"a wrong token":          f.ProviderOf(domain, token+"x"),
		"a personal API key":     f.ProviderOf(domain, f.Known("credentials.admin.personal_api_key")),
		"a domain without SCIM":  f.ProviderOf(f.Known("known.verified_domain.id"), token),
		"an unknown domain":      f.ProviderOf("00000000-0000-4000-8000-000000000000", token),
		"a domain by its name":   f.ProviderOf(f.Known("known.scim.email_domain"), token),
		"another organization's": f.ProviderOf(f.Known("known.other_organization.domain_id"), token),
	} {
		t.Run(name, func(t *testing.T) {
			f.T = t
			for _, path := range []string{"Users", "Groups/x", "Schemas", "ServiceProviderConfig"} {
				call.Get(path).RefusedBySCIM(403, "Authentication failed")
			}
			call.Send("POST", "Users", "{").RefusedBySCIM(403, "Authentication failed")
			call.Send("DELETE", "Schemas", "").RefusedBySCIM(403, "Authentication failed")
		})
	}
	f.T = t
	f.Session("admin").Get(logs).Has("count", recorded) // the log is for callers who are known
}

func TestSCIMTokensEndAtOnce(t *testing.T) {
	f := mocktest.New(t)
	domain := f.NewVerifiedDomain("people.example.com")
	path := f.Org("domains", domain)
	enable := func() *mocktest.Provider {
		return f.ProviderOf(domain, f.As("admin").Patch(path, `{"scim_enabled": true}`).Status(200).Get("scim_bearer_token").String())
	}
	first := enable()
	first.Get("Users").Status(200)

	token := f.Session("admin").Post(path+"scim/token/", "").Status(200).Get("scim_bearer_token").String()
	second := f.ProviderOf(domain, token)
	first.Get("Users").RefusedBySCIM(403, "Authentication failed")
	second.Get("Users").Status(200)

	f.As("admin").Patch(path, `{"scim_enabled": false}`).Status(200)
	second.Get("Users").RefusedBySCIM(403, "Authentication failed")
	third := enable()
	second.Get("Users").RefusedBySCIM(403, "Authentication failed")
	third.Get("Users").Status(200)

	config := f.As("admin").Get(path).Get("identity_provider_config").String()
	token = f.Session("admin").Post(f.Org("identity_provider_configs", config, "scim", "token"), "").Status(200).Get("scim_bearer_token").String()
	third.Get("Users").RefusedBySCIM(403, "Authentication failed")
	fourth := f.ProviderOf(domain, token)
	fourth.Get("Users").Status(200)

	organization := "/_understudy/organizations/" + f.Known("organization.id")
	f.Anonymous().Patch(organization, `{"feature": {"scim": false}}`).Status(200)
	fourth.Get("Users").RefusedBySCIM(403, "Authentication failed")
	f.Anonymous().Patch(organization, `{"feature": {"scim": true}}`).Status(200)
	fourth.Get("Users").Status(200)

	f.As("admin").Patch(path, `{"identity_provider_config": null}`).Status(200).Has("has_scim", "false")
	fourth.Get("Users").RefusedBySCIM(403, "Authentication failed")
	f.As("admin").Patch(path, `{"identity_provider_config": "`+config+`"}`).Status(200)
	fourth.Get("Users").Status(200)

	f.As("admin").Delete(path).Status(204)
	fourth.Get("Users").RefusedBySCIM(403, "Authentication failed")
}

// A config has no verified domain to ask for: the domain's own state counts.
func TestSCIMOfAnUnverifiedDomain(t *testing.T) {
	f := mocktest.New(t)
	config := f.As("admin").Post(f.Org("identity_provider_configs"), `{"name": "idp", "scim_enabled": true}`).Status(201)
	domain := f.As("admin").Post(f.Org("domains"), `{"domain": "unverified.example.com", "identity_provider_config": "`+config.Get("id").String()+`"}`).
		Status(201).Has("has_scim", "true").Get("id").String()
	f.ProviderOf(domain, config.Get("scim_bearer_token").String()).Get("Users").RefusedBySCIM(403, "Authentication failed")
}

func TestSCIMRequests(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	user, group := p.NewUser("requests"), newGroup(p, "requests")

	t.Run("paths", func(t *testing.T) {
		f.T = t
		for _, path := range []string{"Users", user, "Groups", group, "Schemas", "ResourceTypes", "ServiceProviderConfig"} {
			plain := p.Get(path).Status(200)
			p.Get(path+"/").Bytes(200, string(plain.Body))
			p.Send("HEAD", path, "").Bytes(200, string(plain.Body)) // a recorder keeps what a server drops
		}
		for _, path := range []string{"users", "Me", "Bulk", "Users/.search/x", "Schemas/" + "urn:ietf:params:scim:schemas:core:2.0:User", ""} {
			p.Get(path).RefusedBySCIM(404, "Endpoint not found.")
		}
		f.Anonymous().Get("/scim/v1/x").RefusedBySCIM(404, "Endpoint not found.")
		f.Anonymous().Get("/scim/").RefusedBySCIM(404, "Endpoint not found.")
		f.Anonymous().Get("/scimmy").Status(404).Has("understudy", `"no_such_page"`)
	})
	t.Run("media types", func(t *testing.T) {
		g := NewWithT(t)
		f.T = t
		for accept, want := range map[string]string{
			"": "application/scim+json", "*/*": "application/scim+json", "application/*": "application/scim+json", "application/json": "application/json",
			"application/json, application/scim+json;q=0.5": "application/scim+json", "text/html, */*;q=0.1": "application/scim+json", "application/json, */*": "application/json",
		} {
			call := p.And("Accept", accept)
			g.Expect(call.Get("Users").Status(200).Header.Get("Content-Type")).To(Equal(want), accept)
			g.Expect(call.Get("Users/x").Status(404).Header.Get("Content-Type")).To(Equal(want), accept)
		}
		p.And("Accept", "text/html").Get("Users").RefusedBySCIM(406, "Could not satisfy the request Accept header.")
	})
	t.Run("methods", func(t *testing.T) {
		f.T = t
		for path, allow := range map[string]string{
			"Users": "GET, POST, HEAD, OPTIONS", user: "GET, PUT, PATCH, DELETE, HEAD, OPTIONS", "Users/x": "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
			"Groups": "GET, POST, HEAD, OPTIONS", group: "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
			"Schemas": "GET, HEAD, OPTIONS", "ResourceTypes": "GET, HEAD, OPTIONS", "ServiceProviderConfig": "GET, HEAD, OPTIONS",
		} {
			for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} {
				if strings.Contains(allow, method) {
					continue
				}
				refused := p.Send(method, path, "{}").RefusedBySCIM(405, `Method "`+method+`" not allowed.`)
				NewWithT(t).Expect(refused.Header.Get("Allow")).To(Equal(allow), path)
			}
			p.Send("OPTIONS", path, "").Status(200).Has("parses", `["application/scim+json","application/json"]`)
		}
	})
	t.Run("bodies", func(t *testing.T) {
		f.T = t
		for _, path := range []string{"Users", "Groups"} {
			single := map[string]string{"Users": "user", "Groups": "group"}[path]
			p.Send("POST", path, "").RefusedBySCIM(400, "Invalid "+single+" data")
			p.Send("POST", path, "{").RefusedBySCIM(400, "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)")
			for _, body := range []string{"[]", "null", "1", `"x"`, "{}"} {
				p.Send("POST", path, body).RefusedBySCIM(400, "Invalid "+single+" data")
			}
			p.Do("POST", p.Base+path, "text/plain", "{}").RefusedBySCIM(415, `Unsupported media type "text/plain" in request.`)
			p.Do("POST", p.Base+path, "application/x-www-form-urlencoded", "a=1").RefusedBySCIM(415, `Unsupported media type "application/x-www-form-urlencoded" in request.`)
			p.Send("POST", path, strings.Repeat(`{"a":`, 100_000)).Status(400).Has("status", "400")
			p.Send("POST", path, `{"displayName": "`+strings.Repeat("x", 10<<20)+`"}`).RefusedBySCIM(413, "Request body exceeds the limit of 4194304 bytes.")
		}
		for path, detail := range map[string]string{user: "Failed to update user", group: "Failed to update group"} {
			for _, body := range []string{"{", "[]", "null", "1", `{"Operations": null}`, `{"Operations": {}}`, `{"Operations": [1]}`} {
				p.Send("PATCH", path, body).RefusedBySCIM(400, detail)
			}
			p.Do("PATCH", p.Base+path, "text/plain", "{}").RefusedBySCIM(415, `Unsupported media type "text/plain" in request.`)
			p.Send("PATCH", path, "{}").Status(200)
			p.Send("PATCH", path, "").Status(200)
			p.Do("PATCH", p.Base+path, "application/json; charset=utf-8", `{"schemas": ["urn:example:unknown"], "Operations": []}`).Status(200)
		}
	})
}

func TestSCIMDiscovery(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	p.Get("ServiceProviderConfig").Bytes(200, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],`+
		`"documentationUri":"https://posthog.com/docs/scim","patch":{"supported":true},`+
		`"bulk":{"supported":false,"maxOperations":0,"maxPayloadSize":0},"filter":{"supported":true,"maxResults":200},`+
		`"changePassword":{"supported":false},"sort":{"supported":false},"etag":{"supported":false},`+
		`"authenticationSchemes":[{"type":"oauthbearertoken","name":"OAuth Bearer Token",`+
		`"description":"Authentication scheme using the OAuth Bearer Token Standard",`+
		`"specUri":"https://www.rfc-editor.org/rfc/rfc6750.txt","documentationUri":"https://posthog.com/docs/settings/scim"}]}`)
	p.Get("ResourceTypes").Bytes(200, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":2,"Resources":[`+
		`{"id":"User","name":"User","endpoint":"`+p.Base+`Users","schema":"urn:ietf:params:scim:schemas:core:2.0:User"},`+
		`{"id":"Group","name":"Group","endpoint":"`+p.Base+`Groups","schema":"urn:ietf:params:scim:schemas:core:2.0:Group"}]}`)
	p.Get("Schemas").Bytes(200, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":2,"Resources":[`+
		`{"id":"urn:ietf:params:scim:schemas:core:2.0:User","name":"User","description":"User Account"},`+
		`{"id":"urn:ietf:params:scim:schemas:core:2.0:Group","name":"Group","description":"Group"}]}`)
}

// FuzzSCIM throws anything at the SCIM server: it never crashes, and refuses in its
// own form.
func FuzzSCIM(f *testing.F) {
	server := mocktest.New(f)
	p := server.Provider()
	paths := []string{"Users", p.NewUser("fuzz"), "Groups", newGroup(p, "fuzz")}
	methods := []string{"GET", "POST", "PUT", "PATCH"}
	f.Add(uint8(0), uint8(0), `filter=userName+eq+"a"&startIndex=1&count=2`, "")
	f.Add(uint8(0), uint8(1), "", mocktest.SCIMPerson(p.Email("x"), "A", "B"))
	f.Add(uint8(1), uint8(2), "", `{"emails": [{"value": null}], "name": 1}`)
	f.Add(uint8(1), uint8(3), "", `{"Operations": [{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "x"}, {"op": "Add", "value": {"active": "False", "name": {"givenName": null}}}]}`)
	f.Add(uint8(3), uint8(3), "", `{"Operations": [{"op": "remove", "path": "members[value eq \"7\"]"}, {"op": "add", "path": "members", "value": [{"value": 1e99}]}]}`)
	f.Add(uint8(2), uint8(1), "", `{"displayName": "\ud800", "members": [{"value": "１"}, {}]}`)
	f.Fuzz(func(t *testing.T, path, method uint8, query, body string) {
		server.T = t
		answer := p.Send(methods[int(method)%len(methods)], paths[int(path)%len(paths)]+"?"+escape(query), body)
		if answer.Code >= 500 {
			answer.Fail("a crash")
		}
		if answer.Code >= 400 && answer.Get("schemas.0").String() != "urn:ietf:params:scim:api:messages:2.0:Error" {
			answer.Fail("a refusal in another form")
		}
	})
}

// Every answer with a resource shows the part of it that is asked for.
func TestSCIMShowsPartsOfResources(t *testing.T) {
	f := mocktest.New(t)
	p := f.Provider()
	user := p.NewUser("parts")
	group := newGroup(p, "Parts", user)
	id, schemas := number(user), `"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]`
	email := p.Email("parts")
	only := fmt.Sprintf(`{%s,"id":%q,"userName":%q,"emails":[{"value":%q}]}`, schemas, id, email, email)
	query := "?attributes=USERNAME,emails.value,nickName"
	p.Get(user+query).Bytes(200, only)
	p.Send("PUT", user+query, mocktest.SCIMPerson(email, "Ada", "Finch")).Bytes(200, only)
	p.Send("PATCH", user+query, `{"Operations": [{"op": "replace", "path": "name.givenName", "value": "Eve"}]}`).Bytes(200, only)
	p.Get(user).Has("name.givenName", `"Eve"`)
	p.Get("Users"+query+"&filter=userName+eq+%22"+email+"%22").Bytes(200,
		`{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":1,"startIndex":1,"itemsPerPage":1,"Resources":[`+only+`]}`)
	p.Get(user+"?excludedAttributes=name.familyName,emails,meta,groups,id").Bytes(200,
		fmt.Sprintf(`{%s,"id":%q,"userName":%q,"name":{"givenName":"Eve"},"active":true,"displayName":"Eve Finch"}`, schemas, id, email))
	created := p.Send("POST", "Users?attributes=active", mocktest.SCIMPerson(p.Email("parts2"), "A", "B")).Status(201)
	created.Bytes(201, fmt.Sprintf(`{%s,"id":%q,"active":true}`, schemas, created.Get("id").String()))

	without := fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":%q,"displayName":"Parts"}`, strings.TrimPrefix(group, "Groups/"))
	query = "?excludedAttributes=members,meta"
	p.Get(group+query).Bytes(200, without)
	p.Send("POST", "Groups"+query, `{"displayName": "Parts"}`).Bytes(201, without)
	p.Send("PATCH", group+query, `{}`).Bytes(200, without)
	p.Get("Groups"+query+"&filter=displayName+eq+%22Parts%22").Has("Resources", "["+without+"]")
	p.Get(group+"?attributes=members.value,members.$ref").Has("members", `[{"value":"`+id+`","$ref":"`+p.Base+user+`"}]`)
	p.Send("PUT", group+"?attributes=urn:ietf:params:scim:schemas:core:2.0:Group:displayName", `{"displayName": "Parts"}`).Bytes(200, without)

	p.Get("Users/x"+query).RefusedBySCIM(404, "User not found")
	plain := p.Get("ServiceProviderConfig").Status(200)
	p.Get("ServiceProviderConfig?attributes=patch").Bytes(200, string(plain.Body))
}

// escape keeps a query from breaking the request line.
func escape(query string) string {
	return strings.Map(func(r rune) rune {
		if r <= ' ' || r == 0x7f || r == '#' {
			return 'x'
		}
		return r
	}, query)
}
