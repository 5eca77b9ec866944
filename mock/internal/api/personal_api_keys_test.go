package api_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestOwnKey(t *testing.T) {
	const path = "/api/personal_api_keys/@current"
	g := NewWithT(t)
	f := mocktest.New(t)
	key := f.As("admin").Get(path+"/").Status(200).Has("value", "null").Has("mask_value", `"phx_...0000"`).Has("user_id", "1").
		Has("scopes", `["*"]`).Has("scoped_teams", "[]").Has("scoped_organizations", "[]").Has("last_used_at", `"2026-03-01T12:00:00Z"`)
	g.Expect(key.Keys("")).To(Equal(strings.Fields(`id label value mask_value created_at last_used_at user_id scopes
		scoped_teams scoped_organizations last_rolled_at`)))
	f.As("admin").Get(path).Bytes(200, string(key.Body))
	f.As("unrelated_scope").Get(path).Status(200).Has("scopes", `["insight:read"]`)
	g.Expect(f.As("project_only").Get(path).Status(200).Get("scoped_teams").Array()).NotTo(BeEmpty())
	g.Expect(f.As("other_organization_only").Get(path).Status(200).Get("scoped_organizations").Array()).To(HaveLen(1))
	f.NewMember("short@example.com", "", "1").Get(path).Status(200)

	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		f.As("admin").Do(method, path, "application/json", `{}`).Denied("This action does not support Personal API Key access")
	}
	f.Session("admin").Get(path).Missing("Not found.")
	f.Session("admin").Delete(path).Refused(405, "invalid_request", "method_not_allowed", `Method "DELETE" not allowed.`, "")
	f.Anonymous().Get(path).Unauthenticated("not_authenticated", noCredentials)
	f.With("Authorization", "Bearer phx_wrong").Get(path).Status(401)
}
