package server_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestSandboxesAreChosen(t *testing.T) {
	f := mocktest.New(t)
	before := f.As("admin").Domains("")
	f.As("admin").And(mocktest.SandboxHeader, "a").Post(f.Org("domains"), `{"domain": "a.example.com"}`).Status(201)
	minted := f.With(mocktest.SandboxHeader, "a").Post("/_understudy/keys", `{"user": "admin@hedgerow.example"}`).Status(201).Get("value").String()
	for _, tc := range []struct {
		name   string
		caller *mocktest.Caller
		prefix string
		there  bool
	}{
		{"by nothing", f.As("admin"), "", false},
		{"by header", f.As("admin").And(mocktest.SandboxHeader, "a"), "", true},
		{"by another header", f.As("admin").And(mocktest.SandboxHeader, "b"), "", false},
		{"by the name of the default", f.As("admin").And(mocktest.SandboxHeader, mock.DefaultSandbox), "", false},
		{"by path", f.As("admin"), "/_sandbox/a", true},
		{"by path, whatever the header says", f.As("admin").And(mocktest.SandboxHeader, "b"), "/_sandbox/a", true},
		{"by a key that was minted there", f.With("Authorization", "Bearer "+minted), "", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			seen := tc.caller.Domains(tc.prefix)
			NewWithT(t).Expect(strings.Contains(seen, "a.example.com")).To(Equal(tc.there), seen)
		})
	}
	NewWithT(t).Expect(f.As("admin").Domains("")).To(Equal(before))
	f.With("Authorization", "Bearer "+minted).And(mocktest.SandboxHeader, "b").Get(f.Org("domains")).Status(401)
	f.Anonymous().Get(f.Org("domains")+"?personal_api_key="+minted).Status(200).Has(`results.#(domain=="a.example.com").domain`, `"a.example.com"`)
}

// TestKeysOfSandboxesOfAnExport: a key leads to where it was minted, also when all
// sandboxes go on from the same state.
func TestKeysOfSandboxesOfAnExport(t *testing.T) {
	g := NewWithT(t)
	w, err := mocktest.New(t).Export()
	g.Expect(err).NotTo(HaveOccurred())
	f := mocktest.New(t, mock.WithWorld(w))
	mint := func(name string) *mocktest.Caller {
		value := f.With(mocktest.SandboxHeader, name).Post("/_understudy/keys", `{"user": "admin@hedgerow.example"}`).Status(201).Get("value").String()
		return f.With("Authorization", "Bearer "+value)
	}
	names := []string{mock.DefaultSandbox, "a", "b"}
	keys := map[string]*mocktest.Caller{}
	for _, name := range names {
		keys[name] = mint(name)
		keys[name].Post(f.Org("domains"), `{"domain": "`+name+`.example.com"}`).Status(201)
	}
	for _, name := range names {
		for _, other := range names {
			g.Expect(strings.Contains(f.As("admin").And(mocktest.SandboxHeader, name).Domains(""), other+".example.com")).To(Equal(other == name), other+" in "+name)
		}
	}

	// Those that were told to go on from one state mint the same keys, which then lead to
	// none of them.
	var world bytes.Buffer
	g.Expect(fixtures.Write(&world, w)).To(Succeed())
	for _, name := range []string{"c", "d"} {
		f.With(mocktest.SandboxHeader, name).Put("/_understudy/world", world.String()).Status(204)
	}
	c, d := mint("c"), mint("d")
	g.Expect(c.Header).To(Equal(d.Header))
	c.Get("/api/users/@me/").Status(200) // the default one, which has minted it as well
	g.Expect(c.Domains("")).To(Equal(f.As("admin").Domains("")))
}

func TestLinksKeepTheSandbox(t *testing.T) {
	f := mocktest.New(t)
	page := f.As("admin").Get("/_sandbox/a" + f.Org("domains") + "?limit=1").Status(200)
	next := page.Get("next").String()
	NewWithT(t).Expect(next).To(HavePrefix("http://fake.test/_sandbox/a" + f.Org("domains")))
	f.As("admin").Get(strings.TrimPrefix(next, "http://fake.test")).Status(200)

	id := f.Known("known.scim.domain_id")
	scim := f.With("Authorization", "Bearer "+f.Known("known.scim.token"))
	made := scim.Do("POST", "/_sandbox/a/scim/v2/"+id+"/Users", "application/scim+json", `{"emails": [{"value": "new@`+f.Known("known.scim.email_domain")+`", "primary": true}]}`)
	location := made.Status(201).Get("meta.location").String()
	NewWithT(t).Expect(location).To(HavePrefix("/_sandbox/a/scim/v2/"))
	scim.Get(location).Status(200)
	scim.Get(strings.TrimPrefix(location, "/_sandbox/a")).Status(404)

	f.As("admin").Post("/_sandbox/a"+f.Org("invites"), `{"target_email": "new@example.com"}`).Status(201)
	NewWithT(t).Expect(f.Anonymous().Get("/_sandbox/a/_understudy/outbox").Status(200).Get("messages.0.link").String()).
		To(HavePrefix("http://fake.test/_sandbox/a/signup/"))
	NewWithT(t).Expect(f.Outbox()).To(BeEmpty())

	login := f.Anonymous().Post("/_sandbox/a/api/login/", fmt.Sprintf(`{"email": %q, "password": %q}`,
		f.Known("credentials.admin.email"), f.Known("credentials.admin.password"))).Status(200)
	NewWithT(t).Expect(login.Header.Values("Set-Cookie")).To(ConsistOf(
		And(HavePrefix("sessionid="), ContainSubstring("Path=/_sandbox/a/;")),
		And(HavePrefix("posthog_csrftoken="), ContainSubstring("Path=/;")),
	))
}

// TestEncodedPrefixes: a path leads to the same place however it is written.
func TestEncodedPrefixes(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	for _, path := range []string{"/_sandbox/abc/api/users/%40me/", "/_sandbox/%61bc/api/users/@me/", "/%5Fsandbox/abc/api/users/@me/"} {
		f.As("admin").Get(path).Status(200)
	}
	f.Anonymous().Get("/_sandbox/abc/_understudy/requests").Status(200).
		Has("requests.#.path", `["/api/users/@me/","/api/users/@me/","/api/users/%40me/"]`)
	g.Expect(f.As("admin").Get("/_sandbox/%61bc" + f.Org("invites") + "?limit=1").Get("next").String()).To(HavePrefix("http://fake.test/_sandbox/abc/api/"))
	f.Anonymous().Get("/_understudy/sandboxes").Has("sandboxes.#.name", `["default","abc"]`)
}

func TestWorldOfANewSandbox(t *testing.T) {
	f := mocktest.New(t)
	f.As("admin").And(mocktest.SandboxHeader, "a").And("Understudy-World", "empty").Get("/api/users/@me/").Status(401)
	f.As("admin").And(mocktest.SandboxHeader, "b").And("Understudy-World", "nowhere").Get("/api/users/@me/").Status(400).Has("understudy", `"no_such_world"`)
	f.As("admin").And(mocktest.SandboxHeader, "b").And("Understudy-World", "default").Get("/api/users/@me/").Status(200)
}
