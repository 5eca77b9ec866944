package fault_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/fault"
)

// Everything that is wrong is said at once, field by field.
func TestRefusedFaults(t *testing.T) {
	type wrong map[string]string // field: part of what is said
	for _, c := range []struct {
		name, body string
		wrong      wrong
	}{
		{"no JSON", `{"status": 500`, wrong{"": "want a JSON object"}},
		{"no object", `[{"status": 500}]`, wrong{"": "want a JSON object"}},
		{"null", `null`, wrong{"": "want a JSON object"}},
		{"empty", ``, wrong{"": "want a JSON object"}},
		{"nothing goes wrong", `{"operation": "invites_list"}`, wrong{"status": "say what goes wrong"}},
		{"an unknown operation", `{"operation": "invite_create", "status": 500}`, wrong{"operation": `there is no operation "invite_create"; close ones are "invites_create"`}},
		{"a pattern of nothing", `{"operation": "domains_*", "status": 500}`, wrong{"operation": `there are "invites_list", "invites_create"`}},
		{"a broken pattern", `{"operation": "invites_[", "status": 500}`, wrong{"operation": "close ones are"}},
		{"an unknown field", `{"latncy": "2s", "status": 500}`, wrong{"latncy": "no such field"}},
		{"a close field", `{"phases": "lost"}`, wrong{"phases": `"phase"`, "status": "say what goes wrong"}},
		{"an id", `{"id": "Mine!", "status": 500}`, wrong{"id": "want up to 64 of a-z"}},
		{"a long id", `{"id": "` + strings.Repeat("a", 65) + `", "status": 500}`, wrong{"id": "want up to 64"}},
		{"a long caller", `{"caller": "` + strings.Repeat("a", 321) + `", "status": 500}`, wrong{"caller": "320 bytes"}},
		{"numbers below zero", `{"nth": -1, "count": -1, "status": 500}`, wrong{"nth": "count from 1", "count": "number of times"}},
		{"the call before the first", `{"nth": 0, "status": 500}`, wrong{"nth": "count from 1"}},
		{"no chance", `{"probability": 0, "status": 500}`, wrong{"probability": "above 0 and up to 1"}},
		{"too much of a chance", `{"probability": 1.5, "status": 500}`, wrong{"probability": "above 0 and up to 1"}},
		{"an unknown phase", `{"phase": "during"}`, wrong{"phase": `send one of "before", "after", "lost"`}},
		{"an answer that is none", `{"status": 200}`, wrong{"status": "from 400 to 599"}},
		{"an answer without words", `{"status": 418}`, wrong{"error": "send its body here"}},
		{"a status of an answer that is lost", `{"phase": "lost", "status": 500}`, wrong{"status": `"before" and "after" do`}},
		{"a wait that nobody tells", `{"phase": "reset", "retry_after": 3}`, wrong{"retry_after": "429 or 503"}},
		{"a wait with another status", `{"status": 500, "retry_after": 3}`, wrong{"retry_after": "429 or 503"}},
		{"a wait of days", `{"status": 429, "retry_after": 86401}`, wrong{"retry_after": "from 1 to 86400"}},
		{"a body without a status", `{"latency": "2s", "error": {}}`, wrong{"error": "goes with a status"}},
		{"a body that is lost", `{"phase": "lost", "error": {}}`, wrong{"error": "goes with a status"}},
		{"a large body", `{"status": 500, "error": "` + strings.Repeat("x", 64<<10) + `"}`, wrong{"error": "65536 bytes"}},
		{"time over what does not drip", `{"status": 500, "over": "2s"}`, wrong{"over": `only the phase "drip"`}},
		{"too much time", `{"phase": "drip", "over": "2h"}`, wrong{"over": "up to 1h"}},
		{"a latency of nothing", `{"latency": "0s"}`, wrong{"latency": "above 0"}},
		{"a latency below nothing", `{"latency": -2}`, wrong{"latency": "above 0"}},
		{"a latency beyond numbers", `{"latency": 1e300}`, wrong{"latency": "want a duration"}},
		{"a latency in words", `{"latency": "soon"}`, wrong{"latency": "want a duration"}},
		{"a latency that is a list", `{"latency": [1]}`, wrong{"latency": "want a duration"}},
		{"an unknown distribution", `{"latency": {"distribution": "normal"}}`, wrong{"latency.distribution": `send one of "fixed", "uniform", "lognormal"`}},
		{"a distribution of another", `{"latency": {"distribution": "uniform", "max": "2s", "median": "1s"}}`, wrong{"latency.median": `has "min", "max" alone`}},
		{"bounds the wrong way round", `{"latency": {"distribution": "uniform", "min": "2s", "max": "1s"}}`, wrong{"latency.min": "no more than"}},
		{"bounds of nothing", `{"latency": {"distribution": "uniform", "min": -1}}`, wrong{"latency.min": "from 0", "latency.max": "above 0"}},
		{"a wide distribution", `{"latency": {"distribution": "lognormal", "median": "1s", "sigma": 11}}`, wrong{"latency.sigma": "0 to 10"}},
		{"an odd latency", `{"latency": {"distribution": "lognormal", "median": {}, "mode": 1}}`, wrong{"latency.median": "want a duration", "latency.mode": "no such field"}},
		{"wrong types", `{"id": 1, "operation": 1, "caller": 1, "nth": "2", "count": 1.5, "probability": "high", "seed": "s", "phase": 1, "status": "500", "retry_after": "3", "over": []}`,
			wrong{"id": "text", "operation": "text", "caller": "text", "nth": "whole number", "count": "whole number", "probability": "number", "seed": "whole number",
				"phase": "text", "status": "whole number", "retry_after": "seconds", "over": "duration"}},
		{"everything", `{"operation": "invite_list", "nth": -1, "probability": 2, "status": 99, "latency": {"distribution": "x"}, "what": 1}`,
			wrong{"operation": "close ones", "nth": "1", "probability": "1", "status": "400", "latency.distribution": "x", "what": "no such field"}},
		{"an unknown preset", `{"preset": "monday"}`, wrong{"preset": `send one of "flaky-network"`}},
		{"a preset without a name", `{"preset": 1}`, wrong{"preset": `the name of a preset: "flaky-network"`}},
		{"a preset and more", `{"preset": "maintenance", "status": 500}`, wrong{"status": "no such field"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			s := newSet()
			_, err := s.AddJSON([]byte(c.body))
			found := problemsOf(err)
			for field, part := range c.wrong {
				g.Expect(found).To(HaveKeyWithValue(field, ContainSubstring(part)))
			}
			g.Expect(found).To(HaveLen(len(c.wrong)), "%v", err)
			g.Expect(s.List()).To(BeEmpty())
		})
	}
}

