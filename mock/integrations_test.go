package mock_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func (f *fake) install(body string) string {
	f.t.Helper()
	body = strings.Replace(body, "{", `{"organization": "`+f.known("organization.id")+`", `, 1)
	return f.anonymous().post("/_understudy/integrations", body).status(http.StatusCreated).get("id").String()
}

func TestIntegrations(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	id := f.install(`{"integration_id": "icfg_1", "config": {"z": 1, "type": "connectable", "a": {"b": []}}, "created_by": "` + f.known("credentials.owner.email") + `"}`)
	shown := f.as("member").get(f.org("integrations", id)).status(200).has("config", `{"z":1,"type":"connectable","a":{"b":[]}}`).
		has("created_by.email", quote(f.known("credentials.owner.email"))).has("kind", `"vercel"`).has("integration_id", `"icfg_1"`)
	g.Expect(shown.keys("")).To(Equal(strings.Fields("id kind integration_id config created_at updated_at created_by")))
	list := f.as("member").get(f.org("integrations")).status(200)
	g.Expect(list.get("results.#.id").String()).To(ContainSubstring(id))
	f.as("outsider").get(f.org("integrations", id)).denied(noPermission)
}

func TestDisconnecting(t *testing.T) {
	const unpaid = "This integration has unpaid invoices that must be resolved before disconnecting. Please contact support@posthog.com for help."
	f := newFake(t)
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
			f.t = t
			path := f.org("integrations", f.install(tc.body))
			if tc.refused {
				f.as("admin").delete(path).refused(409, "server_error", "open_invoices_error", unpaid, "")
				f.as("admin").get(path).status(200)
				return
			}
			f.as("admin").delete(path).bytes(http.StatusNoContent, "")
			f.as("admin").get(path).missing("Not found.")
		})
	}
	f.t = t
	f.as("admin").delete(f.org("integrations", f.known("known.integrations.unpaid"))).status(http.StatusConflict)
	f.as("admin").delete(f.org("integrations", f.known("known.integrations.disposable"))).status(http.StatusNoContent)
}

func TestEnvironmentMapping(t *testing.T) {
	f := newFake(t)
	one, two, elsewhere := f.known("known.projects.0"), f.known("known.projects.1"), f.known("known.other_organization.project_id")
	path := f.org("integrations", f.install(`{"config": {"type": "connectable", "kept": true}}`), "environment-mapping")
	marketplace := f.org("integrations", f.install(`{"config": {"type": "marketplace"}}`), "environment-mapping")
	before := string(f.as("admin").get(strings.TrimSuffix(path, "environment-mapping/")).body)
	session := f.session("admin")
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
			f.t = t
			session.fake = f
			session.patch(path, tc.body).invalid(tc.code, tc.detail, tc.attr)
		})
	}
	f.t = t
	session.patch(path, `{"production": `+elsewhere+`}`).bytes(400, `{"detail":"Project `+elsewhere+` does not belong to this organization."}`)
	session.patch(path, `{"production": `+one+`, "development": 987654}`).bytes(400, `{"detail":"Project 987654 does not belong to this organization."}`)
	session.patch(path, `{"production": 99999999999999999999}`).bytes(400, `{"detail":"Project 99999999999999999999 does not belong to this organization."}`)
	session.get(strings.TrimSuffix(path, "environment-mapping/")).bytes(200, before)
	session.patch(path, `{"production": "`+one+`.0"}`).status(200).
		has("config", `{"type":"connectable","kept":true,"environment_mapping":{"production":`+one+`,"preview":`+one+`,"development":`+one+`}}`)
	session.patch(path, `{"production": `+one+`, "preview": `+two+`}`).status(200).
		has("config.environment_mapping", `{"production":`+one+`,"preview":`+two+`,"development":`+one+`}`)
	session.patch(marketplace, `{`).bytes(400, `{"detail":"Environment mapping is only supported for connectable integrations."}`)
	f.session("member").patch(path, `{}`).denied(lowLevel)
}
