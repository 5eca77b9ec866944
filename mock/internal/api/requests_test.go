package api_test

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
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestMalformedIDs(t *testing.T) {
	f := mocktest.New(t)
	for _, kind := range []string{"domains", "identity_provider_configs", "integrations"} {
		for _, id := range []string{"x", "0", "00000000-0000-4000-8000-000000000000", "%00", "' OR 1=1"} {
			f.As("admin").Get(f.Org(kind, strings.ReplaceAll(id, " ", "%20"))).Missing("Not found.")
		}
	}
	f.As("admin").Get(f.Org("domains", f.Known("known.other_organization.domain_id"))).Missing("Not found.")
	f.As("admin").Delete(f.Org("identity_provider_configs", f.Known("known.other_organization.identity_provider_config_id"))).Missing("Not found.")
	f.As("admin").Get(f.Org("domains", strings.ToUpper(f.Known("known.verified_domain.id")))).Status(200)
}

func TestBodies(t *testing.T) {
	const dictionary = "Invalid data. Expected a dictionary, but got "
	f := mocktest.New(t)
	path := f.Org("identity_provider_configs")
	parse := func(a *mocktest.Answer, detail string) {
		t.Helper()
		a.Refused(400, "invalid_request", "parse_error", detail, "")
	}
	json := func(body string) *mocktest.Answer { return f.As("admin").Post(path, body) }
	json("").Status(201)
	json("{}").Status(201).Has("name", `""`)
	json(`[]`).Invalid("invalid_input", dictionary+"list.", "")
	json(`"x"`).Invalid("invalid_input", dictionary+"str.", "")
	json(`5`).Invalid("invalid_input", dictionary+"int.", "")
	json(`5.5`).Invalid("invalid_input", dictionary+"float.", "")
	json(`true`).Invalid("invalid_input", dictionary+"bool.", "")
	json(`null`).Invalid("null", "No data provided", "")
	parse(json(`{`), "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 2 (char 1)")
	parse(json(`{"a":1,}`), "JSON parse error - Expecting property name enclosed in double quotes: line 1 column 8 (char 7)")
	parse(json(`nope`), "JSON parse error - Expecting value: line 1 column 1 (char 0)")
	parse(json("{\"name\": \"a\xffb\"}"), "JSON parse error - 'utf-8' codec can't decode byte 0xff in position 11: invalid start byte")
	parse(json(`{"name": NaN}`), "JSON parse error - Out of range float values are not JSON compliant: 'NaN'")
	parse(json(`{} {}`), "JSON parse error - Extra data: line 1 column 4 (char 3)")
	parse(json("{\"name\": \"a\nb\"}"), "JSON parse error - Invalid control character at: line 1 column 12 (char 11)")
	json(`{"name": `+strings.Repeat("[", 100_000)+`}`).Status(400).Has("code", `"parse_error"`)
	json(`{"name": 12.50, "nothing": {"deep": [1]}}`).Status(201).Has("name", `"12.5"`)
	json(`{"name": 1e400}`).Status(201).Has("name", `"inf"`)

	for _, contentType := range []string{"text/plain", "application/xml", "text/plain; charset=utf-8", "nonsense"} {
		f.As("admin").Do("POST", path, contentType, "x").
			Refused(415, "invalid_request", "unsupported_media_type", `Unsupported media type "`+contentType+`" in request.`, "")
		f.As("admin").Do("POST", path, contentType, "").Status(201)
	}
	f.As("admin").Do("POST", path, "application/json; charset=utf-8", `{"name": "n"}`).Status(201)
}

func TestForms(t *testing.T) {
	f := mocktest.New(t)
	path := f.Org("identity_provider_configs")
	f.As("admin").Form(path, "name=a+b%21&id_jag_allowed_clients=x&id_jag_allowed_clients=y&scim_enabled=on").Status(201).
		Has("name", `"a b!"`).Has("id_jag_allowed_clients", `["x","y"]`).Has("has_scim", "true")
	f.As("admin").Form(path, "id_jag_allowed_clients[0]=x&id_jag_allowed_clients[1]=&name=n").
		Invalid("blank", "This field may not be blank.", "id_jag_allowed_clients__1")
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	g := NewWithT(t)
	g.Expect(m.WriteField("name", "multi")).To(Succeed())
	g.Expect(m.WriteField("saml_entity_id", "")).To(Succeed())
	g.Expect(m.Close()).To(Succeed())
	f.As("admin").Do("POST", path, m.FormDataContentType(), body.String()).Status(201).Has("name", `"multi"`).Has("saml_entity_id", `""`)
	f.As("admin").Do("POST", path, "multipart/form-data", "x").Status(400).Has("code", `"parse_error"`)
}

