package server_test

import (
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestOriginsThatMayUseTheAPI(t *testing.T) {
	f := mocktest.New(t, mock.WithCORSOrigins("https://App.example.com:443/", "capacitor://localhost"))
	for _, tc := range []struct {
		name, origin string
		may          bool
	}{
		{"localhost", "http://localhost:5173", true},
		{"localhost over TLS", "https://localhost", true},
		{"a name below localhost", "http://app.localhost:3000", true},
		{"IPv4", "http://127.0.0.1:5173", true},
		{"another loopback address", "http://127.8.8.8:5173", true},
		{"IPv6", "http://[::1]:5173", true},
		{"one that was named", "https://app.example.com", true},
		{"one of an app", "capacitor://localhost", true},
		{"another port of it", "https://app.example.com:8443", false},
		{"without TLS", "http://app.example.com", false},
		{"another site", "https://evil.example", false},
		{"a site that begins so", "http://localhost.evil.example", false},
		{"a site that ends so", "http://evillocalhost", false},
		{"an address that begins so", "http://127.0.0.1.evil.example", false},
		{"with a user", "http://localhost@evil.example", false},
		{"the local network", "http://192.168.1.4:3000", false},
		{"an extension", "chrome-extension://localhost", false},
		{"none", "null", false},
		{"a file", "file://", false},
		{"not an origin", "http://localhost:5173/", false},
		{"nonsense", "http://[::1", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			g := NewWithT(t)
			caller := f.Page(tc.origin).And("Authorization", "Bearer "+f.Known("credentials.admin.personal_api_key"))
			asked := f.Page(tc.origin).Preflight(f.Org("domains"), "POST", "authorization,content-type")
			if !tc.may {
				g.Expect(caller.Get(f.Org("domains")).Status(403).Header).NotTo(HaveKey("Access-Control-Allow-Origin"))
				g.Expect(caller.Get(f.Org("domains")).Get("understudy").String()).To(Equal("refused_origin"))
				g.Expect(asked.Status(403).Header).NotTo(HaveKey("Access-Control-Allow-Origin"))
				return
			}
			for _, header := range []http.Header{caller.Get(f.Org("domains")).Status(200).Header, asked.Status(204).Header} {
				g.Expect(header).To(HaveKeyWithValue("Access-Control-Allow-Origin", []string{tc.origin}))
				g.Expect(header).To(HaveKeyWithValue("Access-Control-Allow-Credentials", []string{"true"}))
			}
		})
	}
}

func TestPreflight(t *testing.T) {
	f := mocktest.New(t)
	for _, tc := range []struct{ name, path, method string }{
		{"read", f.Org("domains"), "GET"},
		{"write", f.Org("domains"), "POST"},
		{"replace", f.Org("domains", "x"), "PUT"},
		{"change", f.Org("domains", "x"), "PATCH"},
		{"delete", f.Org("invites", "x"), "DELETE"},
		{"log in", "/api/login/", "POST"},
		{"log out", "/logout", "POST"},
		{"SCIM", "/scim/v2/" + f.Known("known.scim.domain_id") + "/Users", "POST"},
		{"a sandbox", "/_sandbox/mine" + f.Org("domains"), "POST"},
		{"a path that is not there", "/api/nothing/", "GET"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			g := NewWithT(t)
			const headers = "authorization,content-type,understudy-sandbox,x-csrftoken"
			asked := f.Page("http://localhost:5173").And("Access-Control-Request-Private-Network", "true").Preflight(tc.path, tc.method, headers).Status(204)
			g.Expect(asked.Body).To(BeEmpty())
			g.Expect(asked.Header).To(And(
				HaveKeyWithValue("Access-Control-Allow-Methods", []string{tc.method}),
				HaveKeyWithValue("Access-Control-Allow-Headers", []string{headers}),
				HaveKeyWithValue("Access-Control-Allow-Private-Network", []string{"true"}),
				HaveKeyWithValue("Access-Control-Max-Age", []string{"600"}),
				HaveKeyWithValue("Vary", ContainElement(And(ContainSubstring("Origin"), ContainSubstring("Access-Control-Request-Headers")))),
			))
		})
	}
}

// What is no preflight is answered by the API: OPTIONS describes
// an endpoint.
func TestOptionsOfTheAPI(t *testing.T) {
	f := mocktest.New(t)
	admin := f.As("admin")
	described := admin.Do("OPTIONS", f.Org("domains"), "", "").Status(200)
	for _, tc := range []struct {
		name   string
		caller *mocktest.Caller
	}{
		{"no preflight", admin.And("Origin", "http://localhost:5173")},
		{"no origin", admin.And("Access-Control-Request-Method", "GET")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			tc.caller.Do("OPTIONS", f.Org("domains"), "", "").Bytes(200, string(described.Body))
		})
	}
}

func TestHeadersThatPagesMayRead(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	g.Expect(f.As("admin").Get(f.Org("domains")).Header).To(HaveKeyWithValue("Vary", []string{"Origin"}))
	allowed := f.Page("http://localhost:5173").Get(f.Org("domains")).Status(401)
	g.Expect(allowed.Header.Get("Access-Control-Expose-Headers")).To(And(ContainSubstring("Retry-After"), ContainSubstring("Understudy-Fault")))
	g.Expect(allowed.Header).To(HaveKeyWithValue("Vary", []string{"Origin"}))
	g.Expect(f.Page("http://localhost:5173").Get("/nowhere").Status(404).Header).NotTo(HaveKey("Access-Control-Allow-Origin"), "no part of the API")
}

