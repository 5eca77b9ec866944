package world

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// Organization finds an organization by id.
func (w *World) Organization(id string) (*Organization, bool) {
	return w.organizations.primary.get(&Organization{ID: id})
}

// OrganizationBySlug finds an organization by its slug.
func (w *World) OrganizationBySlug(slug string) (*Organization, bool) {
	return w.organizations.indexes[organizationBySlug].get(&Organization{Slug: slug})
}

// Organizations lists every organization by id.
func (w *World) Organizations() List[Organization] {
	return List[Organization]{&w.organizations.primary}
}

// User finds a user by number.
func (w *World) User(id int) (*User, bool) { return w.users.primary.get(&User{ID: id}) }

// UserByEmail finds a user by address, whatever its case.
func (w *World) UserByEmail(email string) (*User, bool) {
	return w.users.indexes[userByEmail].get(&User{Email: email})
}

// UserByUUID finds a user by UUID, in canonical form.
func (w *World) UserByUUID(id string) (*User, bool) {
	return w.users.indexes[userByUUID].get(&User{UUID: id})
}

// Users lists every user by number.
func (w *World) Users() List[User] { return List[User]{&w.users.primary} }

// Membership finds the membership of a user in an organization.
func (w *World) Membership(user int, organization string) (*Membership, bool) {
	return w.memberships.primary.get(&Membership{User: user, Organization: organization})
}

// MembershipsOf returns the memberships of a user, ordered by organization id.
func (w *World) MembershipsOf(user int) []*Membership {
	var found []*Membership
	w.memberships.primary.from(&Membership{User: user}, func(m *Membership) bool {
		if m.User != user {
			return false
		}
		found = append(found, m)
		return true
	})
	return found
}

// CurrentOrganization finds what @current means to a user: the organization that was chosen
// last, else the first of the user's. Source: User.organization in
// posthog/models/user.py; organizations have no order of their own there, so
// that the first is the one with the lowest id.
func (w *World) CurrentOrganization(user *User) (*Organization, bool) {
	if o, ok := w.Organization(user.CurrentOrganization); ok {
		return o, true
	}
	for _, m := range w.MembershipsOf(user.ID) {
		if o, ok := w.Organization(m.Organization); ok {
			return o, true
		}
	}
	return nil, false
}

// Members lists the members of an organization, newest first.
func (w *World) Members(organization string) List[Membership] {
	return w.memberships.listOf(organization)
}

// ScanMembers calls visit with the members of an organization, ordered by user
// number, until it returns false.
func (w *World) ScanMembers(organization string, visit func(*Membership) bool) {
	w.memberships.indexes[membershipByOrganization].from(&Membership{Organization: organization}, func(m *Membership) bool {
		return m.Organization == organization && visit(m)
	})
}

// Role finds a role of the organization.
func (w *World) Role(organization, id string) (*Role, bool) {
	r, ok := w.roles.primary.get(&Role{ID: id})
	if !ok || r.Organization != organization {
		return nil, false
	}
	return r, true
}

// RoleByID finds a role of any organization.
func (w *World) RoleByID(id string) (*Role, bool) { return w.roles.primary.get(&Role{ID: id}) }

// RoleByName finds a role of the organization by its exact name.
func (w *World) RoleByName(organization, name string) (*Role, bool) {
	return w.roles.indexes[roleByName].get(&Role{Organization: organization, Name: name})
}

// Roles lists the roles of an organization, oldest first.
func (w *World) Roles(organization string) List[Role] { return w.roles.listOf(organization) }

// RoleMembership finds the membership of a user in a role.
func (w *World) RoleMembership(role string, user int) (*RoleMembership, bool) {
	return w.roleMembers.indexes[roleMemberByRole].get(&RoleMembership{Role: role, User: user})
}

// RoleMembershipByID finds a role membership by its own id.
func (w *World) RoleMembershipByID(id string) (*RoleMembership, bool) {
	return w.roleMembers.primary.get(&RoleMembership{ID: id})
}

// RoleMembers lists who is in a role, the longest there first.
func (w *World) RoleMembers(role string) List[RoleMembership] { return w.roleMembers.listOf(role) }

// RolesOf returns the role memberships of a user in an organization.
func (w *World) RolesOf(organization string, user int) []*RoleMembership {
	var found []*RoleMembership
	pivot := &RoleMembership{Organization: organization, User: user}
	w.roleMembers.indexes[roleMemberByUser].from(pivot, func(m *RoleMembership) bool {
		if m.Organization != organization || m.User != user {
			return false
		}
		found = append(found, m)
		return true
	})
	return found
}

// Key finds a personal API key by its value.
func (w *World) Key(value string) (*Key, bool) { return w.keys.primary.get(&Key{Value: value}) }

