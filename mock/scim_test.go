package mock_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"
)

// provider is an identity provider that calls the SCIM server of a domain.
type provider struct {
	*caller
	base string
}

// provider calls with the token of the profile's SCIM domain.
func (f *fake) provider() *provider {
	return f.providerOf(f.known("known.scim.domain_id"), f.known("known.scim.token"))
}

func (f *fake) providerOf(domain, token string) *provider {
	return &provider{f.with("Authorization", "Bearer "+token), "/scim/v2/" + domain + "/"}
}

func (p *provider) sends(method, path, body string) *answer {
	p.t.Helper()
	contentType := ""
	if body != "" {
		contentType = "application/scim+json"
	}
	return p.do(method, p.base+path, contentType, body)
}

func (p *provider) gets(path string) *answer { return p.sends("GET", path, "") }

// patches sends operations, written as in {"op": …}, {"op": …}.
func (p *provider) patches(path, operations string) *answer {
	p.t.Helper()
	return p.sends("PATCH", path, `{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [`+operations+`]}`)
}

// email is an address in the SCIM domain.
func (p *provider) email(name string) string { return name + "@" + p.known("known.scim.email_domain") }

func scimPerson(email, given, family string) string {
	return fmt.Sprintf(`{"userName": %q, "name": {"givenName": %q, "familyName": %q}, "emails": [{"value": %q, "primary": true}], "active": true}`,
		email, given, family, email)
}

// newUser provisions a user and returns its path.
func (p *provider) newUser(name string) string {
	p.t.Helper()
	return "Users/" + p.sends("POST", "Users", scimPerson(p.email(name), "Ada", "Finch")).status(http.StatusCreated).get("id").String()
}

