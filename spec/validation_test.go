package spec_test

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	. "github.com/onsi/gomega"
)

// Requests and responses share a schema, so these show that each side sees its own half of it.
func TestSharedSchemasAsRequests(t *testing.T) {
	cases := []struct {
		name, schema, body string
		refused            string
	}{
		{"a domain needs its name only", "OrganizationDomain", `{"domain": "hedgerow.example"}`, ""},
		{"unknown fields are legal", "OrganizationDomain", `{"domain": "hedgerow.example", "colour": "green"}`, ""},
		{"a domain without a name", "OrganizationDomain", `{}`, `property "domain" is missing`},
		{"a domain in upper case", "OrganizationDomain", `{"domain": "HEDGEROW.example"}`, "regular expression"},
		{"an update of nothing", "PatchedOrganizationDomain", `{}`, ""},
		{"an update that names the domain", "PatchedOrganizationDomain", `{"domain": "ANYTHING"}`, ""},
		{"a config needs nothing", "IdentityProviderConfig", `{}`, ""},
		{"an invite needs its address only", "OrganizationInvite", `{"target_email": "grace@hedgerow.example"}`, ""},
		{"an invite may say how to send it", "OrganizationInvite", `{"target_email": "grace@hedgerow.example", "send_email": false}`, ""},
		{"an invite of an unknown level", "OrganizationInvite", `{"target_email": "grace@hedgerow.example", "level": 3}`, "allowed values"},
		{"a mapping needs production", "PatchedEnvironmentMapping", `{"preview": 1}`, `property "production" is missing`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)

			err := raw(t, c.schema).VisitJSON(decode(t, c.body), openapi3.VisitAsRequest())

			if c.refused == "" {
				g.Expect(message(err)).To(BeEmpty())
			} else {
				g.Expect(message(err)).To(ContainSubstring(c.refused))
			}
		})
	}
}

func TestSharedSchemasAsResponses(t *testing.T) {
	changes := []struct {
		name, schema, example string
		change                func(body map[string]any)
		refused               string
	}{
		{"a domain as it is", "OrganizationDomainRepresentation", "VerifiedDomain", func(map[string]any) {}, ""},
		{"a domain without a read-only property", "OrganizationDomainRepresentation", "VerifiedDomain", without("has_scim"), `property "has_scim" is missing`},
		{"a domain without a writable property", "OrganizationDomainRepresentation", "VerifiedDomain", without("sso_enforcement"), `property "sso_enforcement" is missing`},
		{"an invite as it is", "OrganizationInviteRepresentation", "OrganizationInvite", func(map[string]any) {}, ""},
		{"an invite whose inviter is gone", "OrganizationInviteRepresentation", "OrganizationInvite", set("created_by", nil), ""},
		{"an invite with half an inviter", "OrganizationInviteRepresentation", "OrganizationInvite", set("created_by", map[string]any{"id": 1.0}), `property "uuid" is missing`},
		{"an invite that shows what is write-only", "OrganizationInviteRepresentation", "OrganizationInvite", set("send_email", true), "writeOnly"},
		{"an integration whose creator is gone", "OrganizationIntegration", "OrganizationIntegration", set("created_by", nil), ""},
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			body := example(t, c.example)
			c.change(body)

			err := raw(t, c.schema).VisitJSON(body, openapi3.VisitAsResponse())

			if c.refused == "" {
				g.Expect(message(err)).To(BeEmpty())
			} else {
				g.Expect(message(err)).To(ContainSubstring(c.refused))
			}
		})
	}
}

func TestErrorsAreClosed(t *testing.T) {
	cases := map[string]struct {
		body  string
		valid bool
	}{
		"usual form":        {`{"type": "invalid_request", "code": "not_found", "detail": "Not found.", "attr": null}`, true},
		"plain form":        {`{"detail": "SCIM is not enabled for this domain"}`, true},
		"a key too many":    {`{"type": "invalid_request", "code": "x", "detail": "y", "attr": null, "hint": "z"}`, false},
		"a key too few":     {`{"type": "invalid_request", "code": "x", "detail": "y"}`, false},
		"plain and another": {`{"detail": "y", "code": "x"}`, false},
		"an unknown type":   {`{"type": "mistake", "code": "x", "detail": "y", "attr": null}`, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)

			err := raw(t, "AnyError").VisitJSON(decode(t, c.body), openapi3.VisitAsResponse())

			g.Expect(err == nil).To(Equal(c.valid), "%v", err)
		})
	}
}

// raw returns a schema as the validator sees it.
func raw(t *testing.T, name string) *openapi3.Schema {
	t.Helper()
	ref, ok := load(t).T.Components.Schemas[name]
	if !ok {
		t.Fatalf("components/schemas has no %s", name)
	}
	return ref.Value
}

// example returns a fresh copy of an example, to be changed.
func example(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := json.Marshal(load(t).T.Components.Examples[name].Value.Value)
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, string(text)).(map[string]any)
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// message keeps a failing test readable: the error itself carries the whole schema.
func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func without(name string) func(map[string]any) {
	return func(body map[string]any) { delete(body, name) }
}

func set(name string, value any) func(map[string]any) {
	return func(body map[string]any) { body[name] = value }
}
