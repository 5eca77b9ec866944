package scimserver

import (
	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// provisioner is whom a SCIM request is made for: it has the token, remembers whom it
// made, and has the log. Only this file knows that it is a domain; elsewhere it is asked
// for nothing else.
type provisioner struct {
	id           string // of its records and its log
	segment      string // of the path, by which it is called
	name         string // for people
	token        string // that opens it; "" is none
	organization *world.Organization
	open         bool // whether its token opens it now
}

// segmentParameter is what the document calls the segment of the path.
const segmentParameter = "domain_id"

// findProvisioner finds the domain of a path, open or not.
func findProvisioner(w *world.World, segment string) (*provisioner, bool) {
	id, err := uuid.Parse(segment)
	if err != nil {
		return nil, false
	}
	domain, ok := w.DomainByID(id.String())
	if !ok {
		return nil, false
	}
	organization, ok := w.Organization(domain.Organization)
	if !ok {
		return nil, false
	}
	return provisionerOf(domain, organization), true
}

// provisionerOf is a domain as a provisioner. The settings that count are those of the
// domain's config, as for has_scim; the domain must be verified.
// Source: SCIMBearerTokenAuthentication in ee/api/scim/auth.py.
func provisionerOf(d *world.Domain, o *world.Organization) *provisioner {
	identity := d.EffectiveIdentity()
	return &provisioner{
		id: d.ID, segment: d.ID, name: d.Domain, token: identity.SCIMBearerToken, organization: o,
		open: d.VerifiedAt != nil && identity.HasSCIM() && o.HasFeature(world.FeatureSCIM),
	}
}
