package sandbox_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestSnapshots(t *testing.T) {
	f := mocktest.New(t)
	const path = "/_understudy/snapshots"
	before := f.As("admin").Domains("")
	f.Anonymous().Post(path, `{"name": "start"}`).Status(201).Has("taken_at", `"2026-03-01T12:00:00Z"`)
	first := f.As("admin").Post(f.Org("domains"), `{"domain": "a.example.com"}`).Status(201)
	f.Anonymous().Post("/_understudy/clock", `{"advance": "1h"}`).Status(200)
	f.Anonymous().Get(path).Status(200).Has("snapshots.#.name", `["start"]`)
	f.Anonymous().Post(path+"/start/restore", "").Status(204)
	g := NewWithT(t)
	g.Expect(f.As("admin").Domains("")).To(Equal(before))
	again := f.As("admin").Post(f.Org("domains"), `{"domain": "a.example.com"}`).Status(201)
	g.Expect(string(again.Body)).To(Equal(string(first.Body)), "the same call at the same time gives the same answer")
	f.Anonymous().Delete(path + "/start").Status(204)
	f.Anonymous().Post(path+"/start/restore", "").Status(404)
	f.Anonymous().Delete(path + "/start").Status(404)
	f.Anonymous().Post(path, `{"name": ""}`).Status(400)
	f.Anonymous().Post(path, `{"name": "../etc"}`).Status(400)
}

// TestSnapshotsHaveTheLogins: whoever has not called yet finds the logins of the world
// after going back, too.
func TestSnapshotsHaveTheLogins(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	b, err := f.SandboxNamed("a")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(b.Snapshot("start")).To(Succeed())
	login := f.With("Cookie", f.Known("credentials.admin.session.cookie"), mocktest.SandboxHeader, "a")
	login.Get("/api/users/@me/").Status(200)
	g.Expect(b.Restore("start")).To(Succeed())
	login.Get("/api/users/@me/").Status(200)
}