func TestLargeBodies(t *testing.T) {
	f := mocktest.New(t, mock.WithMaxBody(1000))
	path := f.Org("identity_provider_configs")
	f.As("admin").Post(path, `{"name": "`+strings.Repeat("x", 2000)+`"}`).
		Refused(413, "invalid_request", "request_too_large", "Request body exceeds the limit of 1000 bytes.", "")
	f.As("admin").Post(path, `{"name": "`+strings.Repeat("x", 256)+`"}`).
		Invalid("max_length", "Ensure this field has no more than 255 characters.", "name")
}

func TestPages(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	path := f.Org("identity_provider_configs")
	for i := range 7 {
		f.NewConfig(fmt.Sprintf(`{"name": "page %d"}`, i))
	}
	total := int(f.As("admin").Get(path).Get("count").Int())
	page := func(query string) *mocktest.Answer {
		return f.As("admin").Get(path+query).Status(200).Has("count", fmt.Sprint(total))
	}
	link := func(query string) string { return mocktest.Quote("http://fake.test" + path + query) }
	rows := func(a *mocktest.Answer) int { return len(a.Get("results").Array()) }

	first := page("?limit=3").Has("previous", "null").Has("next", link("?limit=3&offset=3"))
	g.Expect(rows(first)).To(Equal(3))
	page("?limit=3&offset=3").Has("previous", link("?limit=3")).Has("next", link("?limit=3&offset=6"))
	page("?offset=2&limit=3").Has("previous", link("?limit=3"))
	g.Expect(rows(page(fmt.Sprintf("?limit=3&offset=%d", total)))).To(BeZero())
	page("?limit=3&offset=1000").Has("next", "null").Has("previous", link("?limit=3&offset=997"))
	page("?limit=3&z=1&a=x+y").Has("next", link("?a=x+y&limit=3&offset=3&z=1"))
	for _, bad := range []string{"0", "-1", "x", "1.5", "", "99999999999999999999999999x"} {
		page("?limit="+bad).Has("next", "null")
		page("?limit=3&offset="+strings.Replace(bad, "0", "-5", 1)).Has("previous", "null")
	}
	page("?limit=99999999999999999999999999").Has("next", "null")
	g.Expect(rows(page("?limit=3&offset=99999999999999999999999999"))).To(BeZero())
	page("?limit=1&limit=2").Has("next", link("?limit=2&offset=2"))
	f.As("admin").Get(strings.TrimSuffix(path, "/")+"?limit=3").Has("next", mocktest.Quote("http://fake.test"+strings.TrimSuffix(path, "/")+"?limit=3&offset=3"))
}

func TestListOrders(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	for _, name := range []string{"zz.example.com", "aa.example.com", "mm.example.com"} {
		f.NewDomain(name)
	}
	var names []string
	for _, name := range f.As("admin").Get(f.Org("domains")).Get("results.#.domain").Array() {
		names = append(names, name.String())
	}
	g.Expect(names).To(ContainElements("aa.example.com", "mm.example.com", "zz.example.com"))
	g.Expect(names).To(HaveEach(Not(BeEmpty())))
	for i := 1; i < len(names); i++ {
		g.Expect(names[i-1] < names[i]).To(BeTrue(), "%v", names)
	}
	one, two := f.NewConfig(`{}`), f.NewConfig(`{}`)
	configs := f.As("admin").Get(f.Org("identity_provider_configs")).Get("results.#.id").Array()
	g.Expect(configs[len(configs)-2].String()).To(Equal(one))
	g.Expect(configs[len(configs)-1].String()).To(Equal(two))
}

