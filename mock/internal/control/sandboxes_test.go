package control_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestSandboxesByCall(t *testing.T) {
	f := mocktest.New(t)
	const path = "/_understudy/sandboxes"
	f.As("admin").Post(f.Org("domains"), `{"domain": "early.example.com"}`).Status(201)
	f.Anonymous().Post(path, `{"name": "a", "sandbox": "default"}`).Status(201).
		Has("name", `"a"`).Has("from", `"sandbox default"`).Has("url", `"http://fake.test/_sandbox/a"`)
	f.As("admin").Post(f.Org("domains"), `{"domain": "late.example.com"}`).Status(201)
	g := NewWithT(t)
	g.Expect(f.As("admin").Domains("/_sandbox/a")).To(And(ContainSubstring("early"), Not(ContainSubstring("late"))))

	f.As("admin").Post("/_sandbox/a"+f.Org("domains"), `{"domain": "more.example.com"}`).Status(201)
	f.Anonymous().Post("/_sandbox/a/_understudy/reset", "").Status(204)
	g.Expect(f.As("admin").Domains("/_sandbox/a")).To(And(ContainSubstring("early"), Not(ContainSubstring("more"))))

	f.Anonymous().Post("/_sandbox/a/_understudy/snapshots", `{"name": "then"}`).Status(201)
	f.As("admin").Post("/_sandbox/a"+f.Org("domains"), `{"domain": "more.example.com"}`).Status(201)
	f.Anonymous().Post(path, `{"name": "c", "sandbox": "a", "snapshot": "then"}`).Status(201).Has("from", `"snapshot then of sandbox a"`)
	g.Expect(f.As("admin").Domains("/_sandbox/c")).NotTo(ContainSubstring("more"))

	f.Anonymous().Post(path, `{"name": "b", "world": "empty"}`).Status(201)
	f.As("admin").Get("/_sandbox/b" + f.Org("domains")).Status(401)
	f.Anonymous().Post(path, `{}`).Status(201).Has("name", `"sandbox-1"`)
	f.Anonymous().Get(path).Status(200).Has("sandboxes.#.name", `["default","a","b","c","sandbox-1"]`)
	f.Anonymous().Get(path+"/a").Status(200).Has("in_use", "false")
	f.Anonymous().Delete(path + "/a").Status(204)
	f.Anonymous().Get(path + "/a").Status(404)
	f.Anonymous().Delete(path + "/a").Status(404)
	f.Anonymous().Delete(path + "/default").Status(409)
}

func TestSandboxesThatCannotBe(t *testing.T) {
	f := mocktest.New(t, mock.WithExplicitSandboxes())
	const path = "/_understudy/sandboxes"
	f.Anonymous().Post(path, `{"name": "a"}`).Status(201)
	for _, tc := range []struct {
		name, body string
		status     int
		code       string
	}{
		{"a name twice", `{"name": "a"}`, 409, "sandbox_exists"},
		{"the name of the default", `{"name": "default"}`, 409, "sandbox_exists"},
		{"a name with a slash", `{"name": "a/b"}`, 400, "invalid_sandbox"},
		{"a name that is too long", `{"name": "` + strings.Repeat("a", 101) + `"}`, 400, "invalid_sandbox"},
		{"a world that is not there", `{"world": "nowhere"}`, 400, "invalid_body"},
		{"a sandbox that is not there", `{"sandbox": "nowhere"}`, 400, "invalid_body"},
		{"a snapshot that is not there", `{"snapshot": "nowhere"}`, 400, "invalid_body"},
		{"two things to start from", `{"world": "empty", "sandbox": "a"}`, 400, "invalid_body"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			NewWithT(t).Expect(f.Anonymous().Post(path, tc.body).Status(tc.status).Get("understudy").String()).To(Equal(tc.code))
		})
	}
	f.With(mocktest.SandboxHeader, "new").Get("/api/users/@me/").Status(404).Has("understudy", `"no_such_sandbox"`)
	f.With(mocktest.SandboxHeader, "a b").Get("/api/users/@me/").Status(400).Has("understudy", `"invalid_sandbox"`)
	f.Anonymous().Get("/_sandbox/new/api/users/@me/").Status(404).Has("understudy", `"no_such_sandbox"`)
	f.Anonymous().Get("/_sandbox/").Status(400).Has("understudy", `"invalid_sandbox"`)
	f.Anonymous().Get("/_sandbox/a%2Fb/api/users/@me/").Status(400).Has("understudy", `"invalid_sandbox"`)
	f.Anonymous().Get("/_sandbox/%2e%2e/api/users/@me/").Status(400).Has("understudy", `"invalid_sandbox"`)
}
