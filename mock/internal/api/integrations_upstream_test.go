package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

const (
	upstreamPath = "/_understudy/upstream"
	modePath     = "/_understudy/upstream/mode"
)

// upstreamCalls are the calls upstream so far, by action and outcome.
func upstreamCalls(f *mocktest.Fake) (made []string) {
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
			f := mocktest.New(t)
			path := f.Org("integrations", f.NewIntegration(tc.body))
			f.Anonymous().Put(modePath, `{"mode": "`+tc.server+`"}`).Status(200).Has("mode", mocktest.Quote(tc.server))
			f.As("member").Delete(path).Denied(lowLevel)
			g.Expect(upstreamCalls(f)).To(BeEmpty(), "nobody asks upstream for those who may not")
			if tc.refused {
				f.As("admin").Delete(path).Status(http.StatusConflict).Has("code", `"open_invoices_error"`)
				f.As("admin").Get(path).Status(200)
			} else {
				f.As("admin").Delete(path).Bytes(http.StatusNoContent, "")
				f.As("admin").Get(path).Status(404)
			}
			g.Expect(upstreamCalls(f)).To(Equal(tc.calls))
		})
	}
}

func TestUpstreamCallOfDisconnecting(t *testing.T) {
	f := mocktest.New(t)
	id := f.NewIntegration(`{"integration_id": "icfg_1", "upstream": "unpaid_invoices"}`)
	path := f.Org("integrations", id)
	f.As("admin").Delete(path).Status(409)
	f.Anonymous().Patch("/_understudy/integrations/"+id, `{"upstream": "up"}`).Status(200).Has("upstream", `"up"`)
	f.As("admin").Delete(path).Status(204)
	f.Anonymous().Get(upstreamPath).Status(200).Has("count", "2").
		Has("calls.0.action", `"uninstall"`).Has("calls.0.method", `"POST"`).
		Has("calls.0.url", `"https://billing.posthog.com/api/activate/authorize/uninstall"`).
		Has("calls.0.organization", mocktest.Quote(f.Known("organization.id"))).Has("calls.0.integration", mocktest.Quote(id)).
		Has("calls.0.integration_id", `"icfg_1"`).Has("calls.0.body", `{"billing_provider":"vercel"}`).
		Has("calls.0.outcome", `"unpaid_invoices"`).Has("calls.0.problem", `"there are unpaid invoices"`).
		Has("calls.0.made_at", `"2026-03-01T12:00:00Z"`).Has("calls.1.outcome", `"accepted"`).Has("calls.1.problem", `""`)
	f.Anonymous().Delete(upstreamPath).Status(204)
	f.Anonymous().Get(upstreamPath).Bytes(200, `{"calls":[],"count":0}`)
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
			f := mocktest.New(t)
			one, two := f.Known("known.projects.0"), f.Known("known.projects.1")
			path := f.Org("integrations", f.NewIntegration(tc.body), "environment-mapping")
			f.Anonymous().Put(modePath, `{"mode": "`+tc.server+`"}`).Status(200)
			session := f.Session("admin")
			session.Patch(path, `{}`).Status(400)
			session.Patch(path, `{"production": 987654}`).Status(400)
			g.Expect(upstreamCalls(f)).To(BeEmpty(), "nobody tells upstream of a refused mapping")
			session.Patch(path, `{"production": `+one+`, "preview": `+two+`}`).Status(200).
				Has("config.environment_mapping", `{"production":`+one+`,"preview":`+two+`,"development":`+one+`}`)
			g.Expect(upstreamCalls(f)).To(Equal(tc.calls))
		})
	}
}

func TestUpstreamCallOfMapping(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	one, two := f.Known("known.projects.0"), f.Known("known.projects.1")
	id := f.NewIntegration(`{"integration_id": "icfg/1", "config": {"type": "connectable"}, "access_token": "very secret"}`)
	f.Session("admin").Patch(f.Org("integrations", id, "environment-mapping"), `{"production": `+one+`, "preview": `+two+`}`).Status(200)
	calls := f.Anonymous().Get(upstreamPath).Status(200).Has("count", "1").
		Has("calls.0.method", `"PUT"`).Has("calls.0.url", `"https://api.vercel.com/v1/installations/icfg%2F1/resources/`+one+`"`)
	body := calls.Get("calls.0.body")
	g.Expect(body.Get("productId").String()).To(Equal("posthog"))
	g.Expect(body.Get("status").String()).To(Equal("ready"))
	g.Expect(body.Get("ownership").String()).To(Equal("linked"))
	overrides := body.Get(`secrets.#(name=="NEXT_PUBLIC_POSTHOG_KEY").environmentOverrides`)
	g.Expect(overrides.Get("development").String()).To(Equal(overrides.Get("production").String()))
	g.Expect(overrides.Get("preview").String()).NotTo(Equal(overrides.Get("production").String()))
	g.Expect(body.Get(`secrets.#(name=="NEXT_PUBLIC_POSTHOG_HOST").value`).String()).To(Equal("http://fake.test"))
	g.Expect(string(calls.Body)).NotTo(ContainSubstring("very secret"))
}

func TestUpstreamIsPartOfTheWorld(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	f.Anonymous().Put(modePath, `{"mode": "down"}`).Status(200)
	f.As("admin").Delete(f.Org("integrations", f.Known("known.integrations.disposable"))).Status(204)
	g.Expect(upstreamCalls(f)).To(Equal([]string{"uninstall failed"}))
	f.Reset()
	g.Expect(upstreamCalls(f)).To(BeEmpty())
	f.Anonymous().Get(modePath).Bytes(200, `{"mode":"up"}`)
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
	f := mocktest.New(t, mock.WithUpstream(upstream))
	path := f.Org("integrations", f.Known("known.integrations.disposable"))
	f.As("admin").Delete(path).Status(409)
	g.Expect(upstreamCalls(f)).To(Equal([]string{"uninstall unpaid_invoices"}))
	upstream.answer = errors.New("a wire is broken")
	f.As("admin").Delete(path).Status(204)
	g.Expect(f.UpstreamCalls()[1]).To(And(HaveField("Outcome", "failed"), HaveField("Problem", "a wire is broken")))
	g.Expect(upstream.asked).To(HaveLen(2))
	g.Expect(upstream.asked[0].Body).To(Equal(json.RawMessage(`{"billing_provider":"vercel"}`)))
	f.Anonymous().Put(modePath, `{"mode": "down"}`).Status(409).Has("understudy", `"other_upstream"`)
	f.Anonymous().Patch("/_understudy/integrations/"+f.Known("known.integrations.unpaid"), `{"upstream": "down"}`).Status(409)
}
