package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
	"github.com/understudy-dev/understudy/spec"
)

// TestViolationsAgainst: each kind of request that a later or an earlier revision breaks is said,
// with where, and what comes of it; and nothing else is.
func TestViolationsAgainst(t *testing.T) {
	type says struct{ code, operation, where, effect, message string }
	for _, tc := range []struct {
		name          string
		from, against string
		call          func(f *mocktest.Fake)
		says          []says
	}{
		{"nothing that differs", "2026-06", "2026-09", func(f *mocktest.Fake) {
			f.Invite(`{"target_email": "a@example.com"}`).Status(201)
			f.As("admin").Get(f.Org("domains") + "?limit=2").Status(200)
		}, nil},
		{"an operation that is gone", "2026-06", "2026-09", func(f *mocktest.Fake) {
			f.Session("admin").Post(f.Org("domains", f.Known("known.verified_domain.id"), "scim", "token"), "")
		}, []says{{"unknown_path", "domains_scim_token_create", "", "refused", "does not exist in 2026-09"}}},
		{"its fields, asked for", "2026-06", "2026-09", func(f *mocktest.Fake) {
			f.As("admin").Do("OPTIONS", f.Org("domains", f.Known("known.verified_domain.id"), "scim", "token"), "", "")
		}, []says{{"unknown_path", "", "", "refused", "does not exist in 2026-09"}}},
		{"operations that are not there yet", "2026-06", "2026-03", func(f *mocktest.Fake) {
			f.As("admin").Get(f.Org("identity_provider_configs")).Status(200)
			f.As("admin").Do("HEAD", f.Org("identity_provider_configs"), "", "").Status(200)
			f.As("admin").Post(f.Org("invites", "delegate"), `{"target_email": "a@example.com"}`).Status(201)
		}, []says{
			{"unknown_path", "identity_provider_configs_list", "", "refused", "GET /api"},
			{"unknown_path", "identity_provider_configs_list", "", "refused", "HEAD /api"},
			{"unknown_method", "invites_delegate_create", "", "refused", "405"}, // "delegate" is the id of an invite there
		}},
		{"a field that nothing reads", "2026-06", "2026-09", func(f *mocktest.Fake) {
			f.As("admin").Patch(f.Org("domains", f.Known("known.verified_domain.id")), `{"saml_entity_id": "x", "sso_enforcement": ""}`).Status(200)
		}, []says{{"unread_field", "domains_partial_update", "body /saml_entity_id", "ignored", "nothing reads it"}}},
		{"an unknown choice", "2026-06", "2026-09", func(f *mocktest.Fake) {
			f.As("admin").Post(f.Org("identity_provider_configs"), `{"config_scope": "ldap"}`).Status(201)
		}, []says{{"invalid_value", "identity_provider_configs_create", "body /config_scope", "refused", "one of"}}},
		{"a plus", "2026-06", "2026-09", func(f *mocktest.Fake) {
			f.Invite(`{"target_email": "a+b@example.com"}`).Status(201)
			f.As("admin").Form(f.Org("invites"), "target_email=a%2Bc@example.com").Status(201)
			f.As("admin").Post(f.Org("invites", "bulk"), `[{"target_email": "c@example.com"}, {"target_email": "a+d@example.com"}, {"target_email": "a+e@example.com"}]`).Status(201)
			f.As("admin").Post(f.Org("invites", "delegate"), `{"target_email": "a+f@example.com"}`).Status(201)
		}, []says{
			{"refused_text", "invites_create", "body /target_email", "refused", "plus sign"},
			{"refused_text", "invites_bulk_create", "body /1/target_email", "refused", "plus sign"},
			{"refused_text", "invites_delegate_create", "body /target_email", "refused", "plus sign"},
		}},
		{"a name that was allowed", "2026-03", "2026-06", func(f *mocktest.Fake) {
			f.As("admin").Patch(f.Org(), `{"name": "<b>x"}`).Status(200)
		}, []says{{"refused_text", "organizations_partial_update", "body /name", "refused", "Angle brackets"}}},
		{"what is a violation already", "2026-06", "2026-09", func(f *mocktest.Fake) {
			f.As("admin").Get(f.Org("domains") + "?colour=red").Status(200)
			f.As("admin").Get("/api/badgers/").Status(404)
			f.As("admin").Patch(f.Org("domains", f.Known("known.verified_domain.id")), `{"has_saml": true}`).Status(200)
		}, nil},
		{"a method that was not there, on what is an id elsewhere", "2026-06", "2026-03", func(f *mocktest.Fake) {
			f.As("admin").Delete(f.Org("invites", "delegate")).Status(403)
		}, nil},
		{"what came later", "2026-06", "2026-09", func(f *mocktest.Fake) {
			f.As("admin").Patch(f.Org(), `{"members_can_see_org_members": true}`).Status(200)
			f.Session("admin").Post(f.Org("remove_blocked_members_and_enforce_verified_domains"), "").Status(404)
		}, nil},
		{"SCIM by the id of a domain that keeps it", "2026-06", "2026-09", func(f *mocktest.Fake) {
			f.With("Authorization", "Bearer "+f.Known("known.scim.token")).Get("/scim/v2/" + f.Known("known.scim.domain_id") + "/Users").Status(200)
		}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			f := mocktest.New(t, mock.WithRevision(tc.from))
			tc.call(f)
			found := f.Anonymous().Get(violationsPath + "?against=" + tc.against).Status(200)
			found.Has("against", mocktest.Quote(tc.against)).Has("revision", mocktest.Quote(tc.from)).Has("count", fmt.Sprint(len(tc.says))).Has("not_checked", "[]")
			for i, row := range found.Get("violations").Array() {
				got := says{row.Get("code").String(), row.Get("operation").String(), row.Get("where").String(), row.Get("effect").String(), tc.says[i].message}
				g.Expect(got).To(Equal(tc.says[i]))
				g.Expect(row.Get("message").String()).To(ContainSubstring(tc.says[i].message))
			}
		})
	}
}