func TestHeadAndOptions(t *testing.T) {
	f := mocktest.New(t)
	f.As("admin").Do("HEAD", f.Org("domains"), "", "").Status(200)
	f.As("admin").Do("HEAD", f.Org("domains", "x"), "", "").Status(404)
	f.Anonymous().Do("HEAD", f.Org("domains"), "", "").Status(401)
	f.As("read_scopes").Do("OPTIONS", f.Org("domains"), "", "").Status(200).Has("name", `"Domains"`).
		Has("renders", `["application/json"]`).Has("parses.0", `"application/json"`)
	f.Anonymous().Do("OPTIONS", f.Org("domains"), "", "").Status(401)
}

func TestOnlyJSONIsServed(t *testing.T) {
	f := mocktest.New(t)
	f.As("admin").And("Accept", "application/xml").Get(f.Org("domains")).
		Refused(406, "invalid_request", "not_acceptable", "Could not satisfy the request Accept header.", "")
	f.As("admin").And("Accept", "text/html, */*;q=0.8").Get(f.Org("domains")).Status(200)
	f.As("admin").Get(f.Org("domains") + "?format=json").Status(200)
	f.As("admin").Get(f.Org("domains") + "?format=").Status(200)
	f.As("admin").Get(f.Org("domains") + "?format=csv").Missing("Not found.")
	f.Anonymous().And("Accept", "text/html").Get(f.Org("domains") + "?format=api").Missing("Not found.")
}

// A form says nothing of a box that is not ticked, unless the field has a default of its
// own; and an empty related field is none.
func TestWhatFormsLeaveOut(t *testing.T) {
	f := mocktest.New(t)
	f.As("admin").Form(f.Org("invites"), "target_email=left.out@example.com").Status(201).Has("emailing_attempt_made", "true")
	f.As("admin").Form(f.Org("invites"), "target_email=left.out@example.com&send_email=off").Status(201).Has("emailing_attempt_made", "false")
	domain := f.Org("domains", f.Known("known.verified_domain.id"))
	const unlinked = "identity_provider_config"
	config := f.As("admin").Post(f.Org("identity_provider_configs"), `{"name": "linked"}`).Status(201).Get("id").String()
	link := `{"identity_provider_config": "` + config + `"}`
	for _, tc := range []struct{ name, contentType, body string }{
		{"a form", "application/x-www-form-urlencoded", "identity_provider_config="},
		{"JSON", "application/json", `{"identity_provider_config": ""}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			f.As("admin").Patch(domain, link).Status(200).Has(unlinked, `"`+config+`"`)
			f.As("admin").Do("PATCH", domain, tc.contentType, tc.body).Status(200).Has(unlinked, "null")
		})
	}
}

// Twenty callers claim one name at the same time: one gets it, and nobody sees
// anything but the two answers that there are.
func TestSimultaneousWrites(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	codes := make([]int, 20)
	var wait sync.WaitGroup
	for i := range codes {
		wait.Go(func() {
			codes[i] = f.As("admin").Post(f.Org("domains"), `{"domain": "race.example.com"}`).Code
			f.As("admin").Get(f.Org("domains")).Status(200)
			f.Invite(`{"target_email": "race@example.com"}`).Status(201)
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
	g.Expect(pendingFor(f, "race@example.com")).To(HaveLen(1))
}

// The same world, seed, clock and calls give the same bytes.
func TestSameCallsSameBytes(t *testing.T) {
	run := func(seed int64) string {
		var log strings.Builder
		f := mocktest.New(t, mock.WithSeed(seed))
		for _, a := range []*mocktest.Answer{
			f.As("admin").Post(f.Org("domains"), `{"domain": "same.example.com"}`),
			f.As("admin").Post(f.Org("identity_provider_configs"), `{"scim_enabled": true}`),
			f.Invite(`{"target_email": "same@example.com"}`),
			f.Anonymous().Post("/api/login/", `{"email": `+mocktest.Quote(f.Known("credentials.admin.email"))+`, "password": `+mocktest.Quote(f.Known("credentials.admin.password"))+`}`),
			f.As("admin").Get(f.Org("invites")),
			f.As("admin").Post(f.Org("domains"), `{"domain": "same.example.com"}`),
		} {
			fmt.Fprintln(&log, a.Code, a.Header, string(a.Body))
		}
		return log.String()
	}
	g := NewWithT(t)
	g.Expect(run(7)).To(Equal(run(7)))
	g.Expect(run(7)).NotTo(Equal(run(8)))
}
