package mock_test

import (
	"slices"
	"testing"

	. "github.com/onsi/gomega"
)

const resetPath = control + "/reset"

// changed tells which parts of a sandbox are not as they began.
func (c *caller) changed() (parts []string) {
	c.t.Helper()
	if c.get(control+"/clock").get("offset_seconds").Raw != "0" {
		parts = append(parts, "clock")
	}
	if c.get(control+"/rate-limits").get("mode").String() != "off" {
		parts = append(parts, "rate_limits")
	}
	if c.get(control+"/dns/a.example.com").code == 200 {
		parts = append(parts, "state")
	}
	if c.get(control+"/requests").get("count").Int() > 0 {
		parts = append(parts, "journal")
	}
	if len(c.get(control+"/faults").get("faults").Array()) > 0 {
		parts = append(parts, "faults")
	}
	if len(c.get(control+"/violations").get("violations").Array()) > 0 {
		parts = append(parts, "violations")
	}
	return parts
}

func (c *caller) changeEverything() {
	c.t.Helper()
	c.post(control+"/clock", `{"advance": "1h"}`).status(200)
	c.put(control+"/rate-limits", `{"mode": "observe"}`).status(200)
	c.put(control+"/dns/a.example.com", `{"values": ["a"]}`).status(200)
	c.post("/api/login/", `{"surprise": true}`).status(400)
	c.post(control+"/faults", `{"operation": "invites_list", "status": 503}`).status(201)
}

// every are the names of all parts, in the order of [caller.changed].
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
	f := newFake(t)
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
			f.t = t
			f.anonymous().changeEverything()
			other := f.with(inSandbox, "other")
			other.changeEverything()
			f.anonymous().post(resetPath, tc.body).status(204)
			NewWithT(t).Expect(f.anonymous().changed()).To(Equal(tc.left))
			NewWithT(t).Expect(other.changed()).To(Equal(every), "another sandbox")
		})
	}
}

func TestResetRefusesWhatItDoesNotKnow(t *testing.T) {
	f := newFake(t)
	f.anonymous().changeEverything()
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
			f.t = t
			refused := f.anonymous().post(resetPath, tc.body).status(400).has("understudy", `"invalid_body"`)
			NewWithT(t).Expect(refused.get("detail").String()).To(ContainSubstring(`["clock" "state" "rate_limits" "faults" "journal" "violations"]`))
			NewWithT(t).Expect(f.anonymous().changed()).To(Equal(every), "nothing is reset")
		})
	}
}

// TestResetClockKeepsTheState: what was made later stays, and sessions go on.
func TestResetClockKeepsTheState(t *testing.T) {
	f := newFake(t)
	f.anonymous().post(control+"/clock", `{"advance": "240h"}`).status(200)
	id := f.newDomain("late.example.com")
	f.anonymous().post(resetPath, `{"only": ["clock"]}`).status(204)
	f.as("admin").get(f.org("domains", id)).status(200)
	f.anonymous().post(resetPath, `{"only": ["state"]}`).status(204)
	f.as("admin").get(f.org("domains", id)).status(404)
	f.with("Cookie", f.known("credentials.admin.session.cookie")).get("/api/users/@me/").status(200)
}
