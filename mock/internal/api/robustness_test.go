package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// FuzzRequests throws anything at every kind of operation: the answer is always
// one that the API has, never a crash, and a refusal has the API's form.
func FuzzRequests(f *testing.F) {
	server := mocktest.New(f)
	server.RandomInput = true
	paths := []string{
		server.Org("domains"), server.Org("domains", server.Known("known.verified_domain.id")), server.Org("identity_provider_configs"),
		server.Org("invites"), server.Org("integrations", server.Known("known.integrations.connectable"), "environment-mapping"),
		server.Org("domains", server.Known("known.scim.domain_id"), "scim", "logs"), "/api/login/", "/api/organizations/", "/_understudy/clock",
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
		server.T = t
		caller := server.Session("admin")
		answer := caller.Do(methods[int(method)%len(methods)], paths[int(path)%len(paths)]+"?"+escape(query), contentTypes[int(contentType)%len(contentTypes)], body)
		if answer.Code >= 500 {
			answer.Fail("a crash")
		}
		if answer.Code >= 400 && len(answer.Body) > 0 && !answer.Get("detail").Exists() {
			answer.Fail("a refusal without a detail")
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
	f := mocktest.New(t)
	path := f.Org("identity_provider_configs")
	f.As("admin").Post(path, `{"name": "`+strings.Repeat("x", maxBody)+`"}`).Status(http.StatusRequestEntityTooLarge)
	f.As("admin").Post(path, strings.Repeat(`{"a":`, 100_000)).Status(400).Has("code", `"parse_error"`)
	f.As("admin").Post(path, `{"saml_x509_cert": "`+strings.Repeat("x", 1<<20)+`"}`).Status(201)
	f.As("admin").Form(path, strings.Repeat("a=1&", 50_000)).Status(201)
	f.As("admin").Get(path + "?" + strings.Repeat("limit=1&", 20_000)).Status(200)
}

const maxBody = 4 << 20 // the default of mock.WithMaxBody

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
