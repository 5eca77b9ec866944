package dashboard

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
)

// organizationSummary is one line of the list.
type organizationSummary struct {
	ID, Name, Slug   string
	CreatedAt        time.Time `json:"created_at"`
	Features         []string
	MembersCanInvite *bool `json:"members_can_invite"`
	JoinMail         bool  `json:"is_member_join_email_enabled"`
	MembersUseKeys   bool  `json:"members_can_use_personal_api_keys"`
	PublicSharing    bool  `json:"allow_publicly_shared_resources"`
	Enforce2FA       *bool `json:"enforce_2fa"`
	MembersProjects  *bool `json:"members_can_create_projects"`
	Active           bool  `json:"is_active"`
	Counts           map[string]int
}

func (d *dashboard) organizations() {
	d.page("GET /ui/organizations", pageSpec{title: "Organizations", section: "organizations", template: "organizations"}, func(p *pageRequest) (any, error) {
		return readList[organizationSummary](p, "/organizations", "")
	})
}

// organizationPage is one organization with everything in it.
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

// feature is a feature of the plan.
type feature struct {
	Name string
	On   bool
}

// setting is one of the organization's own settings.
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
	Config        rawJSON
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
	d.page("GET /ui/organizations/{id}", pageSpec{title: "Organization", section: "organizations", template: "organization"}, func(p *pageRequest) (any, error) {
		return p.organizationPage(p.pathValue("id"))
	})
	d.organizationSwitches()
}

func (p *pageRequest) organizationPage(id string) (*organizationPage, error) {
	page := new(organizationPage)
	path := "/organizations" + escapedPath(id)
	if err := p.get(path, &page.organizationSummary); err != nil {
		return page, err
	}
	err := errors.Join(
		readInto(p, path, "domains", &page.Domains),
		readInto(p, path, "identity_provider_configs", &page.Configs),
		readInto(p, path, "integrations", &page.Integrations),
		readInto(p, path, "invites", &page.Invites),
		readInto(p, path, "members", &page.Members),
		readInto(p, path, "roles", &page.Roles),
		readInto(p, path, "projects", &page.Projects),
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
		{"members_can_create_projects", "members can create projects", page.MembersProjects != nil && *page.MembersProjects},
		{"is_active", "the site is open to it", page.Active},
	}
	return page, err
}

func readInto[T any](p *pageRequest, path, name string, to **list[T]) (err error) {
	*to, err = readList[T](p, path+"/"+name, name)
	return err
}

// organizationSwitches registers the forms of an organization's page.
func (d *dashboard) organizationSwitches() {
	for name, read := range map[string]func(*pageRequest) (formCall, error){
		"feature":        switchFeature,
		"setting":        switchSetting,
		"remove":         removeRow,
		"level":          changeLevel,
		"members":        addMember,
		"members/remove": removeMember,
		"domain":         switchDomain,
		"invite":         switchInvite,
		"integration":    switchIntegration,
		"integrations":   installIntegration,
	} {
		d.form("/ui/organizations/{id}/"+name, read)
	}
}

// organizationAt is the organization's page at one of its lists.
func (p *pageRequest) organizationAt(list string) string {
	return strings.TrimPrefix(escapedPath("ui", "organizations", p.pathValue("id")), "/") + "#" + list
}

func (p *pageRequest) patchOrganization(body any, done, list string) formCall {
	return formCall{
		method: http.MethodPatch, path: "/organizations" + escapedPath(p.pathValue("id")), body: body, done: done, back: p.organizationAt(list),
	}
}

func switchFeature(p *pageRequest) (formCall, error) {
	name := p.value("name")
	return p.patchOrganization(map[string]any{"feature": map[string]bool{name: p.switchedOn()}}, words(name)+onOff(p.switchedOn()), "features"), nil
}

func switchSetting(p *pageRequest) (formCall, error) {
	name := p.value("name")
	return p.patchOrganization(map[string]any{name: p.switchedOn()}, p.value("label")+onOff(p.switchedOn()), "settings"), nil
}

func changeLevel(p *pageRequest) (formCall, error) {
	n, err := strconv.Atoi(p.value("level"))
	email := p.value("email")
	return p.patchOrganization(map[string]any{"levels": map[string]int{email: n}}, email+" is "+level(n)+" now.", "members"), err
}

func addMember(p *pageRequest) (formCall, error) {
	n, err := strconv.Atoi(p.value("level"))
	if p.value("email") == "" {
		err = inputError("Write the e-mail of the new member.")
	}
	return formCall{
		method: http.MethodPost, path: "/members",
		body: map[string]any{
			"email": p.value("email"), "organization": p.pathValue("id"), "level": n,
			"first_name": p.value("first_name"), "last_name": p.value("last_name"), "password": p.Sent.Get("password"),
		},
		done: p.value("email") + " is " + level(n) + " now.", back: p.organizationAt("members"),
	}, err
}

func removeMember(p *pageRequest) (formCall, error) {
	email := p.value("email")
	return formCall{
		method: http.MethodDelete, path: "/members" + escapedPath(email) + "?" + url.Values{"organization": {p.pathValue("id")}}.Encode(),
		done: email + " is no member any more.", back: p.organizationAt("members"),
	}, nil
}

// removeRow deletes one row of a list.
func removeRow(p *pageRequest) (formCall, error) {
	list := p.value("list")
	if !slices.Contains([]string{"domains", "identity_provider_configs", "integrations", "invites", "roles"}, list) {
		return formCall{back: p.organizationAt("")}, inputError("There is no such list.")
	}
	return formCall{
		method: http.MethodDelete, path: "/" + list + escapedPath(p.value("id")), done: p.value("name") + " is gone.", back: p.organizationAt(list),
	}, nil
}

func switchDomain(p *pageRequest) (formCall, error) {
	done := p.value("domain") + " is no longer verified."
	if p.switchedOn() {
		done = p.value("domain") + " is verified."
	}
	return formCall{
		method: http.MethodPatch, path: "/domains" + escapedPath(p.value("id")), body: map[string]any{"verified": p.switchedOn()},
		done: done, back: p.organizationAt("domains"),
	}, nil
}

func switchInvite(p *pageRequest) (formCall, error) {
	done := "The invite of " + p.value("email") + " can be accepted."
	if p.switchedOn() {
		done = "The invite of " + p.value("email") + " has expired."
	}
	return formCall{
		method: http.MethodPatch, path: "/invites" + escapedPath(p.value("id")), body: map[string]any{"expired": p.switchedOn()},
		done: done, back: p.organizationAt("invites"),
	}, nil
}

func switchIntegration(p *pageRequest) (formCall, error) {
	mode := p.value("upstream")
	return formCall{
		method: http.MethodPatch, path: "/integrations" + escapedPath(p.value("id")), body: map[string]any{"upstream": mode},
		done: "Upstream of this integration: " + words(mode) + ".", back: p.organizationAt("integrations"),
	}, nil
}

func installIntegration(p *pageRequest) (formCall, error) {
	body := map[string]any{"organization": p.pathValue("id"), "upstream": p.value("upstream")}
	if kind := p.value("type"); kind != "" {
		body["config"] = map[string]string{"type": kind}
	}
	for _, name := range []string{"kind", "integration_id", "access_token", "created_by"} {
		if value := p.value(name); value != "" {
			body[name] = value
		}
	}
	return formCall{
		method: http.MethodPost, path: "/integrations", body: body,
		done: "The integration is installed.", back: p.organizationAt("integrations"),
	}, nil
}

// onOff ends a sentence about a switch.
func onOff(on bool) string {
	if on {
		return " is on."
	}
	return " is off."
}
