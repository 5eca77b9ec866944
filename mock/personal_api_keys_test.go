package mock_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestOwnKey(t *testing.T) {
	const path = "/api/personal_api_keys/@current"
	g := NewWithT(t)
	f := newFake(t)
	key := f.as("admin").get(path+"/").status(200).has("value", "null").has("mask_value", `"phx_...0000"`).has("user_id", "1").
		has("scopes", `["*"]`).has("scoped_teams", "[]").has("scoped_organizations", "[]").has("last_used_at", `"2026-03-01T12:00:00Z"`)
	g.Expect(key.keys("")).To(Equal(strings.Fields(`id label value mask_value created_at last_used_at user_id scopes
		scoped_teams scoped_organizations last_rolled_at`)))
	f.as("admin").get(path).bytes(200, string(key.body))
	f.as("unrelated_scope").get(path).status(200).has("scopes", `["insight:read"]`)
	g.Expect(f.as("project_only").get(path).status(200).get("scoped_teams").Array()).NotTo(BeEmpty())
	g.Expect(f.as("other_organization_only").get(path).status(200).get("scoped_organizations").Array()).To(HaveLen(1))
	f.newMember("short@example.com", "", "1").get(path).status(200)

	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		f.as("admin").do(method, path, "application/json", `{}`).denied("This action does not support Personal API Key access")
	}
	f.session("admin").get(path).missing("Not found.")
	f.session("admin").delete(path).refused(405, "invalid_request", "method_not_allowed", `Method "DELETE" not allowed.`, "")
	f.anonymous().get(path).unauthenticated("not_authenticated", noCredentials)
	f.with("Authorization", "Bearer phx_wrong").get(path).status(401)
}
