package scenarios

import (
	"strings"
	"time"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// limits: what is just allowed, and that it is kept as it was sent. What is just too
// much stands with the refusals of each field.
func limits() []suite.Scenario {
	patch := []string{"domains_partial_update"}
	long := func(n int) string { return strings.Repeat("x", n) }
	return []suite.Scenario{
		{
			ID: "domains.create.accepted", Title: "Labels of a name may begin with digits and be many",
			Rules: []string{"domains.create.name_form"}, Covers: []string{"domains_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				for _, before := range []string{"4", "7.", "a.b-c.d2.3-e."} {
					name := before + s.Domain()
					s.NewDomain(suite.JSON{"domain": name}).Has("domain", name)
				}
			},
		},
		{
			ID: "domains.fields.longest", Title: "SAML settings of a domain may have 512 characters",
			Rules: []string{"domains.fields.longest"}, Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				domain := s.NewDomain()
				s.Admin().Patch(domain.Path(), suite.JSON{"saml_entity_id": long(512), "saml_acs_url": long(512)}).Status(200).
					Has("saml_entity_id", long(512)).Has("saml_acs_url", long(512)).Lasts(s.Admin(), domain.Path())
			},
		},
		{
			ID: "domains.fields.longest_gated", Title: "What an unverified domain refuses may be as long as its limit", Until: spec.June2026,
			Rules: []string{"domains.fields.longest"}, Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				path := s.NewDomain().Path()
				longest := map[string]any{"sso_enforcement": long(28)}
				if s.Has(spec.ConfigsShown) {
					longest["id_jag_issuer_url"], longest["id_jag_jwks_url"] = "https://"+long(504), "https://"+long(504)
					longest["id_jag_allowed_clients"] = []string{long(256), "7", " x "}
				}
				for field, value := range longest {
					s.Admin().Patch(path, suite.JSON{field: value}).Invalid("verification_required", notVerified, field)
				}
			},
		},
		{
			ID: "domains.fields.boolean_forms", Title: "Booleans are taken in every form that stands for one, and in no other",
			Rules: []string{"domains.fields.jit_boolean"}, Covers: patch, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				path := s.NewDomain().Path()
				for _, value := range []any{"TRUE", "true", "on", "Off", "YES", "no", "t", "F", "y", "N", "1", "0", 1, 0, true, false} {
					s.Admin().Patch(path, suite.JSON{"jit_provisioning_enabled": value}).Invalid("verification_required", notVerified, "jit_provisioning_enabled")
				}
				for _, value := range []any{2, -1, "2", "yep", ""} {
					s.Admin().Patch(path, suite.JSON{"jit_provisioning_enabled": value}).Invalid("invalid_input", notBoolean, "jit_provisioning_enabled")
				}
			},
		},
		{
			ID: "identity_provider_configs.create.as_sent", Title: "Settings of a config are stored letter by letter, but for white space around them",
			Rules: []string{"identity_provider_configs.create.full"}, Covers: []string{"identity_provider_configs_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				certificate := "-----BEGIN CERTIFICATE-----\n" + strings.Repeat(strings.Repeat("Ab+/", 16)+"\n", 40) + "-----END CERTIFICATE-----"
				config := s.NewConfig(suite.JSON{
					"saml_entity_id": " URN:Mixed:Case ", "saml_acs_url": "https://idp.example.com/SSO/?a=1&b=%2F", "saml_x509_cert": certificate,
					"id_jag_allowed_clients": []any{"b", "a", " b ", "b", 7},
				})
				config.Has("saml_entity_id", "URN:Mixed:Case").Has("saml_acs_url", "https://idp.example.com/SSO/?a=1&b=%2F").Has("saml_x509_cert", certificate).
					Has("id_jag_allowed_clients", []string{"b", "a", "b", "b", "7"}).Lasts(s.Admin(), config.Path())
			},
		},
		{
			ID: "identity_provider_configs.create.longest", Title: "Settings of a config may be as long as their limits",
			Rules: []string{"identity_provider_configs.create.full"}, Covers: []string{"identity_provider_configs_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Name()
				name += long(255 - len(name))
				s.NewConfig(suite.JSON{"name": name, "saml_entity_id": long(512), "saml_acs_url": long(512), "id_jag_allowed_clients": []string{long(256)}}).
					Has("name", name).Has("saml_entity_id", long(512)).Has("saml_acs_url", long(512)).Has("id_jag_allowed_clients", []string{long(256)})
			},
		},
		{
			ID: "identity_provider_configs.update.clients", Title: "Allowed clients are replaced, and may be none",
			Rules:  []string{"identity_provider_configs.update.patch"},
			Covers: []string{"identity_provider_configs_partial_update"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				config := s.NewConfig(suite.JSON{"id_jag_allowed_clients": []string{"a", "b"}})
				s.Admin().Patch(config.Path(), suite.JSON{"id_jag_allowed_clients": []string{"c"}}).Status(200).Has("id_jag_allowed_clients", []string{"c"})
				s.Admin().Patch(config.Path(), suite.JSON{"id_jag_allowed_clients": []string{}}).Status(200).Has("id_jag_allowed_clients", []string{}).
					Lasts(s.Admin(), config.Path())
			},
		},
		{
			ID: "invites.create.longest", Title: "A name may have 30 characters, an address 254",
			Rules: []string{"invites.create.full"}, Covers: []string{"invites_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				user, host, _ := strings.Cut(s.Email(), "@")
				rest := 254 - len(user+"-us@") - len(host)
				for rest > 0 {
					label := min(rest-1, 60)
					host, rest = long(label)+"."+host, rest-label-1
					if rest == 1 {
						user, rest = user+"x", 0
					}
				}
				address := user + "-us@" + host
				s.Expect(address).To(gomega.HaveLen(254))
				s.NewInvite(suite.JSON{"target_email": address, "first_name": long(30)}).Has("target_email", address).Has("first_name", long(30))
			},
		},
		{
			ID: "invites.create.with_plus", Title: "An address may have a plus in its local part",
			Covers: []string{"invites_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				address := strings.Replace(s.Email(), "@", "+us@", 1)
				s.NewInvite(suite.JSON{"target_email": address}).Has("target_email", address)
			},
		},
		{
			ID: "invites.create.times", Title: "A new invite is made and changed now, by the same clock as other things",
			Rules: []string{"invites.create.times"}, Covers: []string{"invites_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				earlier := clockOf(s)
				invite := s.NewInvite(nil)
				later := clockOf(s)
				created := invite.Get("created_at").Time()
				s.Expect(created).To(gomega.And(gomega.BeTemporally(">=", earlier.Add(-clocksApart)), gomega.BeTemporally("<=", later.Add(clocksApart))), "created_at")
				s.Expect(invite.Get("updated_at").Time()).To(gomega.BeTemporally(">=", created.Add(-clocksApart)), "updated_at")
			},
		},
	}
}

// clockOf is what the target's clock says: when something else was made.
func clockOf(s *suite.S) time.Time {
	if s.Has(spec.ConfigsShown) {
		return s.NewConfig(nil).Get("created_at").Time()
	}
	return s.NewRole().Get("created_at").Time()
}
