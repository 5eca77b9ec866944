package scimserver

import (
	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// provisioner is whom a SCIM request is made for: it has the token, remembers whom it
// made, and has the log. Only this file knows that it is a domain, and from the newest
// revision on an identity provider config; elsewhere it is asked for nothing else.
type provisioner struct {
	id           string // of its records and its log
	segment      string // of the path, by which it is called
	name         string // for people
	token        string // that opens it; "" is none
	organization *world.Organization
	open         bool // whether its token opens it now
}

// findProvisioner finds whom the segment of a path calls, open or not.
func findProvisioner(w *world.World, segment string) (*provisioner, bool) {
	if w.Revision.Has(spec.SCIMByConfig) {
		return findConfig(w, segment)
	}
	return findDomain(w, segment)
}

// Address says what becomes of the address of a SCIM server in another revision.
type Address int

// What becomes of an address.
const (
	SameAddress  Address = iota // the same thing is called by it
	KeptAddress                 // it goes on for what is there, and what comes is called by something else
	MovedAddress                // it leads to nothing
)

// AddressIn says what becomes in another revision of the address that a segment of a path is, if
// it is one in its own.
func AddressIn(to spec.Revision, w *world.World, segment string) Address {
	found, ok := findProvisioner(w, segment)
	if !ok || to.Has(spec.SCIMByConfig) == w.Revision.Has(spec.SCIMByConfig) {
		return SameAddress
	}
	domain, isDomain := w.DomainByID(found.segment)
	if isDomain && (w.Revision.Has(spec.SCIMByConfig) || w.KeepsSCIMAddress(domain)) {
		return KeptAddress
	}
	return MovedAddress
}

// findDomain finds a domain by its id.
func findDomain(w *world.World, segment string) (*provisioner, bool) {
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

// findConfig finds an identity provider config by its slug. One of its domains must be
// verified; what it is for is not looked at.
// Source: pull request #78527, ee/api/scim/auth.py.
func findConfig(w *world.World, slug string) (*provisioner, bool) {
	config, ok := w.ConfigBySlug(slug)
	if !ok || slug == "" {
		return nil, false
	}
	organization, ok := w.Organization(config.Organization)
	if !ok {
		return nil, false
	}
	return &provisioner{
		id: config.ID, segment: config.Slug, name: config.Name, token: config.SCIMBearerToken, organization: organization,
		open: config.HasSCIM() && organization.HasFeature(world.FeatureSCIM) && w.ServesVerified(config),
	}, true
}