// Two domains share a config: an upgrade keeps the address of one of them.
func TestSCIMAddressOfTwoDomains(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	config := f.NewConfig(`{"scim_enabled": true}`)
	var ids []string
	for _, name := range []string{"one.example.com", "two.example.com"} {
		id := f.NewVerifiedDomain(name)
		f.As("admin").Patch(f.Org("domains", id), `{"identity_provider_config": "`+config+`"}`).Status(200)
		ids = append(ids, id)
	}
	token := f.As("admin").Post(f.Org("identity_provider_configs"), `{"scim_enabled": true}`).Get("scim_bearer_token").String()
	g.Expect(token).NotTo(BeEmpty())
	f.Anonymous().Delete("/_understudy/requests").Status(204)
	slices.Sort(ids)
	for _, id := range ids {
		f.With("Authorization", "Bearer "+token).Get("/scim/v2/" + id + "/Users")
	}
	found := f.Anonymous().Get(violationsPath+"?against=2026-09").Status(200).Has("count", "1").
		Has("violations.0.code", `"moved_address"`).Has("violations.0.where", `"path domain_id"`).Has("violations.0.first.request", fmt.Sprint(len(f.Requests())+int(f.Requests()[0].Number)-1))
	g.Expect(found.Get("notes.0").String()).To(ContainSubstring("1 request to a SCIM server by an address that an upgrade keeps"))

	g.Expect(f.MoveTo("2026-09")).To(Succeed())
	g.Expect(f.As("admin").Get(f.Org("identity_provider_configs")).Get("results.#.scim_base_url").Raw).
		To(And(ContainSubstring(ids[0]), Not(ContainSubstring(ids[1]))))
}

func TestViolationsAgainstIsCounted(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	domain := f.Org("domains", f.Known("known.verified_domain.id"))
	f.As("member").Patch(domain, `{"saml_entity_id": "x"}`).Status(403)
	f.As("admin").Patch(domain, `{"saml_entity_id": "y"}`).Status(200)
	f.As("admin").Patch(domain, `{"saml_entity_id": "`+strings.Repeat("z", 70<<10)+`"}`).Status(400)
	found := f.Anonymous().Get(violationsPath+"?against=2026-09").Status(200).Has("requests", "3").Has("breaking", "2").Has("count", "1").Has("total", "2").
		Has("violations.0.count", "2").Has("violations.0.refused", "1").Has("violations.0.first.request", "1").Has("violations.0.last.request", "2")
	found.Has("not_checked.#", "1").Has("not_checked.0.first.request", "3").Has("not_checked.0.operation", `"domains_partial_update"`)
	g.Expect(found.Get("not_checked.0.reason").String()).To(HavePrefix("the body: of 71"))
	found.Has("answers.#", "1").Has("answers.0.operation", `"domains_partial_update"`).Has("answers.0.count", "1")
	g.Expect(found.Get("answers.0.gone").String()).To(And(ContainSubstring("identity_provider_config"), ContainSubstring("has_saml")))

	text := f.With("Accept", "text/plain").Get(violationsPath + "?against=2026-09").Status(200)
	g.Expect(string(text.Body)).To(And(HavePrefix("3 requests compared with 2026-09: 2 break in 1 ways.\n"), ContainSubstring("unread_field, ignored"), ContainSubstring("not checked:")))

	ofGo, err := f.ViolationsAgainst("2026-09")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(ofGo.Violations).To(ConsistOf(And(HaveField("Code", BeEquivalentTo("unread_field")), HaveField("Count", 2), HaveField("Effect", BeEquivalentTo("ignored")))))
	g.Expect(f.Violations()).To(BeEmpty(), "without against all is as ever")
}