// newGroup makes a group of users, given by their paths, and returns its path.
func (p *provider) newGroup(name string, users ...string) string {
	p.t.Helper()
	body := fmt.Sprintf(`{"displayName": %q, "members": [%s]}`, name, members(users...))
	return "Groups/" + p.sends("POST", "Groups", body).status(http.StatusCreated).get("id").String()
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

// scim wants a refusal in SCIM's form, byte for byte.
func (a *answer) scim(status int, detail string) *answer {
	a.t.Helper()
	return a.bytes(status, fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":%d,"detail":%s}`, status, quote(detail)))
}

func texts(list gjson.Result) (found []string) {
	for _, value := range list.Array() {
		found = append(found, value.String())
	}
	return found
}

func TestSCIMAuthentication(t *testing.T) {
	f := newFake(t)
	domain, token := f.known("known.scim.domain_id"), f.known("known.scim.token")
	path, logs := "/scim/v2/"+domain+"/Users", f.org("domains", domain, "scim", "logs")
	recorded := f.session("admin").get(logs).get("count").Raw
	for name, header := range map[string]string{
		"nothing": "", "another scheme": "Basic " + token, "the scheme alone": "Bearer", "lower case": "bearer " + token, "the token alone": token,
	} {
		t.Run(name, func(t *testing.T) {
			f.t = t
			f.with("Authorization", header).get(path).scim(401, "No bearer token provided")
		})
	}
	for name, call := range map[string]*provider{
		"a wrong token":          f.providerOf(domain, token+"x"),
		"a personal API key":     f.providerOf(domain, f.known("credentials.admin.personal_api_key")),
		"a domain without SCIM":  f.providerOf(f.known("known.verified_domain.id"), token),
		"an unknown domain":      f.providerOf("00000000-0000-4000-8000-000000000000", token),
		"a domain by its name":   f.providerOf(f.known("known.scim.email_domain"), token),
		"another organization's": f.providerOf(f.known("known.other_organization.domain_id"), token),
	} {
		t.Run(name, func(t *testing.T) {
			f.t = t
			for _, path := range []string{"Users", "Groups/x", "Schemas", "ServiceProviderConfig"} {
				call.gets(path).scim(403, "Authentication failed")
			}
			call.sends("POST", "Users", "{").scim(403, "Authentication failed")
			call.sends("DELETE", "Schemas", "").scim(403, "Authentication failed")
		})
	}
	f.t = t
	f.session("admin").get(logs).has("count", recorded) // the log is for callers who are known
}

func TestSCIMTokensEndAtOnce(t *testing.T) {
	f := newFake(t)
	domain := f.newVerifiedDomain("people.example.com")
	path := f.org("domains", domain)
	enable := func() *provider {
		return f.providerOf(domain, f.as("admin").patch(path, `{"scim_enabled": true}`).status(200).get("scim_bearer_token").String())
	}
	first := enable()
	first.gets("Users").status(200)

	token := f.session("admin").post(path+"scim/token/", "").status(200).get("scim_bearer_token").String()
	second := f.providerOf(domain, token)
	first.gets("Users").scim(403, "Authentication failed")
	second.gets("Users").status(200)

	f.as("admin").patch(path, `{"scim_enabled": false}`).status(200)
	second.gets("Users").scim(403, "Authentication failed")
	third := enable()
	second.gets("Users").scim(403, "Authentication failed")
	third.gets("Users").status(200)

	config := f.as("admin").get(path).get("identity_provider_config").String()
	token = f.session("admin").post(f.org("identity_provider_configs", config, "scim", "token"), "").status(200).get("scim_bearer_token").String()
	third.gets("Users").scim(403, "Authentication failed")
	fourth := f.providerOf(domain, token)
	fourth.gets("Users").status(200)

	organization := "/_understudy/organizations/" + f.known("organization.id")
	f.anonymous().patch(organization, `{"feature": {"scim": false}}`).status(200)
	fourth.gets("Users").scim(403, "Authentication failed")
	f.anonymous().patch(organization, `{"feature": {"scim": true}}`).status(200)
	fourth.gets("Users").status(200)

	f.as("admin").patch(path, `{"identity_provider_config": null}`).status(200).has("has_scim", "false")
	fourth.gets("Users").scim(403, "Authentication failed")
	f.as("admin").patch(path, `{"identity_provider_config": "`+config+`"}`).status(200)
	fourth.gets("Users").status(200)

	f.as("admin").delete(path).status(204)
	fourth.gets("Users").scim(403, "Authentication failed")
}

// A config has no verified domain to ask for: the domain's own state counts.
func TestSCIMOfAnUnverifiedDomain(t *testing.T) {
	f := newFake(t)
	config := f.as("admin").post(f.org("identity_provider_configs"), `{"name": "idp", "scim_enabled": true}`).status(201)
	domain := f.as("admin").post(f.org("domains"), `{"domain": "unverified.example.com", "identity_provider_config": "`+config.get("id").String()+`"}`).
		status(201).has("has_scim", "true").get("id").String()
	f.providerOf(domain, config.get("scim_bearer_token").String()).gets("Users").scim(403, "Authentication failed")
}

func TestSCIMRequests(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	user, group := p.newUser("requests"), p.newGroup("requests")

	t.Run("paths", func(t *testing.T) {
		f.t = t
		for _, path := range []string{"Users", user, "Groups", group, "Schemas", "ResourceTypes", "ServiceProviderConfig"} {
			plain := p.gets(path).status(200)
			p.gets(path+"/").bytes(200, string(plain.body))
			p.sends("HEAD", path, "").bytes(200, string(plain.body)) // a recorder keeps what a server drops
		}
		for _, path := range []string{"users", "Me", "Bulk", "Users/.search/x", "Schemas/" + "urn:ietf:params:scim:schemas:core:2.0:User", ""} {
			p.gets(path).scim(404, "Endpoint not found.")
		}
		f.anonymous().get("/scim/v1/x").scim(404, "Endpoint not found.")
		f.anonymous().get("/scim/").scim(404, "Endpoint not found.")
		f.anonymous().get("/scimmy").status(404).has("understudy", `"no_such_page"`)
	})
	t.Run("media types", func(t *testing.T) {
		g := NewWithT(t)
		f.t = t
		for accept, want := range map[string]string{
			"": "application/scim+json", "*/*": "application/scim+json", "application/*": "application/scim+json", "application/json": "application/json",
			"application/json, application/scim+json;q=0.5": "application/scim+json", "text/html, */*;q=0.1": "application/scim+json", "application/json, */*": "application/json",
		} {
			call := &provider{p.and("Accept", accept), p.base}
			g.Expect(call.gets("Users").status(200).header.Get("Content-Type")).To(Equal(want), accept)
			g.Expect(call.gets("Users/x").status(404).header.Get("Content-Type")).To(Equal(want), accept)
		}
		(&provider{p.and("Accept", "text/html"), p.base}).gets("Users").scim(406, "Could not satisfy the request Accept header.")
	})
	t.Run("methods", func(t *testing.T) {
		f.t = t
		for path, allow := range map[string]string{
			"Users": "GET, POST, HEAD, OPTIONS", user: "GET, PUT, PATCH, DELETE, HEAD, OPTIONS", "Users/x": "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
			"Groups": "GET, POST, HEAD, OPTIONS", group: "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
			"Schemas": "GET, HEAD, OPTIONS", "ResourceTypes": "GET, HEAD, OPTIONS", "ServiceProviderConfig": "GET, HEAD, OPTIONS",
		} {
			for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} {
				if strings.Contains(allow, method) {
					continue
				}
				refused := p.sends(method, path, "{}").scim(405, `Method "`+method+`" not allowed.`)
				NewWithT(t).Expect(refused.header.Get("Allow")).To(Equal(allow), path)
			}
			p.sends("OPTIONS", path, "").status(200).has("parses", `["application/scim+json","application/json"]`)
		}
	})
	t.Run("bodies", func(t *testing.T) {
		f.t = t
		for _, path := range []string{"Users", "Groups"} {
			single := map[string]string{"Users": "user", "Groups": "group"}[path]
			p.sends("POST", path, "").scim(400, "Invalid "+single+" data")
			p.sends("POST", path, "{").scim(400, "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)")
			for _, body := range []string{"[]", "null", "1", `"x"`, "{}"} {
				p.sends("POST", path, body).scim(400, "Invalid "+single+" data")
			}
			p.do("POST", p.base+path, "text/plain", "{}").scim(415, `Unsupported media type "text/plain" in request.`)
			p.do("POST", p.base+path, "application/x-www-form-urlencoded", "a=1").scim(415, `Unsupported media type "application/x-www-form-urlencoded" in request.`)
			p.sends("POST", path, strings.Repeat(`{"a":`, 100_000)).status(400).has("status", "400")
			p.sends("POST", path, `{"displayName": "`+strings.Repeat("x", 10<<20)+`"}`).scim(413, "Request body exceeds the limit of 4194304 bytes.")
		}
		for path, detail := range map[string]string{user: "Failed to update user", group: "Failed to update group"} {
			for _, body := range []string{"{", "[]", "null", "1", `{"Operations": null}`, `{"Operations": {}}`, `{"Operations": [1]}`} {
				p.sends("PATCH", path, body).scim(400, detail)
			}
			p.do("PATCH", p.base+path, "text/plain", "{}").scim(415, `Unsupported media type "text/plain" in request.`)
			p.sends("PATCH", path, "{}").status(200)
			p.sends("PATCH", path, "").status(200)
			p.do("PATCH", p.base+path, "application/json; charset=utf-8", `{"schemas": ["urn:example:unknown"], "Operations": []}`).status(200)
		}
	})
}

func TestSCIMDiscovery(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	p.gets("ServiceProviderConfig").bytes(200, `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],`+
		`"documentationUri":"https://posthog.com/docs/scim","patch":{"supported":true},`+
		`"bulk":{"supported":false,"maxOperations":0,"maxPayloadSize":0},"filter":{"supported":true,"maxResults":200},`+
		`"changePassword":{"supported":false},"sort":{"supported":false},"etag":{"supported":false},`+
		`"authenticationSchemes":[{"type":"oauthbearertoken","name":"OAuth Bearer Token",`+
		`"description":"Authentication scheme using the OAuth Bearer Token Standard",`+
		`"specUri":"https://www.rfc-editor.org/rfc/rfc6750.txt","documentationUri":"https://posthog.com/docs/settings/scim"}]}`)
	p.gets("ResourceTypes").bytes(200, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":2,"Resources":[`+
		`{"id":"User","name":"User","endpoint":"`+p.base+`Users","schema":"urn:ietf:params:scim:schemas:core:2.0:User"},`+
		`{"id":"Group","name":"Group","endpoint":"`+p.base+`Groups","schema":"urn:ietf:params:scim:schemas:core:2.0:Group"}]}`)
	p.gets("Schemas").bytes(200, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":2,"Resources":[`+
		`{"id":"urn:ietf:params:scim:schemas:core:2.0:User","name":"User","description":"User Account"},`+
		`{"id":"urn:ietf:params:scim:schemas:core:2.0:Group","name":"Group","description":"Group"}]}`)
}

// FuzzSCIM throws anything at the SCIM server: it never crashes, and refuses in its
// own form.
func FuzzSCIM(f *testing.F) {
	server := newFake(f)
	p := server.provider()
	paths := []string{"Users", p.newUser("fuzz"), "Groups", p.newGroup("fuzz")}
	methods := []string{"GET", "POST", "PUT", "PATCH"}
	f.Add(uint8(0), uint8(0), `filter=userName+eq+"a"&startIndex=1&count=2`, "")
	f.Add(uint8(0), uint8(1), "", scimPerson(p.email("x"), "A", "B"))
	f.Add(uint8(1), uint8(2), "", `{"emails": [{"value": null}], "name": 1}`)
	f.Add(uint8(1), uint8(3), "", `{"Operations": [{"op": "replace", "path": "emails[type eq \"work\"].value", "value": "x"}, {"op": "Add", "value": {"active": "False", "name": {"givenName": null}}}]}`)
	f.Add(uint8(3), uint8(3), "", `{"Operations": [{"op": "remove", "path": "members[value eq \"7\"]"}, {"op": "add", "path": "members", "value": [{"value": 1e99}]}]}`)
	f.Add(uint8(2), uint8(1), "", `{"displayName": "\ud800", "members": [{"value": "１"}, {}]}`)
	f.Fuzz(func(t *testing.T, path, method uint8, query, body string) {
		server.t = t
		answer := p.sends(methods[int(method)%len(methods)], paths[int(path)%len(paths)]+"?"+escape(query), body)
		if answer.code >= 500 {
			answer.fail("a crash")
		}
		if answer.code >= 400 && answer.get("schemas.0").String() != "urn:ietf:params:scim:api:messages:2.0:Error" {
			answer.fail("a refusal in another form")
		}
	})
}

// Every answer with a resource shows the part of it that is asked for.
func TestSCIMShowsPartsOfResources(t *testing.T) {
	f := newFake(t)
	p := f.provider()
	user := p.newUser("parts")
	group := p.newGroup("Parts", user)
	id, schemas := number(user), `"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]`
	email := p.email("parts")
	only := fmt.Sprintf(`{%s,"id":%q,"userName":%q,"emails":[{"value":%q}]}`, schemas, id, email, email)
	query := "?attributes=USERNAME,emails.value,nickName"
	p.gets(user+query).bytes(200, only)
	p.sends("PUT", user+query, scimPerson(email, "Ada", "Finch")).bytes(200, only)
	p.sends("PATCH", user+query, `{"Operations": [{"op": "replace", "path": "name.givenName", "value": "Eve"}]}`).bytes(200, only)
	p.gets(user).has("name.givenName", `"Eve"`)
	p.gets("Users"+query+"&filter=userName+eq+%22"+email+"%22").bytes(200,
		`{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":1,"startIndex":1,"itemsPerPage":1,"Resources":[`+only+`]}`)
	p.gets(user+"?excludedAttributes=name.familyName,emails,meta,groups,id").bytes(200,
		fmt.Sprintf(`{%s,"id":%q,"userName":%q,"name":{"givenName":"Eve"},"active":true,"displayName":"Eve Finch"}`, schemas, id, email))
	created := p.sends("POST", "Users?attributes=active", scimPerson(p.email("parts2"), "A", "B")).status(201)
	created.bytes(201, fmt.Sprintf(`{%s,"id":%q,"active":true}`, schemas, created.get("id").String()))

	without := fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"id":%q,"displayName":"Parts"}`, strings.TrimPrefix(group, "Groups/"))
	query = "?excludedAttributes=members,meta"
	p.gets(group+query).bytes(200, without)
	p.sends("POST", "Groups"+query, `{"displayName": "Parts"}`).bytes(201, without)
	p.sends("PATCH", group+query, `{}`).bytes(200, without)
	p.gets("Groups"+query+"&filter=displayName+eq+%22Parts%22").has("Resources", "["+without+"]")
	p.gets(group+"?attributes=members.value,members.$ref").has("members", `[{"value":"`+id+`","$ref":"`+p.base+user+`"}]`)
	p.sends("PUT", group+"?attributes=urn:ietf:params:scim:schemas:core:2.0:Group:displayName", `{"displayName": "Parts"}`).bytes(200, without)

	p.gets("Users/x"+query).scim(404, "User not found")
	plain := p.gets("ServiceProviderConfig").status(200)
	p.gets("ServiceProviderConfig?attributes=patch").bytes(200, string(plain.body))
}
