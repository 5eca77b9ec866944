package mock_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

const (
	upstreamPath = "/_understudy/upstream"
	modePath     = "/_understudy/upstream/mode"
)

// calls are the calls upstream so far, by action and outcome.
func (f *fake) calls() (made []string) {
	for _, c := range f.UpstreamCalls() {
		made = append(made, c.Action+" "+c.Outcome)
	}
	return made
}

func TestDisconnectingAsksUpstream(t *testing.T) {
	for _, tc := range []struct {
		name, body, server string
		refused            bool
		calls              []string
	}{
		{"up", `{"integration_id": "i"}`, "up", false, []string{"uninstall accepted"}},
		{"unpaid invoices", `{"integration_id": "i", "upstream": "unpaid_invoices"}`, "up", true, []string{"uninstall unpaid_invoices"}},
		{"the short form", `{"integration_id": "i", "unpaid_invoices": true}`, "up", true, []string{"uninstall unpaid_invoices"}},
		{"down", `{"integration_id": "i", "upstream": "down"}`, "up", false, []string{"uninstall failed"}},
		{"all unpaid", `{"integration_id": "i"}`, "unpaid_invoices", true, []string{"uninstall unpaid_invoices"}},
		{"all down", `{"integration_id": "i", "upstream": "unpaid_invoices"}`, "down", false, []string{"uninstall failed"}},
		{"connectable", `{"integration_id": "i", "config": {"type": "connectable"}}`, "unpaid_invoices", false, nil},
		{"not installed upstream", `{"config": {"type": "marketplace"}}`, "unpaid_invoices", false, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			f := newFake(t)
			path := f.org("integrations", f.install(tc.body))
			f.anonymous().put(modePath, `{"mode": "`+tc.server+`"}`).status(200).has("mode", quote(tc.server))
			f.as("member").delete(path).denied(lowLevel)
			g.Expect(f.calls()).To(BeEmpty(), "nobody asks upstream for those who may not")
			if tc.refused {
				f.as("admin").delete(path).status(http.StatusConflict).has("code", `"open_invoices_error"`)
				f.as("admin").get(path).status(200)
			} else {
				f.as("admin").delete(path).bytes(http.StatusNoContent, "")
				f.as("admin").get(path).status(404)
			}
			g.Expect(f.calls()).To(Equal(tc.calls))
		})
	}
}

func TestUpstreamCallOfDisconnecting(t *testing.T) {
	f := newFake(t)
	id := f.install(`{"integration_id": "icfg_1", "upstream": "unpaid_invoices"}`)
	path := f.org("integrations", id)
	f.as("admin").delete(path).status(409)
	f.anonymous().patch("/_understudy/integrations/"+id, `{"upstream": "up"}`).status(200).has("upstream", `"up"`)
	f.as("admin").delete(path).status(204)
	f.anonymous().get(upstreamPath).status(200).has("count", "2").
		has("calls.0.action", `"uninstall"`).has("calls.0.method", `"POST"`).
		has("calls.0.url", `"https://billing.posthog.com/api/activate/authorize/uninstall"`).
		has("calls.0.organization", quote(f.known("organization.id"))).has("calls.0.integration", quote(id)).
		has("calls.0.integration_id", `"icfg_1"`).has("calls.0.body", `{"billing_provider":"vercel"}`).
		has("calls.0.outcome", `"unpaid_invoices"`).has("calls.0.problem", `"there are unpaid invoices"`).
		has("calls.0.made_at", `"2026-03-01T12:00:00Z"`).has("calls.1.outcome", `"accepted"`).has("calls.1.problem", `""`)
	f.anonymous().delete(upstreamPath).status(204)
	f.anonymous().get(upstreamPath).bytes(200, `{"calls":[],"count":0}`)
}

func TestMappingTellsUpstream(t *testing.T) {
	const credentials = `"credentials": {"access_token": "t"}`
	for _, tc := range []struct {
		name, body, server string
		calls              []string
	}{
		{"with credentials", `{"integration_id": "icfg 1", "config": {"type": "connectable"}, "access_token": "t"}`, "up", []string{"import_resource accepted"}},
		{"with credentials of old", `{"integration_id": "i", "config": {"type": "connectable", ` + credentials + `}}`, "up", []string{"import_resource accepted"}},
		{"down", `{"integration_id": "i", "config": {"type": "connectable"}, "access_token": "t", "upstream": "down"}`, "up", []string{"import_resource failed"}},
		{"all down", `{"integration_id": "i", "config": {"type": "connectable"}, "access_token": "t"}`, "down", []string{"import_resource failed"}},
		{"unpaid invoices", `{"integration_id": "i", "config": {"type": "connectable"}, "access_token": "t"}`, "unpaid_invoices", []string{"import_resource accepted"}},
		{"without credentials", `{"integration_id": "i", "config": {"type": "connectable"}}`, "up", nil},
		{"without an id upstream", `{"config": {"type": "connectable"}, "access_token": "t"}`, "up", nil},
		{"credentials that are no object", `{"integration_id": "i", "config": {"type": "connectable", "credentials": "t"}}`, "up", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			f := newFake(t)
			one, two := f.known("known.projects.0"), f.known("known.projects.1")
			path := f.org("integrations", f.install(tc.body), "environment-mapping")
			f.anonymous().put(modePath, `{"mode": "`+tc.server+`"}`).status(200)
			session := f.session("admin")
			session.patch(path, `{}`).status(400)
			session.patch(path, `{"production": 987654}`).status(400)
			g.Expect(f.calls()).To(BeEmpty(), "nobody tells upstream of a refused mapping")
			session.patch(path, `{"production": `+one+`, "preview": `+two+`}`).status(200).
				has("config.environment_mapping", `{"production":`+one+`,"preview":`+two+`,"development":`+one+`}`)
			g.Expect(f.calls()).To(Equal(tc.calls))
		})
	}
}

