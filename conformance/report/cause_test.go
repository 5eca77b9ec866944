package report_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/report"
)

// failure is a scenario that fails, with what tells of the cause.
type failure struct {
	id, rules, reason, request, response string
	operation                            string
	covers                               string // what it is about; "" is the operation
	caller, aspect                       string
	calls                                string // operations, before the one that was wrong
	requests                             int
	status                               report.Status // "" is failed
	provisional                          bool
}

// failures is the report of a run in which these scenarios fail, and those with the given rules
// pass.
func failures(t *testing.T, passing string, list ...failure) *report.Report {
	t.Helper()
	return failuresOn(t, false, passing, list...)
}

// failuresOn is the report of a run against a target with or without control plane.
func failuresOn(t *testing.T, noControl bool, passing string, list ...failure) *report.Report {
	t.Helper()
	all := []ended{{id: "sound.thing", status: report.Passed}}
	for _, f := range list {
		status := f.status
		if status == "" {
			status = report.Failed
		}
		all = append(all, ended{id: f.id, status: status, failure: "aaaaa-" + f.id, provisional: f.provisional})
	}
	events := story(nil, all...)
	described := func(id, rules string, operation string) {
		for i := range events {
			if e := &events[i]; e.Scenario != nil && e.ID == id {
				for rule := range strings.FieldsSeq(rules) {
					e.Scenario.Rules = append(e.Scenario.Rules, report.Rule{ID: rule, Sentence: "What " + rule + " says"})
				}
				e.Scenario.Covers = []string{operation}
			}
		}
	}
	events[0].Run.NoControl = noControl
	described("sound.thing", passing, "")
	for _, f := range list {
		described(f.id, f.rules, cmp.Or(f.covers, f.operation))
		for i := range events {
			if e := &events[i]; e.Scenario != nil && e.ID == f.id && f.aspect != "" {
				e.Scenario.Aspect = f.aspect
			}
		}
		for i := range events {
			if e := &events[i]; e.Type == report.ScenarioFinished && e.ID == f.id {
				e.Result.Reason, e.Result.Request, e.Result.Response = f.reason, f.request, f.response
				e.Result.Operation, e.Result.Requests = f.operation, f.requests
				if f.caller != "" {
					e.Result.Trail = []report.TrailExchange{{Caller: f.caller}}
				}
				for operation := range strings.FieldsSeq(f.calls) {
					e.Result.Calls = append(e.Result.Calls, report.Call{Operation: operation})
				}
			}
		}
	}
	r, err := report.Summarise(events)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// grouped writes the scenarios of each cause, the lead first.
func grouped(r *report.Report) string {
	var causes []string
	for _, c := range r.Causes {
		causes = append(causes, strings.Join(c.Scenarios, " "))
	}
	return strings.Join(causes, " | ")
}

const (
	domains  = "/api/organizations/01900000-0001-7000-8000-000000000001/domains/"
	required = `400` + "\n" + `{"type":"validation_error","code":"required","detail":"This field is required.","attr":"name"}`
)

const notFound = `404` + "\n" + `{"type":"invalid_request","code":"not_found","detail":"Not found.","attr":null}`

// TestCauses: what fails of one defect, rule or trouble is one cause, and nothing else is.
func TestCauses(t *testing.T) {
	one := failure{id: "x.one", reason: "expected status 201, got 200", operation: "domains_create", request: "POST https://t" + domains, response: "200\n{}"}
	other := func(id string, change func(*failure)) failure {
		f := one
		f.id = id
		change(&f)
		return f
	}
	for _, tc := range []struct {
		name      string
		passing   string
		second    failure
		together, // whether the second has the cause of the first
		swapped bool // whether the second leads
		first *failure // nil is one
	}{
		{name: "the same status instead of the right one", second: other("x.two", func(*failure) {}), together: true},
		{name: "another operation", second: other("x.two", func(f *failure) { f.operation = "domains_update" })},
		{name: "another status was right", second: other("x.two", func(f *failure) { f.reason = "expected status 202, got 200" })},
		{name: "another operation, of an earlier log", first: &failure{id: "x.one", reason: one.reason, request: one.request, response: one.response},
			second: failure{id: "x.two", reason: one.reason, request: "PUT https://t" + domains, response: one.response}},
		{name: "another thing of the same kind, of an earlier log", together: true,
			first:  &failure{id: "x.one", reason: one.reason, request: "GET https://t" + domains + "01900000-0001-7000-8000-000000000002/", response: "200"},
			second: failure{id: "x.two", reason: one.reason, request: "GET https://t" + domains + "01900000-0001-7000-8000-000000000003/?page=2", response: "200"}},
		{name: "a wrong refusal, whatever was right", together: true,
			first:  &failure{id: "x.one", reason: "expected status 201, got 400", operation: "domains_create", request: "POST https://t" + domains, response: required},
			second: failure{id: "x.two", reason: `expected code to be "unique", got "required"`, operation: "domains_create", request: "POST https://t" + domains, response: required}},
		{name: "a refusal that minds something else",
			first:  &failure{id: "x.one", reason: "expected status 201, got 400", operation: "domains_create", request: "POST https://t" + domains, response: required},
			second: failure{id: "x.two", reason: "expected status 201, got 400", operation: "domains_create", request: "POST https://t" + domains, response: strings.Replace(required, "name", "domain", 1)}},
		{name: "the same property, written and read", together: true,
			first:  &failure{id: "x.one", reason: "expected has_saml to be true, got false", operation: "domains_create", request: "POST https://t" + domains, response: "201"},
			second: failure{id: "x.two", reason: "expected has_saml to be false, got true", operation: "domains_retrieve", request: "GET https://t" + domains + "01900000-0001-7000-8000-000000000002/", response: "200"}},
		{name: "the same property of another resource",
			first:  &failure{id: "x.one", reason: "expected name to be 1, got 2", request: "GET https://t" + domains, response: "200"},
			second: failure{id: "x.two", reason: "expected name to be 1, got 2", request: "GET https://t/api/organizations/", response: "200"}},
		{name: "the same difference from the document, in a row and in a list", together: true,
			first:  &failure{id: "x.one", reason: `the answer differs from the OpenAPI document: domains_create, 201: /has_scim: property "has_scim" is missing`, request: "POST https://t" + domains},
			second: failure{id: "x.two", reason: `the answer differs from the OpenAPI document: domains_list, 200: /results/0/has_scim: property "has_scim" is missing`, request: "GET https://t" + domains}},
		{name: "the same check of other values", together: true,
			first:  &failure{id: "x.one", reason: "keys of the row\nExpected\n    [1, 2]\nto consist of\n    [1]\nthe extra elements were\n    [2]", request: "GET https://t" + domains},
			second: failure{id: "x.two", reason: "keys of the row\nExpected\n    [3, 2]\nto consist of\n    [3]\nthe extra elements were\n    [2]", request: "GET https://t" + domains}},
		{name: "the same check, but something else is too much",
			first:  &failure{id: "x.one", reason: "keys\nExpected\n    [1, 2]\nto consist of\n    [1]\nthe extra elements were\n    [\"a\"]", request: "GET https://t" + domains},
			second: failure{id: "x.two", reason: "keys\nExpected\n    [3, 2]\nto consist of\n    [3]\nthe extra elements were\n    [\"b\"]", request: "GET https://t" + domains}},
		{name: "the same rule, however it is broken", together: true,
			first:  &failure{id: "x.one", rules: "r", reason: "expected a to be 1, got 2", request: "GET https://t/a/"},
			second: failure{id: "x.two", rules: "r", reason: "expected b to be 1, got 2", request: "GET https://t/b/"}},
		{name: "the same rule, as the others of each are shown to hold", passing: "s t", together: true,
			first:  &failure{id: "x.one", rules: "s r", reason: "expected a to be 1, got 2", request: "GET https://t/a/"},
			second: failure{id: "x.two", rules: "r t", reason: "expected b to be 1, got 2", request: "GET https://t/b/"}},
		{name: "a rule in common, of several that may be broken",
			first:  &failure{id: "x.one", rules: "s r", reason: "expected a to be 1, got 2", request: "GET https://t/a/"},
			second: failure{id: "x.two", rules: "r t", reason: "expected b to be 1, got 2", request: "GET https://t/b/"}},
		{name: "a rule about every resource, broken for two in different ways",
			first:  &failure{id: "a.one", rules: "r", reason: "expected a to be 1, got 2", request: "GET https://t/a/"},
			second: failure{id: "b.two", rules: "r", reason: "expected b to be 1, got 2", request: "GET https://t/b/"}},
		{name: "a rule about every resource, broken for two in one way", together: true,
			first:  &failure{id: "a.one", rules: "r", reason: "expected status 405, got 200", request: "PUT https://t/a/", response: "200"},
			second: failure{id: "b.two", rules: "r", reason: "expected status 405, got 200", request: "PUT https://t/b/", response: "200"}},
		{name: "the same wrong words, wherever", together: true,
			first:  &failure{id: "a.one", reason: `expected detail to be "No.", got "Nope."`, request: "PUT https://t/a/", response: "400\n{\"detail\": \"Nope.\", \"attr\": \"a\"}"},
			second: failure{id: "b.two", reason: `expected detail to be "No.", got "Nope."`, request: "PUT https://t/b/", response: "400\n{\"detail\": \"Nope.\", \"attr\": \"b\"}"}},
		{name: "the same trouble, whatever was asked", together: true,
			first:  &failure{id: "x.one", status: report.Errored, reason: "POST /a/: read tcp 127.0.0.1:1->127.0.0.1:2: connection reset by peer", request: "POST https://t/a/", response: "no answer"},
			second: failure{id: "x.two", status: report.Errored, reason: "GET /b/: read tcp 127.0.0.1:3->127.0.0.1:2: connection reset by peer", request: "GET https://t/b/", response: "no answer"}},
		{name: "the same trouble, at a long address", together: true,
			first:  &failure{id: "x.one", status: report.Errored, reason: "POST /" + strings.Repeat("a", 300) + "/: no answer: connection refused", response: "no answer"},
			second: failure{id: "x.two", status: report.Errored, reason: "GET /b/: connection refused", response: "no answer"}},
		{name: "another trouble",
			first:  &failure{id: "x.one", status: report.Errored, reason: "GET /a/: connection reset by peer", response: "no answer"},
			second: failure{id: "x.two", status: report.Errored, reason: "GET /a/: context deadline exceeded", response: "no answer"}},
		{name: "two properties of which wrong values are taken",
			first:  &failure{id: "x.one", reason: "expected status 400, got 201: logo_media_id had to be refused", operation: "organizations_create", response: "201\n{}"},
			second: failure{id: "x.two", reason: "expected status 400, got 201: default_experiment_stats_method had to be refused", operation: "organizations_create", response: "201\n{}"}},
		{name: "one property of which two wrong values are taken", together: true,
			first:  &failure{id: "x.one", reason: "expected status 400, got 201: logo_media_id had to be refused", operation: "organizations_create", response: "201\n{}"},
			second: failure{id: "x.two", reason: "expected status 400, got 201: logo_media_id had to be refused", operation: "organizations_create", response: "201\n{}"}},
		{name: "patches of two attributes that are taken",
			first:  &failure{id: "x.one", reason: "expected status 400, got 200", operation: "scim_users_partial_update", request: "PATCH https://t/scim/v2/s/Users/1\n" + `{"Operations":[{"op":"replace","path":"active","value":5}]}`},
			second: failure{id: "x.two", reason: "expected status 400, got 200", operation: "scim_users_partial_update", request: "PATCH https://t/scim/v2/s/Users/2\n" + `{"Operations":[{"op":"replace","path":"emails[type eq","value":"a"}]}`}},
		{name: "a filter that finds too little, and one that finds too much",
			first:  &failure{id: "x.one", reason: "expected totalResults to be 1, got 0", request: "GET https://t/scim/v2/s/Users?filter=userName+eq+%22a%22"},
			second: failure{id: "x.two", reason: "expected totalResults to be 0, got 1", request: "GET https://t/scim/v2/s/Users?filter=userName+eq+%22b%22"}},
		{name: "two filters that find too little",
			first:  &failure{id: "x.one", reason: "expected totalResults to be 1, got 0", request: "GET https://t/scim/v2/s/Users?filter=userName+gt+%22a%22"},
			second: failure{id: "x.two", reason: "expected totalResults to be 1, got 0", request: "GET https://t/scim/v2/s/Users?filter=emails%5Btype+eq+%22work%22%5D"}},
		{name: "one filter that finds too little, for two names", together: true,
			first:  &failure{id: "x.one", reason: "expected totalResults to be 1, got 0", request: "GET https://t/scim/v2/s/Users?filter=userName+gt+%22a%22"},
			second: failure{id: "x.two", reason: "expected totalResults to be 2, got 0", request: "GET https://t/scim/v2/s/Users?filter=userName+gt+%22b%22"}},
		{name: "what should be another refusal, and what is not found in other words",
			first:  &failure{id: "x.one", reason: "expected status 405, got 404", request: "GET https://t/p/", response: notFound},
			second: failure{id: "x.two", reason: `expected detail to be "Organization not found.", got "Not found."`, request: "PATCH https://t/p/", response: notFound}},
		// Which one leads.
		{name: "what fails sooner leads", together: true, swapped: true,
			first: &failure{id: "x.one", reason: one.reason, operation: "domains_create", requests: 3}, second: other("x.two", func(f *failure) { f.requests = 2 })},
		{name: "what sweeps over everything and was stopped does not lead, though it fails sooner", together: true, swapped: true,
			first:  &failure{id: "x.one", rules: "x.everywhere_all", reason: "expected status 204, got 400", operation: "domains_destroy", request: "DELETE https://t" + domains, response: required, requests: 2},
			second: failure{id: "x.two", rules: "x.blank", reason: "expected status 204, got 400", operation: "domains_destroy", request: "DELETE https://t" + domains, response: required, requests: 7}},
		{name: "what sweeps over everything and got through leads where it fails sooner", together: true,
			first:  &failure{id: "x.one", rules: "x.everywhere_all", reason: "expected status 404, got 200", operation: "domains_update", request: "PUT https://t" + domains, response: "200", requests: 2},
			second: failure{id: "x.two", rules: "x.blank", reason: "expected status 404, got 200", operation: "domains_update", request: "PUT https://t" + domains, response: "200", requests: 7}},
		{name: "what counts leads", together: true, swapped: true,
			first: &failure{id: "x.one", reason: one.reason, operation: "domains_create", provisional: true}, second: other("x.two", func(f *failure) { f.requests = 2 })},
		{name: "what has fewer rules that hold leads", passing: "s", together: true, swapped: true,
			first: &failure{id: "x.one", rules: "s r", reason: one.reason, operation: "domains_create"}, second: other("x.two", func(f *failure) { f.rules = "r q" })},
		{name: "a wrong status leads", together: true, swapped: true,
			first:  &failure{id: "x.one", rules: "r", reason: "expected a to be 1, got 2", request: "GET https://t/a/"},
			second: failure{id: "x.two", rules: "r", reason: one.reason, operation: "domains_create"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			first := one
			if tc.first != nil {
				first = *tc.first
			}
			want := map[[2]bool]string{{false, false}: "one | two", {true, false}: "one two", {true, true}: "two one"}[[2]bool{tc.together, tc.swapped}]
			r := failures(t, tc.passing, first, tc.second)
			want = strings.NewReplacer("one", first.id, "two", tc.second.id).Replace(want)
			NewWithT(t).Expect(grouped(r)).To(Equal(want))
			everyFormAgrees(t, r)
		})
	}
}

// A failure that shares a mark with two causes makes them one.
func TestCausesJoin(t *testing.T) {
	g := NewWithT(t)
	r := failures(t, "",
		failure{id: "x.a", rules: "r", reason: "expected a to be 1, got 2", request: "GET https://t/a/"},
		failure{id: "x.b", rules: "q", reason: "expected b to be 1, got 2", request: "GET https://t/b/"},
		failure{id: "x.c", rules: "s", reason: "expected c to be 1, got 2", request: "GET https://t/c/"},
		failure{id: "x.d", rules: "r", reason: "expected c to be 1, got 2", request: "GET https://t/c/"},
		failure{id: "x.e", rules: "s", reason: "expected e to be 1, got 2", request: "GET https://t/e/"},
	)
	g.Expect(grouped(r)).To(Equal("x.a x.c x.d x.e | x.b"))
	g.Expect(r.Causes[0].Rule.ID).To(Equal("r"))
	g.Expect(r.Causes[0].Sentence()).To(Equal("What r says"))
}

// TestManyOmissions: two or three properties that are not checked are as many defects, many are one.
func TestManyOmissions(t *testing.T) {
	g := NewWithT(t)
	var list []failure
	for _, name := range []string{"a", "b", "c"} {
		list = append(list, failure{id: "x." + name, reason: "expected status 400, got 201: " + name + " had to be refused", operation: "domains_create", response: "201\n{}"})
	}
	g.Expect(grouped(failures(t, "", list...))).To(Equal("x.a | x.b | x.c"))
	list = append(list, failure{id: "x.d", reason: "expected status 400, got 201: d had to be refused", operation: "domains_create", response: "201\n{}"})
	g.Expect(grouped(failures(t, "", list...))).To(Equal("x.a x.b x.c x.d"))
}

// Causes that count come first, failures before errors, and of those what most scenarios say; each
// form leads with them so, and GitHub shows one annotation for each.
func TestCausesInOrder(t *testing.T) {
	g := NewWithT(t)
	at := func(id, what string, provisional bool, status report.Status) failure {
		return failure{id: id, reason: "expected " + what + " to be 1, got 2", request: "GET https://t/" + what + "/", provisional: provisional, status: status}
	}
	list := []failure{at("odd.p1", "p", true, ""), at("odd.p2", "p", true, ""), at("way.e1", "e", false, report.Errored), at("way.e2", "e", false, report.Errored), at("one.f", "f", false, "")}
	for i := range 63 {
		list = append(list, at(fmt.Sprintf("many.m%02d", i), "m", false, ""))
	}
	r := failures(t, "", list...)
	g.Expect(r.Causes).To(HaveLen(4))
	var leads []string
	for _, c := range r.Causes {
		leads = append(leads, c.Lead)
	}
	g.Expect(leads).To(Equal([]string{"many.m00", "one.f", "way.e1", "odd.p1"}))
	g.Expect(r.Causes[3].Counts).To(BeFalse())
	for _, name := range []string{"report.txt", "report.md", "report.html", "github.txt"} {
		var b strings.Builder
		g.Expect(forms[name](r, &b)).To(Succeed())
		var at []int
		for _, lead := range []string{"many.m00", "one.f", "odd.p1"} { // an error is none of its scenario
			at = append(at, strings.Index(strings.ReplaceAll(b.String(), "<wbr>", ""), lead))
		}
		g.Expect(at[0]).To(BeNumerically(">=", 0), name)
		g.Expect(slices.IsSorted(at)).To(BeTrue(), "%s: %v", name, at)
	}
	var annotations strings.Builder
	g.Expect(r.WriteAnnotations(&annotations)).To(Succeed())
	g.Expect(annotations.String()).To(HavePrefix("::error title=many.m00 failed::"))
	g.Expect(annotations.String()).To(ContainSubstring("63 scenarios failed of it, as many.m00%0A"))
	g.Expect(strings.Count(annotations.String(), "::error ")).To(Equal(3))
	file := junitOf(t, r)
	g.Expect(file.Failures).To(Equal(64), "JUnit has a case for each")
}
