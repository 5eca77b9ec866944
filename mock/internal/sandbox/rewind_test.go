package sandbox_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
	"github.com/understudy-dev/understudy/mock/internal/mocktest/moves"
)

// A game on everything that there is, played again from before its first request, has
// the same answers to the byte: identifiers, secrets and cookies among them.
func TestRewindAndReplay(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			g := NewWithT(t)
			server := mocktest.New(t, mock.WithJournal(100_000)).Server
			start := mocktest.Exported(t, server, fixtures.Write)
			first := moves.New(t, server, seed)
			first.Anonymous().Get("/api/login/") // the request to go back to
			first.Play(3)
			end := mocktest.Exported(t, server, fixtures.Write)
			g.Expect(end).NotTo(Equal(start))

			first.Anonymous().Post("/_understudy/clock", `{"reset": true}`).Status(200)
			first.Anonymous().Post("/_understudy/rewind", `{"before": 1}`).Status(http.StatusNoContent)
			mocktest.SameText(t, mocktest.Exported(t, server, fixtures.Write), start)

			second := moves.New(t, server, seed)
			second.Play(3)
			mocktest.SameText(t, second.Transcript(), first.Transcript())
			for i, a := range second.Heard {
				g.Expect(a.Header).To(Equal(first.Heard[i].Header), a.Asked)
			}
			mocktest.SameText(t, mocktest.Exported(t, server, fixtures.Write), end)
		})
	}
}

// TestRewindToAnyRequest goes back further and further; each time the world is as it
// was before the request, whether that wrote, only read, or was refused, and whatever
// the control plane has done between requests.
func TestRewindToAnyRequest(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	p := f.Provider()
	steps := []func(){
		func() { f.As("admin").Get(f.Org("domains")).Status(200) },
		func() { f.Invite(`{"target_email": "one@example.com"}`).Status(201) },
		func() { f.As("admin").Post(f.Org("domains"), `{"domain": "!"}`).Status(400) },
		func() { f.NewDomain("rewound.example.com") },
		func() { p.NewUser("rewound") },
		func() { p.Get("Users").Status(200) },
		func() { f.As("admin").Get("/api/badgers/").Status(404) },
		func() { f.As("member").Post(f.Org("domains"), `{"domain": "a.example.com"}`).Status(403) },
	}
	var before []string
	for i, step := range steps {
		f.PublishTXT("between.example.com", fmt.Sprint(i))
		before = append(before, mocktest.Exported(t, f.Server, fixtures.Write))
		step()
	}
	f.PublishTXT("between.example.com", "at last")
	g.Expect(f.Requests()).To(HaveLen(len(steps)))
	for i, world := range slices.Backward(before) {
		g.Expect(f.Rewind(i + 1)).To(Succeed())
		mocktest.SameText(t, mocktest.Exported(t, f.Server, fixtures.Write), world)
	}
	g.Expect(f.Requests()).To(HaveLen(len(steps)), "the journal keeps what it has")
}

func TestRewindToWhatIsNotThere(t *testing.T) {
	f := mocktest.New(t, mock.WithJournal(2))
	for range 3 {
		f.As("admin").Get(f.Org("domains")).Status(200)
	}
	for _, tc := range []struct {
		name, body string
		status     int
		code       string
	}{
		{"made room", `{"before": 1}`, 404, "no_such_request"},
		{"yet to come", `{"before": 4}`, 404, "no_such_request"},
		{"nothing", `{}`, 404, "no_such_request"},
		{"a word", `{"before": "lunch"}`, 400, "invalid_body"},
		{"no body", ``, 400, "invalid_body"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			f.Anonymous().Post("/_understudy/rewind", tc.body).Status(tc.status).Has("understudy", mocktest.Quote(tc.code))
		})
	}
	NewWithT(t).Expect(f.Rewind(1)).To(MatchError(ContainSubstring("no request 1")))
}

// A world that cannot be built changes nothing, and says where it is wrong.
func TestBrokenWorldsChangeNothing(t *testing.T) {
	f := mocktest.New(t)
	f.NewDomain("kept.example.com")
	before := mocktest.Exported(t, f.Server, fixtures.Write)
	for _, tc := range []struct{ name, from, to, says string }{
		{"a word where a number belongs", "level: 8", "level: eight", `level`},
		{"a field that there is not", "slug: hedgerow-works", "slugg: hedgerow-works", `slugg`},
		{"a user who is not there", "user: owner@hedgerow.example", "user: nobody@hedgerow.example", "nobody@hedgerow.example"},
		{"no YAML", "organizations:", "organizations: [", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			g := NewWithT(t)
			broken := strings.Replace(before, tc.from, tc.to, 1)
			g.Expect(broken).NotTo(Equal(before))
			refused := f.Anonymous().Do("PUT", "/_understudy/world", "application/yaml", broken).Status(400).Has("understudy", `"invalid_world"`)
			detail := refused.Get("detail").String()
			g.Expect(detail).To(And(MatchRegexp(`the body:\d+`), ContainSubstring(tc.says)))
			mocktest.SameText(t, mocktest.Exported(t, f.Server, fixtures.Write), before)
		})
	}
}
