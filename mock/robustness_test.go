package mock_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/mock"
)

// FuzzRequests throws anything at every kind of operation: the answer is always
// one that the API has, never a crash, and a refusal has the API's form.
func FuzzRequests(f *testing.F) {
	server := newFake(f)
	server.noise = true
	paths := []string{
		server.org("domains"), server.org("domains", server.known("known.verified_domain.id")), server.org("identity_provider_configs"),
		server.org("invites"), server.org("integrations", server.known("known.integrations.connectable"), "environment-mapping"),
		server.org("domains", server.known("known.scim.domain_id"), "scim", "logs"), "/api/login/", "/api/organizations/", "/_understudy/clock",
	}
	methods := []string{"GET", "POST", "PUT", "PATCH", "HEAD", "OPTIONS"}
	contentTypes := []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain", ""}
	f.Add(uint8(0), uint8(1), uint8(0), "limit=1", `{"domain": "fuzz.example.com"}`)
	f.Add(uint8(1), uint8(3), uint8(0), "", `{"id_jag_issuer_url": "http://[::1", "id_jag_allowed_clients": [null, 1e999, "\ud800"]}`)
	f.Add(uint8(2), uint8(1), uint8(1), "", `name=%ff%zz&id_jag_allowed_clients[0]=&scim_enabled`)
	f.Add(uint8(2), uint8(1), uint8(2), "", "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx\r\n--b--\r\n")
	f.Add(uint8(3), uint8(1), uint8(0), "", `{"target_email": "a@b.example", "private_project_access": [{"id": 1e99, "level": {}}]}`)
	f.Add(uint8(5), uint8(0), uint8(4), "page=last&page_size=-1&after=2026-01-01&search=a%40b.c", "")
	f.Fuzz(func(t *testing.T, path, method, contentType uint8, query, body string) {
		server.t = t
		caller := server.session("admin")
		answer := caller.do(methods[int(method)%len(methods)], paths[int(path)%len(paths)]+"?"+escape(query), contentTypes[int(contentType)%len(contentTypes)], body)
		if answer.code >= 500 {
			answer.fail("a crash")
		}
		if answer.code >= 400 && len(answer.body) > 0 && !answer.get("detail").Exists() {
			answer.fail("a refusal without a detail")
		}
	})
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

func TestHugeAndDeepBodies(t *testing.T) {
	f := newFake(t)
	path := f.org("identity_provider_configs")
	f.as("admin").post(path, `{"name": "`+strings.Repeat("x", mockMax)+`"}`).status(http.StatusRequestEntityTooLarge)
	f.as("admin").post(path, strings.Repeat(`{"a":`, 100_000)).status(400).has("code", `"parse_error"`)
	f.as("admin").post(path, `{"saml_x509_cert": "`+strings.Repeat("x", 1<<20)+`"}`).status(201)
	f.as("admin").form(path, strings.Repeat("a=1&", 50_000)).status(201)
	f.as("admin").get(path + "?" + strings.Repeat("limit=1&", 20_000)).status(200)
}

const mockMax = 4 << 20

// A client that sends everything before it listens still reads the refusal.
func TestLargeBodyOverTheWire(t *testing.T) {
	fake := mock.Start(t)
	address := fake.URL + "/api/organizations/@current/invites/"
	for _, length := range []int64{20 << 20, -1} { // with a length, and in chunks
		request, err := http.NewRequest(http.MethodPost, address, io.LimitReader(endless{}, 20<<20))
		if err != nil {
			t.Fatal(err)
		}
		request.ContentLength = length
		request.Header.Set("Content-Type", "application/json")
		response, err := fake.Client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("status %d, want 413", response.StatusCode)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}
