package report_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/report"
)

// bad is a run in which much fails: 363 scenarios of 1,160, of as many causes as are asked for, with
// requests and answers as long as real ones, and everything else that a report can tell.
func bad(t *testing.T, causes int) *report.Report {
	t.Helper()
	const failures, scenarios = 363, 1160
	resources := []string{"domains", "identity_provider_configs", "integrations", "invites", "members", "organizations", "scim"}
	var profiles []report.ProfileInfo
	for _, name := range []string{"read-only", "core", "identity", "invites", "integrations", "scim", "robustness", "full"} {
		profiles = append(profiles, report.ProfileInfo{Name: name, Holds: "a part of the suite"})
	}
	callers := []string{"admin", "member", "owner", "outsider", "read_scopes", "write_scopes", "nobody", "admin (session)", "member (session)"}
	earlier := map[string]report.Status{}
	list := []report.Event{
		{Type: report.RunStarted, At: noon, Run: &report.RunInfo{
			Suite: "815e0319e170a413", SuiteVersion: "v1.2.3", Target: "staging", BaseURL: "https://staging.example.com", Organization: "01900000-0001-7000-8000-000000000001",
			Profile: "staging.yaml", NamedProfiles: profiles, Run: "fwsm4qem", Access: "write", StartedAt: noon,
		}},
		{Type: report.TargetObserved, At: noon, Observed: &report.Observed{Version: "2.14.0", RevisionShown: report.RevisionShown{Revision: "2026-09", Because: "domain rows have 8 keys; config rows have 24 keys"}}},
		{Type: report.EarlierGiven, At: noon, Earlier: &report.Earlier{Target: "staging", Suite: "815e0319e170a413", StartedAt: noon, Outcomes: earlier}},
	}
	var ends []report.Event
	for i := range scenarios {
		resource := resources[i%len(resources)]
		id := fmt.Sprintf("%s.topic_of_some_length.a_detail_of_the_rule_%d", resource, i)
		operation := fmt.Sprintf("%s_operation_%d_partial_update", resource, i/len(resources)%14)
		cause := i % causes
		rule := report.Rule{
			ID: fmt.Sprintf("%s.topic_of_some_length.rule_%d", resource, i), Source: "posthog/api/some_module/some_file.py",
			Sentence: fmt.Sprintf("What rule %d says in a sentence that takes the most of a line, with a condition at its end", i),
		}
		if i < failures && causes < failures {
			rule.ID = fmt.Sprintf("common.rule_%d", cause)
		}
		list = append(list, report.Event{Type: report.ScenarioPlanned, At: noon, ID: id, Scenario: &report.Described{
			Title: rule.Sentence + ", as the scenario has it", Covers: []string{operation}, Access: "write", Aspect: report.Aspects[i%len(report.Aspects)], Rules: []report.Rule{rule}, Profiles: []string{"core"},
		}})
		earlier[id] = report.Passed
		result := &report.Result{Status: report.Passed, Checks: 9, Requests: 4, DurationMS: 40}
		switch {
		case i < failures:
			address := fmt.Sprintf("https://staging.example.com/api/organizations/01900000-0001-7000-8000-000000000001/%s/kind%s/", resource, strings.Repeat("x", cause))
			result = &report.Result{
				Status: report.Failed, FailureID: fmt.Sprintf("aa%03d-bbb", i), Checks: 3, Requests: 2, DurationMS: 40, Operation: operation,
				Reason:   fmt.Sprintf("property number %d of the answer\nExpected\n    <[]string | len:9, cap:16>: [\"id\", \"user\", \"level\", \"joined_at\", \"updated_at\", \"is_2fa_enabled\", \"has_social_auth\"]\nto consist of\n    <[]string | len:8, cap:8>: [\"id\", \"user\", \"level\", \"joined_at\"]\nthe extra elements were\n    <[]string | len:1, cap:1>: [\"last_login\"]", cause),
				Request:  "PATCH " + address + "\n{\"name\":\"" + strings.Repeat("name", 80) + "\"}",
				Response: "200\n{" + strings.Repeat("\"property_of_the_answer\":\"01900000-0001-7000-8000-000000000001\",", 30) + "}",
				Curl:     "curl -i -X PATCH '" + address + "' -H \"Authorization: Bearer $UNDERSTUDY_ADMIN_KEY\" --data-raw '{}'",
			}
		case i%20 == 0:
			result = &report.Result{Status: report.CouldNotRun, Reason: fmt.Sprintf("the target profile has no known.thing_%d", i%9)}
		}
		for _, caller := range callers {
			result.Calls = append(result.Calls, report.Call{Operation: operation, Caller: caller, Status: 200 + 201*(i%2), DurationMS: 2}, report.Call{Operation: operation, Caller: caller, Status: 404, DurationMS: 2})
		}
		ends = append(ends, report.Event{Type: report.ScenarioFinished, At: noon, ID: id, Result: result})
	}
	ends[0].Result.Leftovers = []string{"domains 01900000-0002-7000-8000-000000000009: status 403"}
	for i := range 30 {
		loss := &report.Loss{Thing: fmt.Sprintf("integrations 01900000-0003-7000-8000-0000000000%02d", i), What: "gone", Scenario: "domains.topic_of_some_length.a_detail_of_the_rule_0"}
		ends = append(ends, report.Event{Type: report.LossNoticed, At: noon, Loss: loss})
	}
	ends = append(ends, report.Event{Type: report.RunFinished, At: noon.Add(time.Minute)})
	r, err := report.Summarise(append(list, ends...))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The summary is the first page, whatever is wrong, and all that went wrong is a booklet, not a book.
func TestPrintedPage(t *testing.T) {
	for _, causes := range []int{363, 40, 1} {
		t.Run(fmt.Sprint(causes, " causes"), func(t *testing.T) {
			g := NewWithT(t)
			r := bad(t, causes)
			g.Expect(r.Causes).To(HaveLen(causes))
			b := browse(t, r)
			pages := b.pages()
			g.Expect(pages).To(BeNumerically("<", 40))
			b.script(`[...document.querySelectorAll("main > *:not(header)")].forEach((e) => e.remove()) || document.querySelectorAll(".skip, script").forEach((e) => e.remove())`)
			g.Expect(b.pages()).To(BeNumerically("<", pages))
			g.Expect(b.pages()).To(Equal(1), "the summary")
		})
	}
}

// On a telephone nothing stands over the edge, and nothing is to be scrolled sideways.
func TestNarrowPage(t *testing.T) {
	for name, r := range map[string]*report.Report{"everything once": logged(t), "many failures": bad(t, 40)} {
		t.Run(name, func(t *testing.T) {
			b := browse(t, r)
			for _, width := range []int64{390, 320} {
				b.resize(width)
				NewWithT(t).Expect(b.wide()).To(BeEmpty(), "%d pixels", width)
			}
		})
	}
}

// What is searched for is shown, of failures and of the list of scenarios, and a screen reader is
// told how much that is. The keyboard reaches every field.
func TestFilter(t *testing.T) {
	b := browse(t, logged(t))
	shown := func(selector string) string {
		return b.script(`[...document.querySelectorAll("` + selector + `")].filter((e) => e.checkVisibility()).map((e) => e.id || e.querySelector("code").textContent).join(" ")`)
	}
	const all, articles = "9 of 9 scenarios", "domains.list.order domains.verify.record invites.create.owner domains.create.taken"
	for _, tc := range []struct{ name, field, value, found, articles, listed string }{
		{"nothing", "text", "", all, articles, ""},
		{"words in any order", "text", "DATE domains", "1 of 9 scenarios", "domains.list.order", "domains.list.order"},
		{"text that nothing has", "text", "zebra", "0 of 9 scenarios", "", ""},
		{"an outcome", "status", "error", "1 of 9 scenarios", "domains.verify.record", "domains.verify.record"},
		{"an outcome without failures", "status", "passed", "2 of 9 scenarios", "", "domains.create.defaults invites.create.full"},
		{"a resource", "resource", "invites", "3 of 9 scenarios", "invites.create.owner", "invites.create.full invites.create.owner invites.expiry.after_three_days"},
		{"a profile", "profile", "read-only", "2 of 9 scenarios", "domains.list.order", "domains.list.order domains.pages.walk"},
		{"a rule", "rule", "requests.pages.walk", "2 of 9 scenarios", "domains.list.order", "domains.list.order domains.pages.walk"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			b.script(`(document.forms[0].reset(), document.forms[0].elements["` + tc.field + `"].value = "` + tc.value + `", document.forms[0].dispatchEvent(new Event("input")))`)
			g.Expect(b.script(`document.getElementById("found").textContent`)).To(Equal(tc.found))
			g.Expect(shown("article > [data-lead]")).To(Equal(tc.articles))
			g.Expect(shown("#scenarios li")).To(Equal(tc.listed))
		})
	}
	g := NewWithT(t)
	ask(b, chromedp.Click(chromedp.CSS("#filter button")))
	ask(b, chromedp.WaitVisible(chromedp.CSS(`[id="invites.create.owner"]`)))
	g.Expect(b.script(`document.getElementById("found").textContent`)).To(Equal(all))
	ask(b, chromedp.SendKeys(chromedp.CSS("#filter [name=text]"), "zebra"))
	g.Expect(shown("article > [data-lead]")).To(BeEmpty())
	g.Expect(b.script(`[...document.forms[0].elements].filter((e) => e.tabIndex < 0 || !(e.labels?.length || e.textContent)).length`)).To(Equal("0"))
}
