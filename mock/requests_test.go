package mock_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

func TestTrailingSlashIsOptional(t *testing.T) {
	f := newFake(t)
	id := f.newConfig(`{}`)
	for _, path := range []string{f.org("domains"), f.org("identity_provider_configs", id), "/api/organizations/", "/api/users/@me/"} {
		with := f.as("admin").get(path).status(200)
		without := f.as("admin").get(strings.TrimSuffix(path, "/")).status(200)
		if with.get("id").Raw != without.get("id").Raw {
			t.Errorf("%s answers differently without its slash", path)
		}
	}
	f.as("admin").patch(strings.TrimSuffix(f.org("identity_provider_configs", id), "/"), `{"name": "n"}`).status(200)
	f.as("admin").delete(strings.TrimSuffix(f.org("identity_provider_configs", id), "/")).status(204)
}

func TestUnknownPaths(t *testing.T) {
	f := newFake(t)
	for _, path := range []string{"/api/", "/api/nothing", f.org("nothing"), f.org("domains", "x", "y")} {
		f.anonymous().get(path).missing("Endpoint not found.")
	}
	f.anonymous().get("/elsewhere").status(404).has("understudy", `"no_such_page"`)
}

func TestMalformedIDs(t *testing.T) {
	f := newFake(t)
	for _, kind := range []string{"domains", "identity_provider_configs", "integrations"} {
		for _, id := range []string{"x", "0", "00000000-0000-4000-8000-000000000000", "%00", "' OR 1=1"} {
			f.as("admin").get(f.org(kind, strings.ReplaceAll(id, " ", "%20"))).missing("Not found.")
		}
	}
	f.as("admin").get(f.org("domains", f.known("known.other_organization.domain_id"))).missing("Not found.")
	f.as("admin").delete(f.org("identity_provider_configs", f.known("known.other_organization.identity_provider_config_id"))).missing("Not found.")
	f.as("admin").get(f.org("domains", strings.ToUpper(f.known("known.verified_domain.id")))).status(200)
}

func TestBodies(t *testing.T) {
	const dictionary = "Invalid data. Expected a dictionary, but got "
	f := newFake(t)
	path := f.org("identity_provider_configs")
	parse := func(a *answer, detail string) {
		t.Helper()
		a.refused(400, "invalid_request", "parse_error", detail, "")
	}
	json := func(body string) *answer { return f.as("admin").post(path, body) }
	json("").status(201)
	json("{}").status(201).has("name", `""`)
	json(`[]`).invalid("invalid_input", dictionary+"list.", "")
	json(`"x"`).invalid("invalid_input", dictionary+"str.", "")
	json(`5`).invalid("invalid_input", dictionary+"int.", "")
	json(`5.5`).invalid("invalid_input", dictionary+"float.", "")
	json(`true`).invalid("invalid_input", dictionary+"bool.", "")
	json(`null`).invalid("null", "No data provided", "")
	parse(json(`{`), "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)")
	parse(json(`{"a":1,}`), "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 8 (char 7)")
	parse(json(`nope`), "JSON parse error - Expecting value: line 1 column 1 (char 0)")
	parse(json("{\"name\": \"a\xffb\"}"), "JSON parse error - 'utf-8' codec can't decode byte 0xff in position 11: invalid start byte")
	parse(json(`{"name": NaN}`), "JSON parse error - Out of range float values are not JSON compliant: 'NaN'")
	parse(json(`{} {}`), "JSON parse error - Extra data: line 1 column 4 (char 3)")
	parse(json("{\"name\": \"a\nb\"}"), "JSON parse error - Invalid control character at: line 1 column 12 (char 11)")
	json(`{"name": `+strings.Repeat("[", 100_000)+`}`).status(400).has("code", `"parse_error"`)
	json(`{"name": 12.50, "nothing": {"deep": [1]}}`).status(201).has("name", `"12.5"`)
	json(`{"name": 1e400}`).status(201).has("name", `"inf"`)

	for _, contentType := range []string{"text/plain", "application/xml", "text/plain; charset=utf-8", "nonsense"} {
		f.as("admin").do("POST", path, contentType, "x").
			refused(415, "invalid_request", "unsupported_media_type", `Unsupported media type "`+contentType+`" in request.`, "")
		f.as("admin").do("POST", path, contentType, "").status(201)
	}
	f.as("admin").do("POST", path, "application/json; charset=utf-8", `{"name": "n"}`).status(201)
}

