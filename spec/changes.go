package spec

import (
	"fmt"
	"sync"
)

// ChangeID names a change of the API for the rules that ask whether it has come. Which revision brought it stands
// in revisions.yaml alone: a revision that is added between two others takes changes of the later one, and no rule
// hears of it.
type ChangeID string

// The changes that rules ask about.
const (
	NamesChecked         ChangeID = "names_checked"         // names hold no addresses and no hidden characters
	ConfigsShown         ChangeID = "configs_shown"         // there are identity provider configs
	IdentityOnConfigs    ChangeID = "identity_on_configs"   // … which alone have what domains had, and name their domains
	ScopesOfConfigs      ChangeID = "scopes_of_configs"     // a config says what it is for
	OIDC                 ChangeID = "oidc"                  // a config may hold OIDC settings
	SCIMByConfig         ChangeID = "scim_by_config"        // a config has the SCIM server, its records and its log
	MembershipRestricted ChangeID = "membership_restricted" // an organization may let in its verified domains alone
	MembersHidden        ChangeID = "members_hidden"        // an organization may hide its members from one another
	NoPlusAddresses      ChangeID = "no_plus_addresses"     // invites to addresses with + are refused
	MoreInvites          ChangeID = "more_invites"          // there may be 200 invites a day
	BareDomainsInNames   ChangeID = "bare_domains_in_names" // names may hold a bare domain
	QuietDNSFailure      ChangeID = "quiet_dns_failure"     // a name server that is down is no crash
	JoinMailByPerson     ChangeID = "join_mail_by_person"   // an organization does not choose mail about new members
)

// Has reports whether a change has come by the revision r. A change that revisions.yaml does not have has never come; the
// tests of this package rule that out for those above.
func (r Revision) Has(change ChangeID) bool {
	came, err := CameWith(change)
	return err == nil && r.Since(came)
}

// CameWith is the revision that brought a change. It fails when none did.
func CameWith(change ChangeID) (Revision, error) {
	brought, err := changesByID()
	if err != nil {
		return "", err
	}
	came, ok := brought[change]
	if !ok {
		return "", fmt.Errorf("no revision brought the change %q: revisions.yaml has their ids", change)
	}
	return came, nil
}

// changesByID are the revisions by the changes that they brought. Rules ask in every request.
var changesByID = sync.OnceValues(func() (map[ChangeID]Revision, error) {
	list, err := loadRevisions()
	brought := map[ChangeID]Revision{}
	for _, about := range list {
		for _, c := range about.Changes {
			if c.ID != "" {
				brought[c.ID] = about.Name
			}
		}
	}
	return brought, err
})
