package mock

import (
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

func (e *exporter) configs(o *world.Organization) (list []fixtures.IdentityProviderConfig) {
	e.view.Configs(o.ID).All(func(c *world.IdentityProviderConfig) bool {
		list = append(list, fixtures.IdentityProviderConfig{
			ID: c.ID, Name: c.Name, CreatedAt: e.at(c.CreatedAt), UpdatedAt: e.at(c.UpdatedAt), Identity: settingsOf(&c.Identity),
		})
		return true
	})
	return list
}

func settingsOf(i *world.Identity) fixtures.Identity {
	return fixtures.Identity{
		SAMLEntityID: own(i.SAMLEntityID), SAMLACSURL: own(i.SAMLACSURL), SAMLX509Cert: own(i.SAMLX509Cert),
		SCIMEnabled: i.SCIMEnabled, SCIMBearerToken: i.SCIMBearerToken,
		IDJAGIssuerURL: own(i.IDJAGIssuerURL), IDJAGJWKSURL: own(i.IDJAGJWKSURL), IDJAGAllowedClients: said(i.IDJAGAllowedClients),
	}
}

// domains leaves out the settings of those that have a config, which are the same.
func (e *exporter) domains(o *world.Organization) (list []fixtures.Domain) {
	e.view.Domains(o.ID).All(func(d *world.Domain) bool {
		domain := fixtures.Domain{
			ID: d.ID, Domain: d.Domain, VerifiedAt: e.optional(d.VerifiedAt), VerificationChallenge: d.VerificationChallenge,
			JITProvisioningEnabled: d.JITProvisioningEnabled, SSOEnforcement: d.SSOEnforcement,
			Identity: settingsOf(&d.Identity), IdentityProviderConfig: d.Config,
			SCIMLogs: e.logs(d), ProvisionedUsers: e.provisioned(d),
		}
		if config, ok := e.view.Config(o.ID, d.Config); ok && config.Identity.Equal(&d.Identity) {
			domain.Identity = fixtures.Identity{}
		}
		list = append(list, domain)
		return true
	})
	return list
}

func (e *exporter) provisioned(d *world.Domain) (list []string) {
	e.view.Provisioned(d.ID).All(func(p *world.ProvisionedUser) bool {
		list = append(list, e.email(p.User))
		return true
	})
	return list
}

func (e *exporter) logs(d *world.Domain) (list []fixtures.SCIMLog) {
	e.view.SCIMLogs(d.ID).All(func(l *world.SCIMLog) bool {
		log := fixtures.SCIMLog{
			ID: l.ID, RequestMethod: l.RequestMethod, RequestPath: l.RequestPath, ResponseStatus: l.ResponseStatus,
			IdentityProvider: l.IdentityProvider, DurationMS: l.DurationMS, CreatedAt: e.at(l.CreatedAt),
		}
		log.RequestHeaders, log.RequestHeadersJSON = jsonValue(l.RequestHeaders)
		log.RequestBody, log.RequestBodyJSON = jsonValue(l.RequestBody)
		log.ResponseBody, log.ResponseBodyJSON = jsonValue(l.ResponseBody())
		list = append(list, log)
		return true
	})
	return list
}