// What is sent is what is shown, with the accounting.
func TestAcceptedFaults(t *testing.T) {
	for _, c := range []struct{ name, body, shown string }{
		{"the least", `{"status": 500}`,
			`{"id": "f1", "operation": "", "phase": "before", "status": 500, "matched": 0, "met": 0, "spent": false}`},
		{"the most", `{"id": "mine", "operation": "invites_*", "caller": "ann@example.com", "nth": 2, "count": 1, "probability": 0.5, "seed": 7,
			"phase": "after", "status": 429, "retry_after": 3, "latency": "200ms", "error": {"type": "x", "list": [1, null]}}`,
			`{"id": "mine", "operation": "invites_*", "caller": "ann@example.com", "nth": 2, "count": 1, "probability": 0.5, "seed": 7,
			"phase": "after", "status": 429, "retry_after": 3, "latency": "200ms", "error": {"type": "x", "list": [1, null]}, "matched": 0, "met": 0, "spent": false}`},
		{"nulls", `{"id": null, "operation": "*", "nth": null, "latency": null, "error": null, "phase": "lost", "probability": null}`,
			`{"id": "f1", "operation": "*", "phase": "lost", "matched": 0, "met": 0, "spent": false}`},
		{"seconds", `{"phase": "drip", "over": 2.5, "latency": 1}`,
			`{"id": "f1", "operation": "", "phase": "drip", "over": "2.5s", "latency": "1s", "matched": 0, "met": 0, "spent": false}`},
		{"uniform", `{"latency": {"distribution": "uniform", "min": 0, "max": "2s"}}`,
			`{"id": "f1", "operation": "", "phase": "before", "latency": {"distribution": "uniform", "max": "2s"}, "matched": 0, "met": 0, "spent": false}`},
		{"lognormal", `{"latency": {"distribution": "lognormal", "median": "100ms", "sigma": 0.5}}`,
			`{"id": "f1", "operation": "", "phase": "before", "latency": {"distribution": "lognormal", "median": "100ms", "sigma": 0.5}, "matched": 0, "met": 0, "spent": false}`},
		{"fixed", `{"latency": {"distribution": "fixed", "value": "1s"}}`,
			`{"id": "f1", "operation": "", "phase": "before", "latency": "1s", "matched": 0, "met": 0, "spent": false}`},
		{"accounting is read-only", `{"status": 500, "matched": 9, "met": 9, "spent": true}`,
			`{"id": "f1", "operation": "", "phase": "before", "status": 500, "matched": 0, "met": 0, "spent": false}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			s := newSet()
			states, err := s.AddJSON([]byte(c.body))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(json.Marshal(states)).To(MatchJSON("[" + c.shown + "]"))

			shown, err := json.Marshal(fault.NewList(s.List()))
			g.Expect(err).NotTo(HaveOccurred())
			again := newSet()
			g.Expect(again.ReplaceJSON(shown)).Error().NotTo(HaveOccurred())
			g.Expect(json.Marshal(fault.NewList(again.List()))).To(MatchJSON(shown))
			var back fault.List
			g.Expect(json.Unmarshal(shown, &back)).To(Succeed())
			g.Expect(json.Marshal(back)).To(MatchJSON(shown), "a Go client reads it too")
		})
	}
}

func TestReplaceByJSON(t *testing.T) {
	g := NewWithT(t)
	s := newSet()
	g.Expect(s.AddJSON([]byte(`{"preset": "maintenance"}`))).To(HaveLen(1))
	g.Expect(s.ReplaceJSON([]byte(`{"faults": [{"status": 500}, {"id": "mine", "phase": "lost"}]}`))).To(HaveLen(2))
	g.Expect(ids(s.List())).To(Equal([]string{"f1", "mine"}))
	for body, field := range map[string]string{
		`{}`:                              "faults",
		`{"faults": null}`:                "faults",
		`{"faults": {}}`:                  "faults",
		`{"faults": [7]}`:                 "faults[0]",
		`{"faults": [], "fault": []}`:     "fault",
		`[]`:                              "",
		`{"faults": [{"status": "500"}]}`: "faults[0].status",
		`{"faults": [{"status": 500}, {"latency": {"distribution": "uniform"}}]}`: "faults[1].latency.max",
		`{"faults": [{"id": "a", "status": 500}, {"id": "a", "status": 500}]}`:    "id",
	} {
		_, err := s.ReplaceJSON([]byte(body))
		g.Expect(problemsOf(err)).To(And(HaveLen(1), HaveKey(field)), body)
	}
	g.Expect(ids(s.List())).To(Equal([]string{"f1", "mine"}), "a refusal changes nothing")
	g.Expect(s.ReplaceJSON([]byte(`{"faults": []}`))).To(BeEmpty())
	g.Expect(json.Marshal(fault.NewList(s.List()))).To(MatchJSON(`{"count": 0, "faults": []}`))
}

func TestPutByJSON(t *testing.T) {
	g := NewWithT(t)
	s := newSet()
	state, created, err := s.PutJSON("mine", []byte(`{"status": 500}`))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(created).To(BeTrue())
	g.Expect(state.ID).To(Equal("mine"))
	_, created, err = s.PutJSON("mine", []byte(`{"id": "mine", "status": 503}`))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(created).To(BeFalse())
	g.Expect(s.List()).To(HaveLen(1))
	_, _, err = s.PutJSON("mine", []byte(`{"id": "other", "status": 503}`))
	g.Expect(problemsOf(err)).To(HaveKey("id"))
	_, _, err = s.PutJSON("not mine", []byte(`{"status": 503}`))
	g.Expect(problemsOf(err)).To(HaveKey("id"))
}

// A long list of problems does not hide the first.
func TestManyProblems(t *testing.T) {
	g := NewWithT(t)
	_, err := newSet().ReplaceJSON([]byte(`{"faults": [` + strings.Repeat(`{},`, 29) + `{}]}`))
	g.Expect(err).To(MatchError(And(HavePrefix("faults[0].status: say what goes wrong"), HaveSuffix("; and 10 more"))))
	g.Expect(problemsOf(err)).To(HaveLen(30))
}

// FuzzFaults wants any body to be refused with problems that say something, or
// accepted and shown in a form that is accepted again.
func FuzzFaults(f *testing.F) {
	for _, body := range []string{
		`{"status": 500, "error": [1]}`, `{"operation":"invites_*","nth":2,"count":1,"probability":0.5,"phase":"after","status":429,"retry_after":3}`,
		`{"latency":{"distribution":"lognormal","median":"100ms","sigma":0.5}}`, `{"phase":"drip","over":1e-9}`, `{"preset":"flaky-network"}`,
		`{"latency":{"distribution":"uniform","min":"1ms","max":"5ms"},"status":503}`, `{"seed":-1,"probability":1e-300,"phase":"reset"}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s := newSet()
		states, err := s.AddJSON(body)
		if err != nil {
			var invalid *fault.InvalidError
			if !errors.As(err, &invalid) || len(invalid.Problems) == 0 {
				t.Fatalf("no problems in %v", err)
			}
			for _, p := range invalid.Problems {
				if p.Detail == "" {
					t.Fatalf("an empty problem: %+v", p)
				}
			}
			return
		}
		shown, err := json.Marshal(fault.NewList(states))
		if err != nil {
			t.Fatal(err)
		}
		again, err := newSet().ReplaceJSON(shown)
		if err != nil {
			t.Fatalf("%s is shown and refused: %v", shown, err)
		}
		if back, _ := json.Marshal(fault.NewList(again)); !bytes.Equal(back, shown) {
			t.Fatalf("%s is shown as %s", shown, back)
		}
		for range 3 {
			s.Decide(fault.Call{Operation: "invites_list"}).Answer(fault.Answer{Status: 200, Body: []byte(whole)}, fault.RenderAPI)
		}
		_ = fmt.Sprint(s.Unmet())
	})
}