func TestForms(t *testing.T) {
	f := newFake(t)
	path := f.org("identity_provider_configs")
	f.as("admin").form(path, "name=a+b%21&id_jag_allowed_clients=x&id_jag_allowed_clients=y&scim_enabled=on").status(201).
		has("name", `"a b!"`).has("id_jag_allowed_clients", `["x","y"]`).has("has_scim", "true")
	f.as("admin").form(path, "id_jag_allowed_clients[0]=x&id_jag_allowed_clients[1]=&name=n").
		invalid("blank", "This field may not be blank.", "id_jag_allowed_clients__1")
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	g := NewWithT(t)
	g.Expect(m.WriteField("name", "multi")).To(Succeed())
	g.Expect(m.WriteField("saml_entity_id", "")).To(Succeed())
	g.Expect(m.Close()).To(Succeed())
	f.as("admin").do("POST", path, m.FormDataContentType(), body.String()).status(201).has("name", `"multi"`).has("saml_entity_id", `""`)
	f.as("admin").do("POST", path, "multipart/form-data", "x").status(400).has("code", `"parse_error"`)
}

func TestLargeBodies(t *testing.T) {
	f := newFake(t, mock.WithMaxBody(1000))
	path := f.org("identity_provider_configs")
	f.as("admin").post(path, `{"name": "`+strings.Repeat("x", 2000)+`"}`).
		refused(413, "invalid_request", "request_too_large", "Request body exceeds the limit of 1000 bytes.", "")
	f.as("admin").post(path, `{"name": "`+strings.Repeat("x", 256)+`"}`).
		invalid("max_length", "Ensure this field has no more than 255 characters.", "name")
}

func TestPages(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	path := f.org("identity_provider_configs")
	for i := range 7 {
		f.newConfig(fmt.Sprintf(`{"name": "page %d"}`, i))
	}
	total := int(f.as("admin").get(path).get("count").Int())
	page := func(query string) *answer {
		return f.as("admin").get(path+query).status(200).has("count", fmt.Sprint(total))
	}
	link := func(query string) string { return quote("http://fake.test" + path + query) }
	rows := func(a *answer) int { return len(a.get("results").Array()) }

	first := page("?limit=3").has("previous", "null").has("next", link("?limit=3&offset=3"))
	g.Expect(rows(first)).To(Equal(3))
	page("?limit=3&offset=3").has("previous", link("?limit=3")).has("next", link("?limit=3&offset=6"))
	page("?offset=2&limit=3").has("previous", link("?limit=3"))
	g.Expect(rows(page(fmt.Sprintf("?limit=3&offset=%d", total)))).To(BeZero())
	page("?limit=3&offset=1000").has("next", "null").has("previous", link("?limit=3&offset=997"))
	page("?limit=3&z=1&a=x+y").has("next", link("?a=x+y&limit=3&offset=3&z=1"))
	for _, bad := range []string{"0", "-1", "x", "1.5", "", "99999999999999999999999999x"} {
		page("?limit="+bad).has("next", "null")
		page("?limit=3&offset="+strings.Replace(bad, "0", "-5", 1)).has("previous", "null")
	}
	page("?limit=99999999999999999999999999").has("next", "null")
	g.Expect(rows(page("?limit=3&offset=99999999999999999999999999"))).To(BeZero())
	page("?limit=1&limit=2").has("next", link("?limit=2&offset=2"))
	f.as("admin").get(strings.TrimSuffix(path, "/")+"?limit=3").has("next", quote("http://fake.test"+strings.TrimSuffix(path, "/")+"?limit=3&offset=3"))
}

func TestListOrders(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	for _, name := range []string{"zz.example.com", "aa.example.com", "mm.example.com"} {
		f.newDomain(name)
	}
	var names []string
	for _, name := range f.as("admin").get(f.org("domains")).get("results.#.domain").Array() {
		names = append(names, name.String())
	}
	g.Expect(names).To(ContainElements("aa.example.com", "mm.example.com", "zz.example.com"))
	g.Expect(names).To(HaveEach(Not(BeEmpty())))
	for i := 1; i < len(names); i++ {
		g.Expect(names[i-1] < names[i]).To(BeTrue(), "%v", names)
	}
	one, two := f.newConfig(`{}`), f.newConfig(`{}`)
	configs := f.as("admin").get(f.org("identity_provider_configs")).get("results.#.id").Array()
	g.Expect(configs[len(configs)-2].String()).To(Equal(one))
	g.Expect(configs[len(configs)-1].String()).To(Equal(two))
}

func TestHeadAndOptions(t *testing.T) {
	f := newFake(t)
	f.as("admin").do("HEAD", f.org("domains"), "", "").status(200)
	f.as("admin").do("HEAD", f.org("domains", "x"), "", "").status(404)
	f.anonymous().do("HEAD", f.org("domains"), "", "").status(401)
	f.as("read_scopes").do("OPTIONS", f.org("domains"), "", "").status(200).has("name", `"Domains"`).
		has("renders", `["application/json"]`).has("parses.0", `"application/json"`)
	f.anonymous().do("OPTIONS", f.org("domains"), "", "").status(401)
}

