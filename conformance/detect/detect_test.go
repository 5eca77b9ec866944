package detect_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/detect"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/spec"
)

const organization = "01900000-0001-7000-8000-000000000001"

// places are what a deployment answers, by the end of a path below its organization; the key "" is the organization itself. What is
// not named is an unknown path.
type places map[string]string

func (p places) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	path := strings.TrimPrefix(r.URL.Path, "/api/organizations/"+organization+"/")
	answer, ok := p[strings.ReplaceAll(r.Method+" "+path, "GET ", "")]
	status := http.StatusOK
	switch {
	case !ok:
		status, answer = http.StatusNotFound, `{"type":"invalid_request","code":"not_found","detail":"Endpoint not found.","attr":null}`
	case strings.HasPrefix(answer, "status "):
		_, _ = fmt.Sscanf(answer, "status %d", &status)
		answer = `{"detail": "no"}`
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, answer)
}

// page is a list with a row that has some keys.
func page(keys string) string {
	row := []string{}
	for key := range strings.FieldsSeq(keys) {
		row = append(row, fmt.Sprintf("%q: null", key))
	}
	return `{"count": 1, "next": null, "previous": null, "results": [{` + strings.Join(row, ", ") + `}]}`
}

const (
	domainOfNow  = "id domain is_verified verified_at verification_challenge jit_provisioning_enabled sso_enforcement scim_base_url"
	domainOfOld  = domainOfNow + " has_saml saml_entity_id saml_acs_url saml_x509_cert has_scim scim_enabled scim_bearer_token"
	domainOfJune = domainOfOld + " has_id_jag id_jag_issuer_url id_jag_jwks_url id_jag_allowed_clients identity_provider_config"
	domainOfJuly = domainOfNow + " has_saml has_scim has_id_jag identity_provider_config"

	configOfJune   = "id name created_at updated_at has_saml saml_entity_id saml_acs_url saml_x509_cert has_scim scim_enabled scim_bearer_token has_id_jag id_jag_issuer_url id_jag_jwks_url id_jag_allowed_clients"
	configOfAugust = configOfJune + " domain_scope config_scope organization_domain_ids saml_relay_state scim_base_url"
	configOfNow    = configOfAugust + " has_oidc has_oidc_client_secret oidc_issuer_url oidc_client_id"

	logs = "identity_provider_configs/" + suite.Nowhere + "/scim/logs/"
)

func found(t *testing.T, deployment http.Handler) *detect.Found {
	t.Helper()
	server := httptest.NewServer(deployment)
	t.Cleanup(server.Close)
	client, err := suite.NewClient(&target.Profile{
		BaseURL: server.URL, Organization: target.Organization{ID: organization},
		Credentials: map[string]target.Credential{"member": {PersonalAPIKey: "phx_member"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	f, err := detect.Revision(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Deployments as they were from month to month, and such as were never.
func TestRevision(t *testing.T) {
	const restricts = `{"id": "x", "enforce_verified_domains": null, "members_can_see_org_members": true}`
	for _, tc := range []struct {
		name       string
		deployment places
		revision   string
		nearest    spec.Revision
		odd        []string
	}{
		{"March", places{"": `{"id": "x"}`, "domains/": page(domainOfOld)}, "2026-03", "2026-03", nil},
		{
			"early June, with ID-JAG", places{"": `{"id": "x"}`, "domains/": page(strings.TrimSuffix(domainOfJune, " identity_provider_config"))},
			"between 2026-03 and 2026-06", "2026-06", nil,
		},
		{
			"June", places{"": `{"id": "x"}`, "domains/": page(domainOfJune), "identity_provider_configs/": page(configOfJune)}, "2026-06", "2026-06", nil,
		},
		{
			"July", places{"": `{"id": "x"}`, "domains/": page(domainOfJuly), "identity_provider_configs/": page(configOfJune)},
			"between 2026-06 and 2026-09", "2026-06", nil,
		},
		{
			"late August", places{"": restricts, "domains/": page(domainOfNow), "identity_provider_configs/": page(configOfAugust)},
			"between 2026-06 and 2026-09", "2026-09", nil,
		},
		{
			"September", places{"": restricts, "domains/": page(domainOfNow), "identity_provider_configs/": page(configOfNow), logs: "status 403"},
			"2026-09", "2026-09", nil,
		},
		{
			"September without an older path", places{"": restricts, "domains/": page(domainOfNow), "identity_provider_configs/": page(configOfNow)},
			"2026-09", "2026-09", []string{"there is no identity_provider_configs/{id}/scim/logs/"},
		},
		{
			"June with a row of September", places{"": restricts, "domains/": page(domainOfJune), "identity_provider_configs/": page(configOfJune)},
			"2026-06", "2026-06", []string{"organizations have enforce_verified_domains", "organizations have members_can_see_org_members"},
		},
		{"no domains to be seen", places{"": restricts, "domains/": "status 403", "identity_provider_configs/": page(configOfNow), logs: "status 403"}, "2026-09", "2026-09", nil},
		{"rows that are none", places{"": `{"id": "x"}`, "domains/": `{"results": [1, null, "id", []]}`, "identity_provider_configs/": `{"results": {}}`}, "2026-06", "2026-06", nil},
		{"no JSON", places{"": `<p>`, "domains/": `[`, "identity_provider_configs/": "status 500"}, "2026-06", "2026-06", nil}, // no logs: not the newest
		{"nothing that may be read", places{"": "status 403", "domains/": page(domainOfNow)}, "unknown", "2026-06", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			f := found(t, tc.deployment)
			g.Expect(f.Name()).To(Equal(tc.revision), f.Because)
			g.Expect(f.Revision).To(Equal(tc.nearest))
			g.Expect(f.Odd).To(Equal(tc.odd))
			if f.Between() {
				g.Expect(f.Other()).NotTo(Equal(f.Revision))
				g.Expect(f.Has).NotTo(BeEmpty())
				g.Expect(f.Lacks).NotTo(BeEmpty())
			}
		})
	}
}

// A row of many keys takes no longer than it takes to read.
func TestRevisionOfAHugeRow(t *testing.T) {
	g := NewWithT(t)
	var keys strings.Builder
	keys.WriteString(domainOfNow)
	for i := range 200_000 {
		fmt.Fprintf(&keys, " k%d", i)
	}
	f := found(t, places{"": `{"id": "x"}`, "domains/": page(keys.String()), "identity_provider_configs/": page(configOfNow), logs: "status 403"})
	g.Expect(f.Name()).To(Equal("2026-09"))
	g.Expect(f.Because).To(HavePrefix("domain rows have 200008 keys; "))
}
