package mock_test

import (
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
	return parts
}

func (c *caller) changeEverything() {
	c.t.Helper()
	c.post(control+"/clock", `{"advance": "1h"}`).status(200)
	c.put(control+"/rate-limits", `{"mode": "observe"}`).status(200)
	c.put(control+"/dns/a.example.com", `{"values": ["a"]}`).status(200)
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
		{"the state", `{"only": ["state"]}`, []string{"clock", "rate_limits"}},
		{"the clock", `{"only": ["clock"]}`, []string{"rate_limits", "state"}},
		{"the rate limits", `{"only": ["rate_limits"]}`, []string{"clock", "state"}},
		{"two of them", `{"only": ["state", "clock"]}`, []string{"rate_limits"}},
		{"one of them twice", `{"only": ["state", "state"]}`, []string{"clock", "rate_limits"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.t = t
			f.anonymous().changeEverything()
			other := f.with(inSandbox, "other")
			other.changeEverything()
			f.anonymous().post(resetPath, tc.body).status(204)
			NewWithT(t).Expect(f.anonymous().changed()).To(Equal(tc.left))
			NewWithT(t).Expect(other.changed()).To(Equal([]string{"clock", "rate_limits", "state"}), "another sandbox")
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
			NewWithT(t).Expect(f.anonymous().changed()).To(HaveLen(3), "nothing is reset")
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
