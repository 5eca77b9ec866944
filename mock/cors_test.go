package mock_test

import (
	"net/http"
	"regexp"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

// page calls as a browser does for a page of an origin: what the page asks for comes
// from another site, unless a name of the same site is given.
func (f *fake) page(origin string) *caller {
	return f.with("Origin", origin, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty")
}

// preflight asks as a browser does before it sends what a form could not.
func (c *caller) preflight(path, method, headers string) *answer {
	return c.and("Access-Control-Request-Method", method).and("Access-Control-Request-Headers", headers).do(http.MethodOptions, path, "", "")
}

func TestOriginsThatMayUseTheAPI(t *testing.T) {
	f := newFake(t, mock.WithCORSOrigins("https://App.example.com:443/", "capacitor://localhost"))
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
			f.t = t
			g := NewWithT(t)
			caller := f.page(tc.origin).and("Authorization", "Bearer "+f.known("credentials.admin.personal_api_key"))
			asked := f.page(tc.origin).preflight(f.org("domains"), "POST", "authorization,content-type")
			if !tc.may {
				g.Expect(caller.get(f.org("domains")).status(403).header).NotTo(HaveKey("Access-Control-Allow-Origin"))
				g.Expect(caller.get(f.org("domains")).get("understudy").String()).To(Equal("refused_origin"))
				g.Expect(asked.status(403).header).NotTo(HaveKey("Access-Control-Allow-Origin"))
				return
			}
			for _, header := range []http.Header{caller.get(f.org("domains")).status(200).header, asked.status(204).header} {
				g.Expect(header).To(HaveKeyWithValue("Access-Control-Allow-Origin", []string{tc.origin}))
				g.Expect(header).To(HaveKeyWithValue("Access-Control-Allow-Credentials", []string{"true"}))
			}
		})
	}
}

func TestPreflight(t *testing.T) {
	f := newFake(t)
	for _, tc := range []struct{ name, path, method string }{
		{"read", f.org("domains"), "GET"},
		{"write", f.org("domains"), "POST"},
		{"replace", f.org("domains", "x"), "PUT"},
		{"change", f.org("domains", "x"), "PATCH"},
		{"delete", f.org("invites", "x"), "DELETE"},
		{"log in", "/api/login/", "POST"},
		{"log out", "/logout", "POST"},
		{"SCIM", "/scim/v2/" + f.known("known.scim.domain_id") + "/Users", "POST"},
		{"a sandbox", "/_sandbox/mine" + f.org("domains"), "POST"},
		{"a path that is not there", "/api/nothing/", "GET"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			g := NewWithT(t)
			const headers = "authorization,content-type,understudy-sandbox,x-csrftoken"
			asked := f.page("http://localhost:5173").and("Access-Control-Request-Private-Network", "true").preflight(tc.path, tc.method, headers).status(204)
			g.Expect(asked.body).To(BeEmpty())
			g.Expect(asked.header).To(And(
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
	f := newFake(t)
	admin := f.as("admin")
	described := admin.do("OPTIONS", f.org("domains"), "", "").status(200)
	for _, tc := range []struct {
		name   string
		caller *caller
	}{
		{"no preflight", admin.and("Origin", "http://localhost:5173")},
		{"no origin", admin.and("Access-Control-Request-Method", "GET")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			tc.caller.do("OPTIONS", f.org("domains"), "", "").bytes(200, string(described.body))
		})
	}
}

func TestHeadersThatPagesMayRead(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	g.Expect(f.as("admin").get(f.org("domains")).header).To(HaveKeyWithValue("Vary", []string{"Origin"}))
	allowed := f.page("http://localhost:5173").get(f.org("domains")).status(401)
	g.Expect(allowed.header.Get("Access-Control-Expose-Headers")).To(And(ContainSubstring("Retry-After"), ContainSubstring("Understudy-Fault")))
	g.Expect(allowed.header).To(HaveKeyWithValue("Vary", []string{"Origin"}))
	g.Expect(f.page("http://localhost:5173").get("/nowhere").status(404).header).NotTo(HaveKey("Access-Control-Allow-Origin"), "no part of the API")
}

// A form of any page can carry a key that everybody knows.
func TestAPIRefusesForeignPages(t *testing.T) {
	f := newFake(t)
	form := "target_email=foreign@example.com&personal_api_key=" + f.known("credentials.admin.personal_api_key")
	for _, tc := range []struct {
		name string
		from *caller
		want int
	}{
		{"a form of another site", f.with("Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"), 403},
		{"one without an origin", f.with("Origin", "null", "Sec-Fetch-Site", "cross-site"), 403},
		{"a browser that says less", f.with("Origin", "https://evil.example"), 403},
		{"and nothing of its origin", f.with("Origin", "null"), 403},
		{"another name of the same site", f.with("Origin", "https://other.fake.test", "Sec-Fetch-Site", "same-site"), 403},
		{"a page of the server", f.with("Origin", "http://fake.test", "Sec-Fetch-Site", "same-origin"), 201},
		{"a program", f.anonymous(), 201},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			f.Reset()
			tc.from.form(f.org("invites"), form).status(tc.want)
		})
	}
	f.t = t
	image := f.with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image")
	image.get("/api/users/@me/?personal_api_key=" + f.known("credentials.admin.personal_api_key")).status(403)
	link := f.with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
	link.get("/api/users/@me/?personal_api_key=" + f.known("credentials.admin.personal_api_key")).status(200)
}

// A sandbox is made when somebody asks for it, and a page of another origin is nobody.
func TestForeignPagesMakeNoSandbox(t *testing.T) {
	f := newFake(t)
	image := f.with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image")
	link := f.with("Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
	for _, path := range []string{"/api/users/@me/", "/_understudy/health", "/_understudy/", "/scim/v2/", "/x.png", ""} {
		image.get("/_sandbox/foreign" + path).status(403)
		link.get("/_sandbox/foreign"+path).status(404).has("understudy", `"no_such_sandbox"`)
		f.page("https://evil.example").preflight("/_sandbox/foreign"+path, "POST", "understudy-sandbox").status(403)
	}
	f.anonymous().get("/_understudy/sandboxes").status(200).has("count", "1")
	f.page("http://localhost:5173").get("/_sandbox/mine/api/users/@me/").status(401)
	f.anonymous().get("/_understudy/sandboxes").status(200).has("count", "2")
	link.get("/_sandbox/mine/_understudy/").status(200)
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
	server := newFake(f)
	for _, origin := range []string{"http://localhost:5173", "http://127.0.0.1", "https://[::1]:1", "http://a.localhost", "null", "http://localhost@evil.example", "http://localhost\\.evil.example", "http://%6cocalhost"} {
		f.Add(origin)
	}
	local := regexp.MustCompile(`(?i)^https?://(([^@/?#\\:]*\.)?localhost|127(\.\d+){3}|\[[0-9a-f:.]+\])(:\d*)?$`)
	f.Fuzz(func(t *testing.T, origin string) {
		server.t = t
		header := server.with("Origin", origin).get("/api/users/@me/").header
		if allowed := header.Get("Access-Control-Allow-Origin"); allowed != "" && (allowed != origin || !local.MatchString(origin)) {
			t.Errorf("pages of %q may read", origin)
		}
	})
}
