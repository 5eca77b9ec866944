package suite

import (
	"net/http"
	"strconv"

	"github.com/understudy-dev/understudy/conformance/target"
)

// Whether one organization reaches what is in another is tried on things that the run made
// in another one, or that the profile lends there: a target that is wrong may change them.

// Foreign needs something in another organization that may be lost: a part of
// known.other_organization that is lent, such as domain_id, or a place to make one.
func Foreign(part string) Need {
	return func(t *target.Profile) Lack {
		if lends(t, part) || Organizations(t).Reason == "" || outsiderMakes(t) {
			return Lack{}
		}
		return missing(true, "%s", "known.other_organization."+part+" with lent: true, nor a place to make one: allow: ["+target.CreateOrganizations+
			"], or known.other_organization.id with credentials.outsider.personal_api_key")
	}
}

// Abroad needs a place to make things in another organization, whatever the profile lends there.
func Abroad(t *target.Profile) Lack {
	if Organizations(t).Reason == "" || outsiderMakes(t) {
		return Lack{}
	}
	return missing(true, "a place to make things in another organization: allow: [%s], or known.other_organization.id with credentials.outsider.personal_api_key", target.CreateOrganizations)
}

// outsiderMakes reports whether the outsider may be able to make things in an organization
// of their own.
func outsiderMakes(t *target.Profile) bool {
	return t.Credentials["outsider"].PersonalAPIKey != "" && t.Known.OtherOrganization != nil && t.Known.OtherOrganization.ID != ""
}

// lends reports whether a profile lends a part of the other organization.
func lends(t *target.Profile, part string) bool {
	other := t.Known.OtherOrganization
	return other != nil && other.Lent && Known("other_organization."+part)(t).Reason == ""
}

// Elsewhere is another organization, in which the story may make things: a new one where that
// is allowed, else that of the outsider.
func (s *S) Elsewhere() Organization {
	if Organizations(s.Target()).Reason == "" {
		o := s.NewOrganization()
		if s.Target().Control != "" {
			s.SetFeature(o.ID, "automatic_provisioning", true)
		}
		return o
	}
	id := s.Target().Known.OtherOrganization.ID
	return Organization{Thing{ID: id, base: OrgPath(id)}, s.Outsider()}
}

// ForeignDomain is a domain of another organization.
func (s *S) ForeignDomain() Thing {
	if lends(s.Target(), "domain_id") {
		other := s.Target().Known.OtherOrganization
		return Thing{ID: other.DomainID, base: OrgPath(other.ID, Domains, other.DomainID)}
	}
	return s.makeElsewhere(Domains, JSON{"domain": s.Domain()})
}

// ForeignConfig is an identity provider config of another organization.
func (s *S) ForeignConfig() Thing {
	if lends(s.Target(), "identity_provider_config_id") {
		other := s.Target().Known.OtherOrganization
		return Thing{ID: other.IdentityProviderConfigID, base: OrgPath(other.ID, Configs, other.IdentityProviderConfigID)}
	}
	return s.makeElsewhere(Configs, JSON{"name": s.Name()})
}

// ForeignProject is a project of another organization.
func (s *S) ForeignProject() Thing {
	if lends(s.Target(), "project_id") {
		other := s.Target().Known.OtherOrganization
		return Thing{ID: strconv.Itoa(other.ProjectID), base: OrgPath(other.ID, Projects, strconv.Itoa(other.ProjectID))}
	}
	o := s.Elsewhere()
	if first := o.Owner.Get(o.Path(Projects)).Get("results.0.id"); s.client.owns(organizationKind+" "+o.ID) && first.Exists() {
		return Thing{ID: first.String(), base: o.Path(Projects, first.String())}
	}
	return s.MakeIn(o, Projects, JSON{"name": s.Name()})
}

// makeElsewhere makes something in another organization: that of the outsider where the plan of a
// new one forbids it.
func (s *S) makeElsewhere(collection string, body JSON) Thing {
	o := s.Elsewhere()
	made := o.Owner.Post(o.Path(collection), body)
	if other := s.Target().Known.OtherOrganization; made.Code() == http.StatusForbidden && outsiderMakes(s.Target()) && o.ID != other.ID {
		return s.MakeIn(Organization{Thing{ID: other.ID, base: OrgPath(other.ID)}, s.Outsider()}, collection, body)
	}
	return s.madeIn(o, collection, made)
}

// MakeIn makes something in another organization. That its plan, or the outsider's level,
// forbids it is no fault of the target.
func (s *S) MakeIn(o Organization, collection string, body JSON) Thing {
	return s.madeIn(o, collection, o.Owner.Post(o.Path(collection), body))
}

func (s *S) madeIn(o Organization, collection string, made *Response) Thing {
	if made.Code() == http.StatusForbidden {
		s.cannotRun("nothing can be made in another organization, so that nothing there could be reached: " + made.Text("detail"))
	}
	return o.MadeIn(collection, made)
}

// Colleagues needs a way to have people in the organization whom nobody misses.
func Colleagues(t *target.Profile) Lack {
	if mayMakeUsers(t) {
		return Lack{}
	}
	return Allowed(target.CreateUsers)(t)
}

// ColleagueAt is Colleague with an address on a domain.
func (s *S) ColleagueAt(level int, domain string) Person {
	if s.Target().Control != "" {
		return s.NewMemberWith(s.Name()+"@"+domain, s.Target().Organization.ID, level)
	}
	return s.recruit(JSON{"level": level}, domain, s.inviteRecruit).Person()
}

// Colleague is somebody of a level in the target's organization, whom the run made.
func (s *S) Colleague(level int) Person {
	if s.Target().Control != "" {
		return s.NewMember(s.Target().Organization.ID, level)
	}
	return s.Recruit(level).Person()
}
