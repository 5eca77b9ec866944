package mock_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

// A game on everything that there is, played again from before its first request, has
// the same answers to the byte: identifiers, secrets and cookies among them.
func TestRewindAndReplay(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			g := NewWithT(t)
			server := startFrom(t, embedded("default")(), mock.WithJournal(100_000))
			start := exported(t, server, fixtures.Write)
			first := newPlayer(t, server, seed)
			first.anonymous().get("/api/login/") // the request to go back to
			first.play(3)
			end := exported(t, server, fixtures.Write)
			g.Expect(end).NotTo(Equal(start))

			first.anonymous().post("/_understudy/clock", `{"reset": true}`).status(200)
			first.anonymous().post("/_understudy/rewind", `{"before": 1}`).status(http.StatusNoContent)
			sameText(t, exported(t, server, fixtures.Write), start)

			second := newPlayer(t, server, seed)
			second.play(3)
			sameText(t, second.transcript(), first.transcript())
			for i, a := range second.heard {
				g.Expect(a.header).To(Equal(first.heard[i].header), a.asked)
			}
			sameText(t, exported(t, server, fixtures.Write), end)
		})
	}
}

// TestRewindToAnyRequest goes back further and further; each time the world is as it
// was before the request, whether that wrote, only read, or was refused, and whatever
// the control plane has done between requests.
func TestRewindToAnyRequest(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	p := f.provider()
	steps := []func(){
		func() { f.as("admin").get(f.org("domains")).status(200) },
		func() { f.invite(`{"target_email": "one@example.com"}`).status(201) },
		func() { f.as("admin").post(f.org("domains"), `{"domain": "!"}`).status(400) },
		func() { f.newDomain("rewound.example.com") },
		func() { p.newUser("rewound") },
		func() { p.gets("Users").status(200) },
		func() { f.as("admin").get("/api/badgers/").status(404) },
		func() { f.as("member").post(f.org("domains"), `{"domain": "a.example.com"}`).status(403) },
	}
	var before []string
	for i, step := range steps {
		f.PublishTXT("between.example.com", fmt.Sprint(i))
		before = append(before, exported(t, f.Server, fixtures.Write))
		step()
	}
	f.PublishTXT("between.example.com", "at last")
	g.Expect(f.Requests()).To(HaveLen(len(steps)))
	for i := len(steps) - 1; i >= 0; i-- {
		g.Expect(f.Rewind(i + 1)).To(Succeed())
		sameText(t, exported(t, f.Server, fixtures.Write), before[i])
	}
	g.Expect(f.Requests()).To(HaveLen(len(steps)), "the journal keeps what it has")
}

func TestRewindToWhatIsNotThere(t *testing.T) {
	f := newFake(t, mock.WithJournal(2))
	for range 3 {
		f.as("admin").get(f.org("domains")).status(200)
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
			f.t = t
			f.anonymous().post("/_understudy/rewind", tc.body).status(tc.status).has("understudy", quote(tc.code))
		})
	}
	NewWithT(t).Expect(f.Rewind(1)).To(MatchError(ContainSubstring("no request 1")))
}

// A world that cannot be built changes nothing, and says where it is wrong.
func TestBrokenWorldsChangeNothing(t *testing.T) {
	f := newFake(t)
	f.newDomain("kept.example.com")
	before := exported(t, f.Server, fixtures.Write)
	for _, tc := range []struct{ name, from, to, says string }{
		{"a word where a number belongs", "level: 8", "level: eight", `level`},
		{"a field that there is not", "slug: hedgerow-works", "slugg: hedgerow-works", `slugg`},
		{"a user who is not there", "user: owner@hedgerow.example", "user: nobody@hedgerow.example", "nobody@hedgerow.example"},
		{"no YAML", "organizations:", "organizations: [", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			g := NewWithT(t)
			broken := strings.Replace(before, tc.from, tc.to, 1)
			g.Expect(broken).NotTo(Equal(before))
			refused := f.anonymous().do("PUT", "/_understudy/world", "application/yaml", broken).status(400).has("understudy", `"invalid_world"`)
			detail := refused.get("detail").String()
			g.Expect(detail).To(And(MatchRegexp(`the body:\d+`), ContainSubstring(tc.says)))
			sameText(t, exported(t, f.Server, fixtures.Write), before)
		})
	}
}
