package guard_test

import (
	"net/http"
	"testing"

	"github.com/understudy-dev/understudy/mock/internal/guard"
)

// A request with a small JSON body should cost less than 20 µs.
func BenchmarkCheck(b *testing.B) {
	key := guard.Facts{Key: true, Scopes: []string{"organization_member:write", "organization:write"}}
	for name, e := range map[string]exchange{
		"list":   {operation: "domains_list", target: domains + "?limit=20&offset=40", facts: key},
		"create": {operation: "invites_create", target: invites, body: `{"target_email": "grace@hedgerow.example", "first_name": "Grace", "level": 8, "send_email": false}`, facts: key},
		"update": {operation: "domains_partial_update", target: domains + anID + "/", body: `{"sso_enforcement": "saml", "jit_provisioning_enabled": true}`, facts: key},
		"form":   {operation: "login_create", target: "/api/login/", contentType: forms, body: "email=ada%40hedgerow.example&password=secret"},
		"wrong":  {operation: "invites_create", target: invites, body: `{"level": "8", "colour": "green"}`, facts: key},
	} {
		b.Run(name, func(b *testing.B) {
			checker, r, body := theGuard(b), e.request(b), []byte(e.body)
			b.ReportAllocs()
			for b.Loop() {
				checker.Check(e.operation, r, body, e.facts)
			}
		})
	}
}

func BenchmarkCheckResponse(b *testing.B) {
	header, body := http.Header{"Content-Type": {"application/json"}}, []byte(`{"success": true}`)
	for b.Loop() {
		if err := theGuard(b).CheckResponse("login_create", 200, header, body); err != nil {
			b.Fatal(err)
		}
	}
}
