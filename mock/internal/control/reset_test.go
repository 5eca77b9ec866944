package control_test

import (
	"slices"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const resetPath = control + "/reset"

// changed tells which parts of a sandbox are not as they began.
func changed(c *mocktest.Caller) (parts []string) {
	c.T.Helper()
	if c.Get(control+"/clock").Get("offset_seconds").Raw != "0" {
		parts = append(parts, "clock")
	}
	if c.Get(control+"/rate-limits").Get("mode").String() != "off" {
		parts = append(parts, "rate_limits")
	}
	if c.Get(control+"/dns/a.example.com").Code == 200 {
		parts = append(parts, "state")
	}
	if c.Get(control+"/requests").Get("count").Int() > 0 {
		parts = append(parts, "journal")
	}
	if len(c.Get(control+"/faults").Get("faults").Array()) > 0 {
		parts = append(parts, "faults")
	}
	if len(c.Get(control+"/violations").Get("violations").Array()) > 0 {
		parts = append(parts, "violations")
	}
	return parts
}

func changeEverything(c *mocktest.Caller) {
	c.T.Helper()
	c.Post(control+"/clock", `{"advance": "1h"}`).Status(200)
	c.Put(control+"/rate-limits", `{"mode": "observe"}`).Status(200)
	c.Put(control+"/dns/a.example.com", `{"values": ["a"]}`).Status(200)
	c.Post("/api/login/", `{"surprise": true}`).Status(400)
	c.Post(control+"/faults", `{"operation": "invites_list", "status": 503}`).Status(201)
}

// every are the names of all parts, in the order of [changed].
var every = []string{"clock", "rate_limits", "state", "journal", "faults", "violations"}

func without(parts ...string) (left []string) {
	for _, part := range every {
		if !slices.Contains(parts, part) {
			left = append(left, part)
		}
	}
	return left
}

func TestResettingParts(t *testing.T) {
	f := mocktest.New(t)
	for _, tc := range []struct {
		name, body string
		left       []string
	}{
		{"no body", "", nil},
		{"blank", " \n", nil},
		{"nothing in particular", `{}`, nil},
		{"null", `{"only": null}`, nil},
		{"the state", `{"only": ["state"]}`, without("state")},
		{"the clock", `{"only": ["clock"]}`, without("clock")},
		{"the rate limits", `{"only": ["rate_limits"]}`, without("rate_limits")},
		{"the journal", `{"only": ["journal"]}`, without("journal")},
		{"the faults", `{"only": ["faults"]}`, without("faults")},
		{"the violations", `{"only": ["violations"]}`, without("violations")},
		{"two of them", `{"only": ["state", "clock"]}`, without("state", "clock")},
		{"one of them twice", `{"only": ["state", "state"]}`, without("state")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			changeEverything(f.Anonymous())
			other := f.With(mocktest.SandboxHeader, "other")
			changeEverything(other)
			f.Anonymous().Post(resetPath, tc.body).Status(204)
			NewWithT(t).Expect(changed(f.Anonymous())).To(Equal(tc.left))
			NewWithT(t).Expect(changed(other)).To(Equal(every), "another sandbox")
		})
	}
}

func TestResetRefusesWhatItDoesNotKnow(t *testing.T) {
	f := mocktest.New(t)
	changeEverything(f.Anonymous())
	for _, tc := range []struct{ name, body string }{
		{"no JSON", `{`},
		{"a list", `["state"]`},
		{"an empty list", `{"only": []}`},
		{"a text", `{"only": "state"}`},
		{"a part that there is not", `{"only": ["state", "weather"]}`},
		{"another case", `{"only": ["State"]}`},
		{"a number", `{"only": [1]}`},
		{"an unknown field", `{"all": true}`},
		{"two values", `{} {}`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			refused := f.Anonymous().Post(resetPath, tc.body).Status(400).Has("understudy", `"invalid_body"`)
			NewWithT(t).Expect(refused.Get("detail").String()).To(ContainSubstring(`["clock" "state" "rate_limits" "faults" "journal" "violations"]`))
			NewWithT(t).Expect(changed(f.Anonymous())).To(Equal(every), "nothing is reset")
		})
	}
}

// TestResetClockKeepsTheState: what was made later stays, and sessions go on.
func TestResetClockKeepsTheState(t *testing.T) {
	f := mocktest.New(t)
	f.Anonymous().Post(control+"/clock", `{"advance": "240h"}`).Status(200)
	id := f.NewDomain("late.example.com")
	f.Anonymous().Post(resetPath, `{"only": ["clock"]}`).Status(204)
	f.As("admin").Get(f.Org("domains", id)).Status(200)
	f.Anonymous().Post(resetPath, `{"only": ["state"]}`).Status(204)
	f.As("admin").Get(f.Org("domains", id)).Status(404)
	f.With("Cookie", f.Known("credentials.admin.session.cookie")).Get("/api/users/@me/").Status(200)
}
