package api_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestIntegrations(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	id := f.NewIntegration(`{"integration_id": "icfg_1", "config": {"z": 1, "type": "connectable", "a": {"b": []}}, "created_by": "` + f.Known("credentials.owner.email") + `"}`)
	shown := f.As("member").Get(f.Org("integrations", id)).Status(200).Has("config", `{"z":1,"type":"connectable","a":{"b":[]}}`).
		Has("created_by.email", mocktest.Quote(f.Known("credentials.owner.email"))).Has("kind", `"vercel"`).Has("integration_id", `"icfg_1"`)
	g.Expect(shown.Keys("")).To(Equal(strings.Fields("id kind integration_id config created_at updated_at created_by")))
	list := f.As("member").Get(f.Org("integrations")).Status(200)
	g.Expect(list.Get("results.#.id").String()).To(ContainSubstring(id))
	f.As("outsider").Get(f.Org("integrations", id)).Denied(noPermission)
}

func TestDisconnecting(t *testing.T) {
	const unpaid = "This integration has unpaid invoices that must be resolved before disconnecting. Please contact support@posthog.com for help."
	f := mocktest.New(t)
	for _, tc := range []struct {
		name, body string
		refused    bool
	}{
		{"marketplace with unpaid invoices", `{"integration_id": "i", "config": {"type": "marketplace"}, "unpaid_invoices": true}`, true},
		{"no type counts as marketplace", `{"integration_id": "i", "unpaid_invoices": true}`, true},
		{"paid", `{"integration_id": "i", "config": {"type": "marketplace"}}`, false},
		{"connectable is not billed", `{"integration_id": "i", "config": {"type": "connectable"}, "unpaid_invoices": true}`, false},
		{"not installed upstream", `{"config": {"type": "marketplace"}, "unpaid_invoices": true}`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			path := f.Org("integrations", f.NewIntegration(tc.body))
			if tc.refused {
				f.As("admin").Delete(path).Refused(409, "server_error", "open_invoices_error", unpaid, "")
				f.As("admin").Get(path).Status(200)
				return
			}
			f.As("admin").Delete(path).Bytes(http.StatusNoContent, "")
			f.As("admin").Get(path).Missing("Not found.")
		})
	}
	f.T = t
	f.As("admin").Delete(f.Org("integrations", f.Known("known.integrations.unpaid"))).Status(http.StatusConflict)
	f.As("admin").Delete(f.Org("integrations", f.Known("known.integrations.disposable"))).Status(http.StatusNoContent)
}

func TestEnvironmentMapping(t *testing.T) {
	f := mocktest.New(t)
	one, two, elsewhere := f.Known("known.projects.0"), f.Known("known.projects.1"), f.Known("known.other_organization.project_id")
	path := f.Org("integrations", f.NewIntegration(`{"config": {"type": "connectable", "kept": true}}`), "environment-mapping")
	marketplace := f.Org("integrations", f.NewIntegration(`{"config": {"type": "marketplace"}}`), "environment-mapping")
	before := string(f.As("admin").Get(strings.TrimSuffix(path, "environment-mapping/")).Body)
	session := f.Session("admin")
	for _, tc := range []struct{ name, body, code, detail, attr string }{
		{"nothing", `{}`, "required", "This field is required.", "production"},
		{"null", `{"production": null}`, "null", "This field may not be null.", "production"},
		{"boolean", `{"production": true}`, "invalid_input", "A valid integer is required.", "production"},
		{"text", `{"production": "one"}`, "invalid_input", "A valid integer is required.", "production"},
		{"fraction", `{"production": 1.5}`, "invalid_input", "A valid integer is required.", "production"},
		{"list", `{"production": [1]}`, "invalid_input", "A valid integer is required.", "production"},
		{"preview", `{"production": ` + one + `, "preview": ""}`, "invalid_input", "A valid integer is required.", "preview"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f.T = t
			session.Fake = f
			session.Patch(path, tc.body).Invalid(tc.code, tc.detail, tc.attr)
		})
	}
	f.T = t
	session.Patch(path, `{"production": `+elsewhere+`}`).Bytes(400, `{"detail":"Project `+elsewhere+` does not belong to this organization."}`)
	session.Patch(path, `{"production": `+one+`, "development": 987654}`).Bytes(400, `{"detail":"Project 987654 does not belong to this organization."}`)
	session.Patch(path, `{"production": 99999999999999999999}`).Bytes(400, `{"detail":"Project 99999999999999999999 does not belong to this organization."}`)
	session.Get(strings.TrimSuffix(path, "environment-mapping/")).Bytes(200, before)
	session.Patch(path, `{"production": "`+one+`.0"}`).Status(200).
		Has("config", `{"type":"connectable","kept":true,"environment_mapping":{"production":`+one+`,"preview":`+one+`,"development":`+one+`}}`)
	session.Patch(path, `{"production": `+one+`, "preview": `+two+`}`).Status(200).
		Has("config.environment_mapping", `{"production":`+one+`,"preview":`+two+`,"development":`+one+`}`)
	session.Patch(marketplace, `{`).Bytes(400, `{"detail":"Environment mapping is only supported for connectable integrations."}`)
	f.Session("member").Patch(path, `{}`).Denied(lowLevel)
}