func TestViolationsAgainstWhat(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t, mock.WithoutGuard())
	f.Invite(`{"target_email": "a+b@example.com"}`).Status(201)
	unknown := f.Anonymous().Get(violationsPath+"?against=2027-01").Status(400).Has("understudy", `"no_such_revision"`)
	g.Expect(unknown.Get("detail").String()).To(ContainSubstring("use one of 2026-03, 2026-06, 2026-09"))
	_, err := f.ViolationsAgainst("2027-01")
	g.Expect(err).To(MatchError(ContainSubstring("2026-09")))

	own := f.Anonymous().Get(violationsPath+"?against=2026-06").Status(200).Has("count", "0").Has("requests", "0")
	g.Expect(own.Get("notes").String()).To(ContainSubstring("plays 2026-06 itself"))
	f.Anonymous().Get(violationsPath+"?against=").Status(200).Has("violations", "[]")

	// After a move, what was asked before it is compared, and what came after it is not.
	g.Expect(f.MoveTo("2026-09")).To(Succeed())
	f.Invite(`{"target_email": "a+c@example.com"}`).Status(400)
	moved := f.Anonymous().Get(violationsPath+"?against=2026-09").Status(200).Has("requests", "1").Has("violations.0.count", "1")
	g.Expect(moved.Get("notes").String()).To(ContainSubstring("1 request left out"))
}

// asked is a request of the traffic that is played again.
type asked struct{ method, path, body string }

// documentedTraffic asks every operation of a revision for what its document shows as examples.
func documentedTraffic(t *testing.T, f *mocktest.Fake, revision spec.Revision) (list []asked) {
	t.Helper()
	document, err := spec.LoadRevision(revision)
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for _, op := range document.Operations() {
		path := op.Path
		parameters := append(slices.Clone(document.T.Paths.Value(op.Path).Parameters), op.Spec.Parameters...)
		for _, p := range parameters {
			value := fmt.Sprint(p.Value.Example)
			if p.Value.Name == "organization_id" {
				value = f.Known("organization.id")
			}
			path = strings.Replace(path, "{"+p.Value.Name+"}", value, 1)
		}
		bodies := []string{""}
		if op.Spec.RequestBody != nil {
			if media := op.Spec.RequestBody.Value.Content["application/json"]; media != nil {
				for _, example := range media.Examples {
					body, err := json.Marshal(example.Value.Value)
					NewWithT(t).Expect(err).NotTo(HaveOccurred())
					bodies = append(bodies, string(body), strings.Replace(string(body), "@", "+tag@", 1))
				}
			}
		}
		for _, body := range bodies {
			list = append(list, asked{op.Method, path, body})
		}
	}
	return list
}

// TestAdviceIsTrue plays what the document of a revision shows in another one, too: what is said to
// be unknown there answers so, and whatever newly answers so there, or refuses a text, was said.
func TestAdviceIsTrue(t *testing.T) {
	for _, tc := range []struct{ from, to string }{
		{"2026-06", "2026-09"}, {"2026-06", "2026-03"}, {"2026-03", "2026-09"}, {"2026-09", "2026-06"},
	} {
		t.Run(tc.from+" to "+tc.to, func(t *testing.T) {
			g := NewWithT(t)
			f, next := mocktest.New(t, mock.WithRevision(tc.from)), mocktest.New(t, mock.WithRevision(tc.to))
			traffic := documentedTraffic(t, f, spec.Revision(tc.from))
			played := 0
			for _, a := range traffic {
				f.Reset() // and the journal with it: each request is one of its own
				next.Reset()
				was := send(f, a)
				is := send(next, a)
				said := f.Anonymous().Get(violationsPath + "?against=" + tc.to).Status(200)
				unknown := said.Get(`violations.#(code=="unknown_path")`).Exists() || said.Get(`violations.#(code=="unknown_method")`).Exists()
				about := fmt.Sprintf("%v answered %d, now %d %.200s\nsaid %.600s", a, was.Code, is.Code, is.Body, said.Body)
				g.Expect(unknown).To(Equal(isUnknown(is) && !isUnknown(was)), about)
				if is.Code == http.StatusBadRequest && was.Code < 300 {
					g.Expect(said.Get(`violations.#(effect=="refused")`).Exists() || strings.Contains(said.Get("answers.#.statuses").Raw, "400")).To(BeTrue(), about)
				}
				if text := said.Get(`violations.#(code=="refused_text")`); text.Exists() && was.Code < 300 {
					g.Expect(is.Code).To(Equal(http.StatusBadRequest), about)
				}
				if was.Code < 300 {
					played++
				}
			}
			g.Expect(played).To(BeNumerically(">", 40), "of %d requests", len(traffic))
		})
	}
}

// send sends a request in a session of the administrator, SCIM's with its token.
func send(f *mocktest.Fake, a asked) *mocktest.Answer {
	f.T.Helper()
	if strings.HasPrefix(a.path, "/scim/") {
		return f.With("Authorization", "Bearer "+f.Known("known.scim.token")).Do(a.method, a.path, "application/json", a.body)
	}
	return f.Session("admin").Do(a.method, a.path, "application/json", a.body)
}

// isUnknown reports whether an answer is that of a path or a method that there is not.
func isUnknown(a *mocktest.Answer) bool {
	return a.Code == http.StatusMethodNotAllowed || a.Code == http.StatusNotFound && gjson.GetBytes(a.Body, "detail").String() == "Endpoint not found."
}
