package dashboard

import (
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
)

// organizationPage is everything in one organization.
type organizationPage struct {
	organizationSummary
	Switches     []feature // of the plan
	Domains      []domain
	Configs      []identityProviderConfig `json:"identity_provider_configs"`
	Integrations []integration
	Invites      []invite
	Members      []member
	Roles        []role
	Projects     []project
	Missing      []string // lists that the control plane did not give, and why
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

type domain struct {
	ID, Domain string
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
	for _, list := range []string{"domains", "identity_provider_configs", "integrations", "invites", "members", "roles", "projects"} {
		if err := v.get(path+"/"+list, page); err != nil {
			page.Missing = append(page.Missing, words(list)+": "+err.Error())
		}
	}
	if page.Members == nil {
		for email, level := range page.Levels {
			page.Members = append(page.Members, member{Email: email, Level: level})
		}
		slices.SortFunc(page.Members, func(a, b member) int { return strings.Compare(a.Email, b.Email) })
	}
	for _, name := range fixtures.Features() {
		page.Switches = append(page.Switches, feature{name, slices.Contains(page.Features, name)})
	}
	return page, nil
}