// A form of any page can carry a key that everybody knows.
func TestAPIRefusesForeignPages(t *testing.T) {
	f := mocktest.New(t)
	form := "target_email=foreign@example.com&personal_api_key=" + f.Known("credentials.admin.personal_api_key")
	for _, tc := range []struct {
		name string
		from *mocktest.Caller
		want int
	}{
		{"a form of another site", f.With("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"), 403},
		{"one without an origin", f.With("Origin", "null", "Sec-Fetch-Site", "cross-site"), 403},
		{"a browser that says less", f.With("Origin", "https://evil.example"), 403},
		{"and nothing of its origin", f.With("Origin", "null"), 403},
		{"another name of the same site", f.With("Origin", "https://other.fake.test", "Sec-Fetch-Site", "same-site"), 403},
		{"a page of the server", f.With("Origin", "http://fake.test", "Sec-Fetch-Site", "same-origin"), 201},
		{"a program", f.Anonymous(), 201},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			f.Reset()
			tc.from.Form(f.Org("invites"), form).Status(tc.want)
		})
	}
	f.T = t
	image := f.With("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image")
	image.Get("/api/users/@me/?personal_api_key=" + f.Known("credentials.admin.personal_api_key")).Status(403)
	link := f.With("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
	link.Get("/api/users/@me/?personal_api_key=" + f.Known("credentials.admin.personal_api_key")).Status(200)
}

// A sandbox is made when somebody asks for it, and a page of another origin is nobody.
func TestForeignPagesMakeNoSandbox(t *testing.T) {
	f := mocktest.New(t)
	image := f.With("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image")
	link := f.With("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
	for _, path := range []string{"/api/users/@me/", "/_understudy/health", "/_understudy/", "/scim/v2/", "/x.png", ""} {
		image.Get("/_sandbox/foreign" + path).Status(403)
		link.Get("/_sandbox/foreign"+path).Status(404).Has("understudy", `"no_such_sandbox"`)
		f.Page("https://evil.example").Preflight("/_sandbox/foreign"+path, "POST", "understudy-sandbox").Status(403)
	}
	f.Anonymous().Get("/_understudy/sandboxes").Status(200).Has("count", "1")
	f.Page("http://localhost:5173").Get("/_sandbox/mine/api/users/@me/").Status(401)
	f.Anonymous().Get("/_understudy/sandboxes").Status(200).Has("count", "2")
	link.Get("/_sandbox/mine/_understudy/").Status(200)
}

func TestOriginsThatAreNone(t *testing.T) {
	for _, origin := range []string{"*", "null", "", "localhost:5173", "https://*.example.com", "https://app.example.com/path", "https://user@app.example.com", "https://"} {
		t.Run(origin, func(t *testing.T) {
			_, err := mock.New(mock.WithCORSOrigins("https://app.example.com", origin))
			NewWithT(t).Expect(err).To(MatchError(ContainSubstring("is no origin: want one such as https://app.example.com")))
		})
	}
}

// FuzzOrigins: whatever a page says of its origin, it is this machine or it is refused.
func FuzzOrigins(f *testing.F) {
	server := mocktest.New(f)
	for _, origin := range []string{"http://localhost:5173", "http://127.0.0.1", "https://[::1]:1", "http://a.localhost", "null", "http://localhost@evil.example", "http://localhost\\.evil.example", "http://%6cocalhost"} {
		f.Add(origin)
	}
	local := regexp.MustCompile(`(?i)^https?://(([^@/?#\\:]*\.)?localhost|127(\.\d+){3}|\[[0-9a-f:.]+\])(:\d*)?$`)
	f.Fuzz(func(t *testing.T, origin string) {
		server.T = t
		header := server.With("Origin", origin).Get("/api/users/@me/").Header
		if allowed := header.Get("Access-Control-Allow-Origin"); allowed != "" && (allowed != origin || !local.MatchString(origin)) {
			t.Errorf("pages of %q may read", origin)
		}
	})
}

// Every header of the fake's own that an answer of the API can have may be read by a page of
// another origin. A new one is found in the sources, and is exposed or said to be something else.
func TestOwnHeadersAreExposed(t *testing.T) {
	g := NewWithT(t)
	others := map[string]string{
		"Understudy-Control": "requests have it", "Understudy-Control-Token": "requests have it", "Understudy-Sandbox": "requests have it",
		"Understudy-World": "requests have it", "Understudy-Strict": "requests have it",
		"Understudy-Version": "the control plane has it, which no other origin may use",
	}
	f := mocktest.New(t)
	exposed := f.Page("http://localhost:5173").And("Authorization", "Bearer "+f.Known("credentials.admin.personal_api_key")).
		Get(f.Org("domains")).Status(200).Header.Get("Access-Control-Expose-Headers")
	literal, found := regexp.MustCompile(`"(Understudy-[A-Za-z-]+)"`), 0
	g.Expect(filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, match := range literal.FindAllSubmatch(text, -1) {
			found++
			if name := string(match[1]); others[name] == "" {
				g.Expect(strings.Split(exposed, ", ")).To(ContainElement(name), "%s: list it in exposedHeaders, or say here what it is", path)
			}
		}
		return err
	})).To(Succeed())
	g.Expect(found).To(BeNumerically(">", 5))
}
