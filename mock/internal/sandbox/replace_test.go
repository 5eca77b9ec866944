package sandbox_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// tagged is the world "default" with a word in everything that the tests look at.
func tagged(t testing.TB, word string) *fixtures.World {
	t.Helper()
	w, err := fixtures.Named("default")
	if err != nil {
		t.Fatal(err)
	}
	w.Name, w.Target.Name = word, word
	w.Deployment.SiteURL = "https://" + word + ".example"
	w.Organizations[0].Name = word
	w.Users[0].FirstName = word
	return w
}

func TestReplace(t *testing.T) {
	f := mocktest.New(t, mock.WithWorld(tagged(t, "before")))
	g := NewWithT(t)
	admin, organization := f.As("admin"), f.Org()
	before := admin.And(mocktest.SandboxHeader, "before")
	before.Get(organization).Status(200).Has("name", `"before"`)
	admin.Patch(organization, `{"name": "changed"}`).Status(200)
	f.Anonymous().Post("/_understudy/clock", `{"advance": "1h", "freeze": true}`).Status(200)

	g.Expect(f.Replace(tagged(t, "after"))).To(Succeed())
	admin.Get(organization).Status(200).Has("name", `"after"`)
	f.Anonymous().Get("/_understudy/clock").Has("frozen", "false").Has("offset_seconds", "0")
	before.Get(organization).Status(200).Has("name", `"before"`)
	admin.And(mocktest.SandboxHeader, "new").Get(organization).Status(200).Has("name", `"after"`)

	admin.Patch(organization, `{"name": "changed"}`).Status(200)
	f.Reset()
	admin.Get(organization).Status(200).Has("name", `"after"`)
	before.Post("/_understudy/reset", "").Status(http.StatusNoContent)
	before.Get(organization).Status(200).Has("name", `"before"`)
}

// The sessions of the profile are there from the first moment of the new world.
func TestReplaceLogsIn(t *testing.T) {
	f := mocktest.New(t, mock.WithWorld(tagged(t, "before")))
	g := NewWithT(t)
	g.Expect(f.Replace(tagged(t, "after"))).To(Succeed())
	profile, err := f.Profile("http://fake.test")
	g.Expect(err).NotTo(HaveOccurred())
	session := gjson.GetBytes(profile, "credentials.admin.session")
	caller := f.With("Cookie", session.Get("cookie").String(), "X-CSRFToken", session.Get("csrf_token").String())
	caller.Get("/api/users/@me/").Status(200).Has("first_name", `"after"`)
	caller.Patch(f.Org(), `{"name": "in session"}`).Status(200)
}

func TestReplaceRefusesWhatCannotBeBuilt(t *testing.T) {
	f := mocktest.New(t, mock.WithWorld(tagged(t, "before")))
	g := NewWithT(t)
	f.As("admin").Patch(f.Org(), `{"name": "changed"}`).Status(200)
	broken := tagged(t, "broken")
	broken.Organizations[0].Members[0].User = "nobody@example.com"
	g.Expect(f.Replace(broken)).To(MatchError(And(ContainSubstring("world broken"), ContainSubstring("there is no user nobody@example.com"))))
	f.As("admin").Get(f.Org()).Has("name", `"changed"`)
	f.Reset()
	f.As("admin").Get(f.Org()).Has("name", `"before"`)
}

// TestReplaceUnderLoad has readers and writers look for a mixture of two worlds
// while each takes the place of the other.
func TestReplaceUnderLoad(t *testing.T) {
	worlds := []*fixtures.World{tagged(t, "first"), tagged(t, "second")}
	f := mocktest.New(t, mock.WithWorld(worlds[0]))
	admin := f.As("admin")

	var calling sync.WaitGroup
	over := make(chan struct{})
	var seen []*atomic.Int64
	// look repeats a call that returns what it has seen: words that must be the same.
	look := func(what string, call func() []string) {
		times := &atomic.Int64{}
		seen = append(seen, times)
		calling.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
				}
				words := call()
				if len(slices.Compact(slices.Clone(words))) > 1 {
					t.Errorf("%s is of two worlds: %q", what, words)
				}
				if len(words) > 0 {
					times.Add(1)
				}
			}
		})
	}
	look("an answer", func() []string {
		me := admin.Get("/api/users/@me/")
		return []string{me.Get("first_name").String(), me.Get("organization.name").String()}
	})
	look("an invite", func() []string {
		admin.Post(f.Org("invites"), `{"target_email": "new@example.com"}`)
		return []string{""}
	})
	look("a mail", func() (words []string) {
		for _, m := range f.Outbox() {
			inviter, rest, _ := strings.Cut(m.Subject, " invited you to join ")
			organization, _, _ := strings.Cut(rest, " on ")
			site, _, _ := strings.Cut(strings.TrimPrefix(m.Link, "https://"), ".example")
			words = append(words, inviter, organization, site)
		}
		return words
	})
	look("the profile", func() []string {
		profile, err := f.Profile("http://fake.test")
		if err != nil {
			t.Error(err)
		}
		session := gjson.GetBytes(profile, "credentials.admin.session.cookie").String()
		if code := f.With("Cookie", session).Get("/api/users/@me/").Code; code != http.StatusOK {
			t.Errorf("the session of the profile is answered with %d", code)
		}
		return []string{gjson.GetBytes(profile, "name").String()}
	})
	look("a reset", func() []string { f.Reset(); return []string{""} })
	for i := 0; i < 30 || slices.ContainsFunc(seen, func(times *atomic.Int64) bool { return times.Load() == 0 }); i++ {
		if err := f.Replace(worlds[i%2]); err != nil {
			t.Error(err)
		}
	}
	close(over)
	calling.Wait()
}
