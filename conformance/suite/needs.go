package suite

import (
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/target"
)

// KeyOf needs a personal API key of a role.
func KeyOf(role string) Need {
	return func(t *target.Profile) Lack {
		return missing(t.Credentials[role].PersonalAPIKey == "", "credentials.%s.personal_api_key", role)
	}
}

// SessionOf needs a session of a role, or an e-mail and a password to get one.
func SessionOf(role string) Need {
	return func(t *target.Profile) Lack {
		return missing(!t.Credentials[role].HasSession(), "credentials.%s.session, or email and password", role)
	}
}

// OldSession needs a login of the administrator that is too old for what needs a recent one.
func OldSession(t *target.Profile) Lack {
	if t.Control != "" {
		return EmailOf("admin")(t)
	}
	return missing(t.Known.OldSession == nil || t.Known.OldSession.Cookie == "", "known.old_session.cookie")
}

// LoginOf needs the e-mail and the password of a role.
func LoginOf(role string) Need {
	return func(t *target.Profile) Lack {
		c := t.Credentials[role]
		return missing(c.Email == "" || c.Password == "", "credentials.%s.email and password", role)
	}
}

// EmailOf needs the e-mail of a role.
func EmailOf(role string) Need {
	return func(t *target.Profile) Lack {
		return missing(t.Credentials[role].Email == "", "credentials.%s.email", role)
	}
}

// ControlPlane needs the fake's control plane.
func ControlPlane(t *target.Profile) Lack {
	lack := missing(t.Control == "", "control")
	if lack.Reason != "" {
		lack.Kind = Control
	}
	return lack
}

// Minting needs a way to make personal API keys of roles, which [S.NewKey] does.
func Minting(roles ...string) Need {
	return func(t *target.Profile) Lack {
		for _, role := range roles {
			minted := t.Control != "" && EmailOf(role)(t).Reason == ""
			if lack := SessionOf(role)(t); lack.Reason != "" && !minted {
				return lack
			}
		}
		return Lack{}
	}
}

// Organizations needs to be allowed to make organizations, and somebody to do so.
func Organizations(t *target.Profile) Lack {
	if why := Allowed(target.CreateOrganizations)(t); why.Reason != "" {
		return why
	}
	return missing(t.Control == "" && t.Credentials["outsider"].PersonalAPIKey == "", "control, nor credentials.outsider.personal_api_key")
}

// Allowed needs leave to do what intrudes on a deployment; see [target.Permissions].
func Allowed(permission string) Need {
	return func(t *target.Profile) Lack {
		return missing(!slices.Contains(t.Allow, permission), "allow: [%s]", permission)
	}
}

// Mail needs leave to have mail sent to the addresses that the run invites.
func Mail(t *target.Profile) Lack { return missing(!t.Mail.Send, "mail.send: true") }

// TXTRecords needs a way to publish TXT records: a hook or the control plane.
func TXTRecords(t *target.Profile) Lack {
	return missing(t.Control == "" && len(t.Hooks.PublishTXT) == 0, "hooks.publish_txt, nor control")
}

// Known needs things that the profile names as known, by their paths, such as
// other_organization.domain_id. A profile may name a part of each.
func Known(paths ...string) Need {
	return func(t *target.Profile) Lack {
		known := encode(t.Known)
		for _, path := range paths {
			switch value := gjson.GetBytes(known, path); value.Raw {
			case "", "null", `""`, "0":
				return missing(true, "known.%s", path)
			}
		}
		return Lack{}
	}
}

// KnownProjects needs n known projects.
func KnownProjects(n int) Need {
	return func(t *target.Profile) Lack {
		return missing(len(t.Known.Projects) < n, "known.projects with %d of them", n)
	}
}

// Integration needs a known integration of one of [target.IntegrationKinds].
func Integration(kind string) Need {
	return func(t *target.Profile) Lack {
		return missing(t.Known.Integrations.Of(kind) == "", "known.integrations.%s", kind)
	}
}

// Feature needs a feature of the organization's plan, such as scim. Where the
// organization is known not to have it, rules about it do not apply.
func Feature(key string) Need {
	return func(t *target.Profile) Lack {
		if t.Organization.Features == nil || slices.Contains(t.Organization.Features, key) {
			return Lack{}
		}
		return Lack{Reason: "the organization does not have the feature " + key, NotApplicable: true, Kind: "feature:" + key}
	}
}

// SCIMDomain needs a known domain with SCIM on.
func SCIMDomain(t *target.Profile) Lack {
	if lack := Feature("scim")(t); lack.NotApplicable {
		return lack
	}
	if t.Known.SCIM == nil {
		return missing(true, "known.scim")
	}
	if t.Known.SCIM.Slug != "" {
		return Known("scim.email_domain", "scim.token")(t)
	}
	return Known("scim.domain_id", "scim.email_domain", "scim.token")(t)
}

// missing is what a profile does not say and a scenario cannot do without. The
// rule holds all the same: it could not be tried.
func missing(is bool, what string, args ...any) Lack {
	if !is {
		return Lack{}
	}
	return Lack{Reason: "the target profile has no " + fmt.Sprintf(what, args...)}
}