func TestUpstreamCallOfMapping(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	one, two := f.known("known.projects.0"), f.known("known.projects.1")
	id := f.install(`{"integration_id": "icfg/1", "config": {"type": "connectable"}, "access_token": "very secret"}`)
	f.session("admin").patch(f.org("integrations", id, "environment-mapping"), `{"production": `+one+`, "preview": `+two+`}`).status(200)
	calls := f.anonymous().get(upstreamPath).status(200).has("count", "1").
		has("calls.0.method", `"PUT"`).has("calls.0.url", `"https://api.vercel.com/v1/installations/icfg%2F1/resources/`+one+`"`)
	body := calls.get("calls.0.body")
	g.Expect(body.Get("productId").String()).To(Equal("posthog"))
	g.Expect(body.Get("status").String()).To(Equal("ready"))
	g.Expect(body.Get("ownership").String()).To(Equal("linked"))
	overrides := body.Get(`secrets.#(name=="NEXT_PUBLIC_POSTHOG_KEY").environmentOverrides`)
	g.Expect(overrides.Get("development").String()).To(Equal(overrides.Get("production").String()))
	g.Expect(overrides.Get("preview").String()).NotTo(Equal(overrides.Get("production").String()))
	g.Expect(body.Get(`secrets.#(name=="NEXT_PUBLIC_POSTHOG_HOST").value`).String()).To(Equal("http://fake.test"))
	g.Expect(string(calls.body)).NotTo(ContainSubstring("very secret"))
}

func TestUpstreamIsPartOfTheWorld(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	f.anonymous().put(modePath, `{"mode": "down"}`).status(200)
	f.as("admin").delete(f.org("integrations", f.known("known.integrations.disposable"))).status(204)
	g.Expect(f.calls()).To(Equal([]string{"uninstall failed"}))
	f.Reset()
	g.Expect(f.calls()).To(BeEmpty())
	f.anonymous().get(modePath).bytes(200, `{"mode":"up"}`)
}

func TestIntegrationsOfTheControlPlane(t *testing.T) {
	f := newFake(t)
	path := "/_understudy/integrations/" + f.install(`{"integration_id": "i", "upstream": "down"}`)
	f.anonymous().get(path).status(200).has("upstream", `"down"`).has("has_access_token", "false").
		has("organization", quote(f.known("organization.id"))).has("integration_id", `"i"`)
	f.anonymous().patch(path, `{"access_token": "t"}`).status(200).has("upstream", `"down"`).has("has_access_token", "true")
	f.anonymous().put(modePath, `{"mode": "unpaid_invoices"}`).status(200)
	f.anonymous().get(path).status(200).has("upstream", `"down"`).has("effective_upstream", `"unpaid_invoices"`)
	f.anonymous().get("/_understudy/integrations/nowhere").status(404).has("understudy", `"no_such_integration"`)
	f.anonymous().patch("/_understudy/integrations/01900000-0000-7000-8000-00000000dead", `{"upstream": "up"}`).status(404)
	for _, tc := range []struct{ method, path, body string }{
		{"PATCH", path, `{"upstream": "sideways"}`},
		{"PATCH", path, `{"upstream": ""}`},
		{"PATCH", path, `{"unknown": 1}`},
		{"PUT", modePath, `{"mode": "sideways"}`},
		{"PUT", modePath, `{}`},
		{"PUT", modePath, ``},
		{"POST", "/_understudy/integrations", `{"organization": "hedgerow-works", "upstream": "sideways"}`},
		{"POST", "/_understudy/integrations", `{"organization": "hedgerow-works", "upstream": "down", "unpaid_invoices": true}`},
	} {
		f.anonymous().do(tc.method, tc.path, "application/json", tc.body).status(400).has("understudy", `"invalid_body"`)
	}
}

// scriptedUpstream answers what it was told to and keeps what it was asked.
type scriptedUpstream struct {
	answer error
	asked  []mock.UpstreamCall
}

func (u *scriptedUpstream) Call(_ context.Context, call mock.UpstreamCall) error {
	u.asked = append(u.asked, call)
	return u.answer
}

func TestUpstreamOfOnesOwn(t *testing.T) {
	g := NewWithT(t)
	upstream := &scriptedUpstream{answer: errors.Join(mock.ErrUnpaidInvoices, errors.New("3 of them"))}
	f := newFake(t, mock.WithUpstream(upstream))
	path := f.org("integrations", f.known("known.integrations.disposable"))
	f.as("admin").delete(path).status(409)
	g.Expect(f.calls()).To(Equal([]string{"uninstall unpaid_invoices"}))
	upstream.answer = errors.New("a wire is broken")
	f.as("admin").delete(path).status(204)
	g.Expect(f.UpstreamCalls()[1]).To(And(HaveField("Outcome", "failed"), HaveField("Problem", "a wire is broken")))
	g.Expect(upstream.asked).To(HaveLen(2))
	g.Expect(upstream.asked[0].Body).To(Equal(json.RawMessage(`{"billing_provider":"vercel"}`)))
	f.anonymous().put(modePath, `{"mode": "down"}`).status(409).has("understudy", `"other_upstream"`)
	f.anonymous().patch("/_understudy/integrations/"+f.known("known.integrations.unpaid"), `{"upstream": "down"}`).status(409)
}
