package suite

import (
	"net/http"

	"github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/target"
)

// Some rules can only be tried on what a run cannot make everywhere: a verified domain
// needs a way to publish TXT records, an integration a marketplace. Where there is
// none, a story may borrow the known one. It gets its settings back when the story
// ends, as everything does that a run changes; see watch.

// mayBorrow reports whether stories may change the settings of known things for a
// while.
func mayBorrow(t *target.Profile) bool { return t.MayChangeKnown() }

// LeaveToChange needs leave to change settings of known things for a while.
func LeaveToChange(t *target.Profile) Lack {
	return missing(!mayBorrow(t), "allow: [%s]", target.ChangeKnown)
}

// AnyVerifiedDomain needs a verified domain to change: a new one, or the known one
// where that may be borrowed.
func AnyVerifiedDomain(t *target.Profile) Lack {
	lack := TXTRecords(t)
	if lack.Reason == "" || (mayBorrow(t) && Known("verified_domain.id")(t).Reason == "") {
		return Lack{}
	}
	lack.Reason += ", nor known.verified_domain with allow: [" + target.ChangeKnown + "]"
	return lack
}

// AnyIntegration needs an integration to change or to delete: a new one, or the known
// one of a kind where that may be borrowed.
func AnyIntegration(kind string) Need {
	return func(t *target.Profile) Lack {
		if t.Control != "" || (mayBorrow(t) && Integration(kind)(t).Reason == "") {
			return Lack{}
		}
		return missing(true, "known.integrations.%s with allow: [%s], nor control", kind, target.ChangeKnown)
	}
}

// VerifiedDomain is a verified domain that the story may change, and must not delete:
// a new one where TXT records can be published, else the known one. Only values that
// are stored as they are sent can be given back after a run that was killed.
func (s *S) VerifiedDomain() Thing {
	if TXTRecords(s.Target()).Reason == "" {
		return s.NewVerifiedDomain()
	}
	return s.borrowDomain()
}

// borrow notes that the story has a known thing for a while: requests may be aimed at it.
func (s *S) borrow(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.loans == nil {
		s.loans = map[string]bool{}
	}
	s.loans[id] = true
}

// hasBorrowed reports whether the story has a known thing.
func (s *S) hasBorrowed(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.loans[id]
}

// FeaturelessOrganization is the organization without features, whose settings the story may try to
// change: this one alone, since they hold for all who ask there.
func (s *S) FeaturelessOrganization() Thing {
	s.Alone()
	id := s.Target().Known.FeaturelessOrganization.ID
	s.borrow(id)
	return Thing{s.Admin().Get(OrgPath(id)).Status(http.StatusOK), id, OrgPath(id)}
}

// FeaturelessDomain is the domain of the organization without features, whose settings the
// story may try to change.
func (s *S) FeaturelessDomain() Thing {
	known := s.Target().Known.FeaturelessOrganization
	s.borrow(known.DomainID)
	return Thing{ID: known.DomainID, base: OrgPath(known.ID, Domains, known.DomainID)}
}

// borrowDomain is the known verified domain, for this story alone. What could not be
// given back is not borrowed: a SCIM token, and settings that are in no config.
func (s *S) borrowDomain() Thing {
	s.Alone()
	domain := s.Known(Domains, s.Target().Known.VerifiedDomain.ID)
	domain.Response = s.Admin().Get(domain.Path()).Status(http.StatusOK).Has("is_verified", true)
	if domain.value("scim_enabled").Bool() {
		s.cannotRun("known.verified_domain has SCIM on, whose token could not be given back")
	}
	if domain.value("identity_provider_config").Type == gjson.Null {
		for _, name := range []string{"saml_entity_id", "saml_acs_url", "saml_x509_cert", "id_jag_issuer_url", "id_jag_jwks_url", "id_jag_allowed_clients.0"} {
			if domain.value(name).String() != "" {
				s.cannotRun("known.verified_domain has settings of its own and no config to keep them")
			}
		}
		config := s.NewConfig(nil)
		s.borrow(domain.ID)
		s.Admin().Patch(domain.Path(), JSON{"identity_provider_config": config.ID}).Status(http.StatusOK)
	}
	s.borrow(domain.ID)
	return domain
}

// ConnectableIntegration is a connectable integration whose mapping the story may
// change: a new one where there is a control plane, else the known one.
func (s *S) ConnectableIntegration() Thing {
	if s.Target().Control != "" {
		return s.NewIntegration(JSON{"config": JSON{"type": "connectable"}})
	}
	return s.BorrowIntegration()
}

// BorrowIntegration is the known connectable integration, which somebody installed, for this
// story alone. It gets its mapping back.
func (s *S) BorrowIntegration() Thing {
	s.Alone()
	known := s.KnownIntegration("connectable")
	known.Response = s.Admin().Get(known.Path()).Status(http.StatusOK)
	for _, environment := range []string{"production", "preview", "development"} {
		if !known.value("config.environment_mapping." + environment).Exists() {
			s.cannotRun("known.integrations.connectable has no mapping of " + environment + " that it could be given back")
		}
	}
	s.borrow(known.ID)
	return known
}

// UnpaidIntegration is a marketplace integration with unpaid invoices: a new one where there
// is a control plane, else the known one, which a target that is wrong deletes.
func (s *S) UnpaidIntegration() Thing {
	if s.Target().Control != "" {
		return s.NewIntegration(JSON{"config": JSON{"type": "marketplace"}, "unpaid_invoices": true})
	}
	known := s.KnownIntegration("unpaid")
	s.borrow(known.ID)
	return known
}

// DisposableIntegration is an integration to delete whose config has a type, marketplace or
// connectable: a new one where there is a control plane, else the known one, which is gone
// afterwards.
func (s *S) DisposableIntegration(config string) Thing {
	if s.Target().Control != "" {
		return s.NewIntegration(JSON{"integration_id": s.Name(), "config": JSON{"type": config}})
	}
	s.Alone()
	kind := "disposable"
	if config != "marketplace" {
		kind += "_" + config
	}
	known := s.KnownIntegration(kind)
	known.Response = s.Admin().Get(known.Path())
	if known.code() == http.StatusNotFound {
		s.cannotRun("known.integrations." + kind + " is not there any more, which a run deletes: install another")
	}
	known.Status(http.StatusOK)
	s.Expect(known.Text("id")).To(gomega.Equal(known.ID))
	s.borrow(known.ID)
	return known
}
