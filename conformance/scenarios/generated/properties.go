package generated

import (
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// writable are the resources whose things a story makes and may change.
var writable = []string{organizations, suite.Domains, suite.Configs, suite.Roles, suite.RoleMemberships, suite.Invites, suite.Projects}

// textOf is a property of the body of an operation whose text shows what became of the body, if
// it has one: the name of what is made, or one that takes any text.
func textOf(d *spec.Document, o *spec.Operation) (spec.Property, bool) {
	schema, ok := d.Schema(o.Request)
	if !ok || !slices.Contains(writable, o.Tag) {
		return spec.Property{}, false
	}
	i := slices.IndexFunc(schema.Properties, func(p spec.Property) bool {
		return isFreeText(p) || creates(o) && slices.Contains([]string{"domain", "target_email"}, p.Name)
	})
	if i < 0 {
		return spec.Property{}, false
	}
	return schema.Properties[i], true
}

// isFreeText reports whether a property takes any text as it is. The name of a domain cannot be
// changed; what is an address, or names something else, is checked, and so is what only an OIDC
// config has.
func isFreeText(p spec.Property) bool {
	named := p.Name == "domain" || strings.HasPrefix(p.Name, "oidc_") || strings.HasSuffix(p.Name, "_url") || strings.HasSuffix(p.Name, "_id") && p.Name != "saml_entity_id" ||
		slices.Contains([]string{"timezone", "sso_enforcement", "slug", "message", "first_name"}, p.Name)
	return p.Type == "string" && !p.ReadOnly && !p.WriteOnly && p.Format == "" && p.Pattern == "" && p.Enum == nil && !named
}

// derived are the properties that a change of another may change with it.
// Source: sync_from_config and has_saml in posthog/models/organization_domain.py: settings of an
// identity provider are kept in a config, which is made where there is none.
func derived(property string) []string {
	for _, prefix := range []string{"saml_", "scim_", "id_jag_", "oidc_", "identity_"} {
		if strings.HasPrefix(property, prefix) {
			return []string{"has_saml", "has_scim", "has_id_jag", "has_oidc", "has_oidc_client_secret", "scim_base_url", "identity_provider_config"}
		}
	}
	return nil
}

// isText reports whether a property is a text that is checked as texts are: neither a choice, nor
// an address or the name of something else.
func isText(p spec.Property) bool {
	return p.Type == "string" && p.Enum == nil && p.Format == "" && !p.WriteOnly && !slices.Contains(checkedOtherwise, p.Name)
}

// checkedOtherwise are properties that name something, which is looked up: what it is comes before
// how it is written. And no mail is to go out where a target takes null for a yes.
var checkedOtherwise = []string{"send_email", "timezone", "default_role_id", "user_uuid", "identity_provider_config"}

// isPlain reports whether a property is checked by its type alone.
func isPlain(p spec.Property) bool { return !slices.Contains(checkedOtherwise, p.Name) }

// hasExample reports whether there is a value for a property that a thing can change to by
// itself.
func hasExample(p spec.Property) bool {
	return isFreeText(p) || p.Type == "boolean" || p.Name == "timezone" || p.Name == "id_jag_allowed_clients" || strings.HasPrefix(p.Name, "id_jag_") ||
		p.Name == "default_experiment_stats_method" || p.Name == "sso_enforcement"
}

// example is a value for a property, other than a new thing has.
func example(s *suite.S, p spec.Property) any {
	switch {
	case p.Type == "boolean":
		return true
	case p.Type == "array":
		return []string{"one", "two"}
	case p.Name == "timezone":
		return "Asia/Tokyo"
	case p.Name == "default_experiment_stats_method":
		return "frequentist"
	case p.Name == "sso_enforcement":
		return "google-oauth2"
	case strings.HasSuffix(p.Name, "_url"):
		return "https://posthog.com/" + s.Name()
	}
	return s.Name()
}
