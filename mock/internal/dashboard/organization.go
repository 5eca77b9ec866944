package dashboard

import (
	"errors"
	"slices"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
)

// organizationPage is everything in one organization.
type organizationPage struct {
	organizationSummary
	Switches     []feature // of the plan
	Settings     []setting
	Domains      *list[domain]
	Configs      *list[identityProviderConfig]
	Integrations *list[integration]
	Invites      *list[invite]
	Members      *list[member]
	Roles        *list[role]
	Projects     *list[project]
}

func (p organizationPage) title() string { return p.Name }

// LevelChoices are the levels that a member can have.
func (organizationPage) LevelChoices() []int { return []int{1, 8, 15} }

// UpstreamChoices are the ways upstream can answer.
func (organizationPage) UpstreamChoices() []string { return []string{"up", "unpaid_invoices", "down"} }

// feature is a switch of the plan.
type feature struct {
	Name string
	On   bool
}

// setting is a switch that the organization has of its own.
type setting struct {
	Name, Label string
	On          bool
}

type domain struct {
	ID, Domain string
	TXTName    string     `json:"txt_name"`
	VerifiedAt *time.Time `json:"verified_at"`
	Challenge  string     `json:"verification_challenge"`
	JIT        bool       `json:"jit_provisioning_enabled"`
	SSO        string     `json:"sso_enforcement"`
	Config     string     `json:"identity_provider_config"`
	SAML       bool       `json:"has_saml"`
	SCIM       bool       `json:"has_scim"`
}

type identityProviderConfig struct {
	ID, Name  string
	CreatedAt time.Time `json:"created_at"`
	SAML      bool      `json:"has_saml"`
	SCIM      bool      `json:"has_scim"`
	IDJAG     bool      `json:"has_id_jag"`
	Domains   []string
}

type integration struct {
	ID, Kind      string
	IntegrationID *string `json:"integration_id"`
	Config        raw
	CreatedBy     string    `json:"created_by"`
	CreatedAt     time.Time `json:"created_at"`
	Upstream      string
	Effective     string `json:"effective_upstream"`
	HasToken      bool   `json:"has_access_token"`
}

type invite struct {
	ID        string
	Email     string `json:"target_email"`
	FirstName string `json:"first_name"`
	Level     int
	CreatedBy string    `json:"created_by"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
	Expired   bool      `json:"is_expired"`
	Link      string
}

type member struct {
	Email     string
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Level     int
	JoinedAt  time.Time `json:"joined_at"`
	Roles     []string
}

type role struct {
	ID, Name  string
	Default   bool `json:"is_default"`
	Members   []string
	CreatedAt time.Time `json:"created_at"`
}

type project struct {
	ID       int
	Name     string
	Timezone string
	Private  bool
	APIToken string `json:"api_token"`
	Grants   []struct{ Email, Level string }
}

func (d *dashboard) organization() {
	d.page("GET /ui/organizations/{id}", screen{title: "Organization", section: "organizations", template: "organization"}, func(v *visit) (any, error) {
		return v.organizationPage(v.part("id"))
	})
	d.organizationSwitches()
}

func (v *visit) organizationPage(id string) (*organizationPage, error) {
	page := new(organizationPage)
	path := "/organizations" + escaped(id)
	if err := v.get(path, &page.organizationSummary); err != nil {
		return page, err
	}
	err := errors.Join(
		readInto(v, path, "domains", &page.Domains),
		readInto(v, path, "identity_provider_configs", &page.Configs),
		readInto(v, path, "integrations", &page.Integrations),
		readInto(v, path, "invites", &page.Invites),
		readInto(v, path, "members", &page.Members),
		readInto(v, path, "roles", &page.Roles),
		readInto(v, path, "projects", &page.Projects),
	)
	for _, name := range slices.Compact(slices.Sorted(slices.Values(append(fixtures.Features(), page.Features...)))) {
		page.Switches = append(page.Switches, feature{name, slices.Contains(page.Features, name)})
	}
	page.Settings = []setting{
		{"members_can_invite", "members can invite", page.MembersCanInvite != nil && *page.MembersCanInvite},
		{"members_can_use_personal_api_keys", "members can use keys", page.MembersUseKeys},
		{"is_member_join_email_enabled", "mail about new members", page.JoinMail},
		{"allow_publicly_shared_resources", "public sharing", page.PublicSharing},
		{"enforce_2fa", "two factors are enforced", page.Enforce2FA != nil && *page.Enforce2FA},
	}
	return page, err
}

func readInto[T any](v *visit, path, name string, to **list[T]) (err error) {
	*to, err = readList[T](v, path+"/"+name, name)
	return err
}