func TestOnlyJSONIsServed(t *testing.T) {
	f := newFake(t)
	f.as("admin").and("Accept", "application/xml").get(f.org("domains")).
		refused(406, "invalid_request", "not_acceptable", "Could not satisfy the request Accept header.", "")
	f.as("admin").and("Accept", "text/html, */*;q=0.8").get(f.org("domains")).status(200)
	f.as("admin").get(f.org("domains") + "?format=json").status(200)
	f.as("admin").get(f.org("domains") + "?format=").status(200)
	f.as("admin").get(f.org("domains") + "?format=csv").missing("Not found.")
	f.anonymous().and("Accept", "text/html").get(f.org("domains") + "?format=api").missing("Not found.")
}

// A form says nothing of a box that is not ticked, unless the field has a default of its
// own; and an empty related field is none.
func TestWhatFormsLeaveOut(t *testing.T) {
	f := newFake(t)
	f.as("admin").form(f.org("invites"), "target_email=left.out@example.com").status(201).has("emailing_attempt_made", "true")
	f.as("admin").form(f.org("invites"), "target_email=left.out@example.com&send_email=off").status(201).has("emailing_attempt_made", "false")
	domain := f.org("domains", f.known("known.verified_domain.id"))
	const unlinked = "identity_provider_config"
	config := f.as("admin").post(f.org("identity_provider_configs"), `{"name": "linked"}`).status(201).get("id").String()
	link := `{"identity_provider_config": "` + config + `"}`
	for _, tc := range []struct{ name, contentType, body string }{
		{"a form", "application/x-www-form-urlencoded", "identity_provider_config="},
		{"JSON", "application/json", `{"identity_provider_config": ""}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.as("admin").patch(domain, link).status(200).has(unlinked, `"`+config+`"`)
			f.as("admin").do("PATCH", domain, tc.contentType, tc.body).status(200).has(unlinked, "null")
		})
	}
}

// Twenty callers claim one name at the same time: one gets it, and nobody sees
// anything but the two answers that there are.
func TestSimultaneousWrites(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	codes := make([]int, 20)
	var wait sync.WaitGroup
	for i := range codes {
		wait.Go(func() {
			codes[i] = f.as("admin").post(f.org("domains"), `{"domain": "race.example.com"}`).code
			f.as("admin").get(f.org("domains")).status(200)
			f.invite(`{"target_email": "race@example.com"}`).status(201)
		})
	}
	wait.Wait()
	created := 0
	for _, code := range codes {
		g.Expect(code).To(BeElementOf(http.StatusCreated, http.StatusBadRequest))
		if code == http.StatusCreated {
			created++
		}
	}
	g.Expect(created).To(Equal(1))
	g.Expect(f.pendingFor("race@example.com")).To(HaveLen(1))
}

// The same world, seed, clock and calls give the same bytes.
func TestSameCallsSameBytes(t *testing.T) {
	run := func(seed int64) string {
		var log strings.Builder
		f := newFake(t, mock.WithSeed(seed))
		for _, a := range []*answer{
			f.as("admin").post(f.org("domains"), `{"domain": "same.example.com"}`),
			f.as("admin").post(f.org("identity_provider_configs"), `{"scim_enabled": true}`),
			f.invite(`{"target_email": "same@example.com"}`),
			f.anonymous().post("/api/login/", `{"email": `+quote(f.known("credentials.admin.email"))+`, "password": `+quote(f.known("credentials.admin.password"))+`}`),
			f.as("admin").get(f.org("invites")),
			f.as("admin").post(f.org("domains"), `{"domain": "same.example.com"}`),
		} {
			fmt.Fprintln(&log, a.code, a.header, string(a.body))
		}
		return log.String()
	}
	g := NewWithT(t)
	g.Expect(run(7)).To(Equal(run(7)))
	g.Expect(run(7)).NotTo(Equal(run(8)))
}

func TestReset(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	before := string(f.as("admin").get(f.org("domains")).body)
	first := f.newDomain("reset.example.com")
	admin := f.session("admin")
	f.anonymous().post("/_understudy/reset", "").status(204)
	admin.get(f.org("domains")).status(401)
	f.with("Cookie", f.known("credentials.admin.session.cookie")).get(f.org("domains")).status(200)
	g.Expect(string(f.as("admin").get(f.org("domains")).body)).To(Equal(before))
	g.Expect(f.newDomain("reset.example.com")).To(Equal(first), "identifiers start again")
}

func TestHosts(t *testing.T) {
	f := newFake(t, mock.WithHosts("fake.test"))
	f.anonymous().get("/_understudy/health").status(200).has("status", `"ok"`)
	closed := newFake(t, mock.WithHosts(mock.LoopbackHosts...))
	closed.anonymous().get("/_understudy/health").status(http.StatusMisdirectedRequest).has("understudy", `"refused_host"`)
}