// KeysOf returns the personal API keys of a user, the last made first.
func (w *World) KeysOf(user int) (list []*Key) {
	for _, k := range w.AllKeys() {
		if k.User == user {
			list = append(list, k)
		}
	}
	slices.SortFunc(list, func(a, b *Key) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return list
}

// AllKeys returns every personal API key, by value.
func (w *World) AllKeys() []*Key { return w.keys.primary.page(0, math.MaxInt) }

// Session finds a session by the value of its cookie.
func (w *World) Session(key string) (*Session, bool) {
	return w.sessions.primary.get(&Session{Key: key})
}

// AllSessions returns every session, by the value of its cookie.
func (w *World) AllSessions() []*Session { return w.sessions.primary.page(0, math.MaxInt) }

// Domain finds a domain of the organization.
func (w *World) Domain(organization, id string) (*Domain, bool) {
	d, ok := w.domains.primary.get(&Domain{ID: id})
	if !ok || d.Organization != organization {
		return nil, false
	}
	return d, true
}

// DomainByID finds a domain of any organization.
func (w *World) DomainByID(id string) (*Domain, bool) { return w.domains.primary.get(&Domain{ID: id}) }

// DomainByName finds a domain of any organization by its exact name.
func (w *World) DomainByName(name string) (*Domain, bool) {
	return w.domains.indexes[domainByName].get(&Domain{Domain: name})
}

// Domains lists the domains of an organization by name.
func (w *World) Domains(organization string) List[Domain] { return w.domains.listOf(organization) }

// DomainsOf returns the domains that are linked to a config.
func (w *World) DomainsOf(config string) []*Domain {
	var found []*Domain
	w.domains.indexes[domainByConfig].from(&Domain{Config: config}, func(d *Domain) bool {
		if d.Config != config {
			return false
		}
		found = append(found, d)
		return true
	})
	return found
}

// Config finds an identity provider config of the organization.
func (w *World) Config(organization, id string) (*IdentityProviderConfig, bool) {
	c, ok := w.configs.primary.get(&IdentityProviderConfig{ID: id})
	if !ok || c.Organization != organization {
		return nil, false
	}
	return c, true
}

// ConfigByID finds an identity provider config of any organization.
func (w *World) ConfigByID(id string) (*IdentityProviderConfig, bool) {
	return w.configs.primary.get(&IdentityProviderConfig{ID: id})
}

// Configs lists the configs of an organization, oldest first.
func (w *World) Configs(organization string) List[IdentityProviderConfig] {
	return w.configs.listOf(organization)
}

// Integration finds an integration of the organization.
func (w *World) Integration(organization, id string) (*Integration, bool) {
	i, ok := w.integrations.primary.get(&Integration{ID: id})
	if !ok || i.Organization != organization {
		return nil, false
	}
	return i, true
}

// IntegrationByID finds an integration of any organization.
func (w *World) IntegrationByID(id string) (*Integration, bool) {
	return w.integrations.primary.get(&Integration{ID: id})
}

// Integrations lists the integrations of an organization, oldest first.
func (w *World) Integrations(organization string) List[Integration] {
	return w.integrations.listOf(organization)
}

// ProjectIntegrations returns the project-level parts of a kind in an organization.
func (w *World) ProjectIntegrations(organization, kind string) []*ProjectIntegration {
	var found []*ProjectIntegration
	pivot := &ProjectIntegration{Organization: organization, Kind: kind, Project: math.MinInt}
	w.projectParts.primary.from(pivot, func(p *ProjectIntegration) bool {
		if p.Organization != organization || p.Kind != kind {
			return false
		}
		found = append(found, p)
		return true
	})
	return found
}

// AllProjectIntegrations returns every project-level part, by organization, kind and
// project.
func (w *World) AllProjectIntegrations() []*ProjectIntegration {
	return w.projectParts.primary.page(0, math.MaxInt)
}

// Invite finds an invite of the organization.
func (w *World) Invite(organization, id string) (*Invite, bool) {
	i, ok := w.invites.primary.get(&Invite{ID: id})
	if !ok || i.Organization != organization {
		return nil, false
	}
	return i, true
}

// InviteByID finds an invite of any organization.
func (w *World) InviteByID(id string) (*Invite, bool) { return w.invites.primary.get(&Invite{ID: id}) }

// Invites lists the invites of an organization, newest first.
func (w *World) Invites(organization string) List[Invite] { return w.invites.listOf(organization) }

// InvitesTo returns the organization's invites to a lower-case address, newest first.
func (w *World) InvitesTo(organization, email string) []*Invite {
	var found []*Invite
	pivot := &Invite{Organization: organization, TargetEmail: email, CreatedAt: endOfTime}
	w.invites.indexes[inviteByEmail].from(pivot, func(i *Invite) bool {
		if i.Organization != organization || i.TargetEmail != email {
			return false
		}
		found = append(found, i)
		return true
	})
	return found
}

var endOfTime = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)

// TXT finds the TXT records under a name.
func (w *World) TXT(name string) (*TXTRecord, bool) {
	return w.txt.primary.get(&TXTRecord{Name: normalizeDNSName(name)})
}

// AllTXT returns every TXT record, by name.
func (w *World) AllTXT() []*TXTRecord { return w.txt.primary.page(0, math.MaxInt) }

func normalizeDNSName(name string) string { return strings.ToLower(strings.TrimSuffix(name, ".")) }

// Mail returns all mails, oldest first.
func (w *World) Mail() []*Mail { return w.mail.primary.page(0, math.MaxInt) }
