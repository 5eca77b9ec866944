package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
)

// tryKnown looks for what the profile says is there. What is read in two ways counts
// as missing only when both miss it.
func (p *prober) tryKnown(s *suite.S) {
	known := p.t.Known
	p.try("known.verified_domain", known.VerifiedDomain != nil, func() (string, string) {
		return inOrganization(s, suite.Domains, known.VerifiedDomain.ID)
	})
	for _, kind := range target.IntegrationKinds {
		id := known.Integrations.Of(kind)
		p.try("known.integrations."+kind, id != "", func() (string, string) {
			return inOrganization(s, suite.Integrations, id)
		})
	}
	p.try("known.scim", known.SCIM != nil, func() (string, string) {
		return inOrganization(s, suite.Domains, known.SCIM.DomainID)
	})
	p.try("known.scim.token", known.SCIM != nil && known.SCIM.Token != "", func() (string, string) {
		observed, detail := scimIsLive(s, p.t)
		if observed == yes && p.Features != nil && !slices.Contains(p.Features, "scim") {
			p.Features = append(p.Features, "scim") // whatever it lists
		}
		return observed, detail
	})
	p.try("known.other_organization", known.OtherOrganization != nil, func() (string, string) {
		return unknown, "the administrator is not in it"
	})
	p.try("known.featureless_organization", known.FeaturelessOrganization != nil, func() (string, string) {
		id := known.FeaturelessOrganization.ID
		detail, list := s.Admin().Get(suite.OrgPath(id)), s.Admin().Get(suite.OrgPath(id, suite.Domains))
		if detail.Code() == 200 || list.Code() == 200 {
			return yes, ""
		}
		return no, fmt.Sprintf("the administrator's key cannot read it: status %d", detail.Code())
	})
	p.try("known.old_session", known.OldSession != nil, func() (string, string) { return tryOldSession(s) })
	p.try("known.private_project", known.PrivateProject != 0, func() (string, string) {
		return inOrganization(s, suite.Projects, strconv.Itoa(known.PrivateProject))
	})
	p.try("known.projects", len(known.Projects) > 0, func() (string, string) {
		projects := s.Admin().Get(s.Org(suite.Projects))
		for _, id := range known.Projects {
			if projects.Code() == 200 && !strings.Contains(projects.Get("results.#.id").Raw, fmt.Sprint(id)) {
				return unknown, fmt.Sprintf("project %d is not on the first page", id)
			}
		}
		if projects.Code() != 200 {
			return unknown, fmt.Sprintf("projects cannot be listed: status %d", projects.Code())
		}
		return yes, ""
	})
}

// try looks for something that the profile may claim, if it does.
func (p *prober) try(name string, claimed bool, look func() (observed, detail string)) {
	if !claimed {
		p.offer(name, false, absent, "")
		return
	}
	observed, detail := look()
	p.offer(name, true, observed, detail)
}

// inOrganization looks for a thing alone and in the list.
func inOrganization(s *suite.S, collection, id string) (observed, detail string) {
	if id == "" {
		return unknown, "the profile does not name its id"
	}
	alone := s.Admin().Get(s.Org(collection, id))
	if alone.Code() == 200 {
		return yes, ""
	}
	if strings.Contains(s.Admin().All(s.Org(collection)).Body(), id) {
		return yes, ""
	}
	return no, fmt.Sprintf("it is not in the organization: status %d", alone.Code())
}

// scimIsLive asks the SCIM server with the token of the profile.
func scimIsLive(s *suite.S, t *target.Profile) (observed, detail string) {
	client := s.KeyValue(t.Known.SCIM.Token, "SCIM client")
	base := "/scim/v2/" + t.Known.SCIM.Segment()
	config := client.Get(base + "/ServiceProviderConfig")
	if config.Code() == 200 {
		return yes, ""
	}
	if client.Get(base+"/Users?count=1").Code() == 200 {
		return yes, ""
	}
	return no, fmt.Sprintf("ServiceProviderConfig answers with status %d", config.Code())
}

// removeClaim takes a claim out of a profile.
func removeClaim(t *target.Profile, path string) {
	if role, ok := strings.CutPrefix(path, "credentials."); ok {
		role, what, _ := strings.Cut(role, ".")
		credential := t.Credentials[role]
		if what == "personal_api_key" {
			credential.PersonalAPIKey = ""
		} else {
			credential.Session, credential.Password = nil, ""
		}
		t.Credentials[role] = credential
		return
	}
	switch path {
	case "control":
		t.Control = ""
	case "hooks.publish_txt":
		t.Hooks.PublishTXT = nil
	case "known.verified_domain":
		t.Known.VerifiedDomain = nil
	case "known.scim":
		t.Known.SCIM = nil
	case "known.scim.token":
		if t.Known.SCIM != nil {
			without := *t.Known.SCIM
			without.Token = ""
			t.Known.SCIM = &without
		}
	case "known.old_session":
		t.Known.OldSession = nil
	case "known.featureless_organization":
		t.Known.FeaturelessOrganization = nil
	case "known.integrations.connectable":
		t.Known.Integrations.Connectable = ""
	case "known.integrations.marketplace":
		t.Known.Integrations.Marketplace = ""
	case "known.integrations.disposable":
		t.Known.Integrations.Disposable = ""
	case "known.integrations.unpaid":
		t.Known.Integrations.Unpaid = ""
	case "known.integrations.disposable_connectable":
		t.Known.Integrations.DisposableConnectable = ""
	case "known.private_project":
		t.Known.PrivateProject = 0
	}
}
