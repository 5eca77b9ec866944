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
	Counts           map[string]int
}

func (d *dashboard) organizations() {
	d.page("GET /ui/organizations", screen{title: "Organizations", section: "organizations", template: "organizations"}, func(v *visit) (any, error) {
		return readList[organizationSummary](v, "/organizations", "")
	})
}

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

// organizationSwitches are the forms of an organization's page.
func (d *dashboard) organizationSwitches() {
	for name, read := range map[string]func(*visit) (change, error){
		"feature":        switchFeature,
		"setting":        switchSetting,
		"remove":         removeThing,
		"level":          changeLevel,
		"members":        addMember,
		"members/remove": removeMember,
		"domain":         switchDomain,
		"invite":         switchInvite,
		"integration":    switchIntegration,
		"integrations":   installIntegration,
	} {
		d.change("/ui/organizations/{id}/"+name, read)
	}
}

// organizationAt is the organization's page at one of its lists.
func (v *visit) organizationAt(list string) string {
	return strings.TrimPrefix(escaped("ui", "organizations", v.part("id")), "/") + "#" + list
}

func (v *visit) patchOrganization(body any, done, list string) change {
	return change{
		method: http.MethodPatch, path: "/organizations" + escaped(v.part("id")), body: body, done: done, back: v.organizationAt(list),
	}
}

func switchFeature(v *visit) (change, error) {
	name := v.value("name")
	return v.patchOrganization(map[string]any{"feature": map[string]bool{name: v.on("on")}}, words(name)+onOff(v.on("on")), "features"), nil
}

func switchSetting(v *visit) (change, error) {
	name := v.value("name")
	return v.patchOrganization(map[string]any{name: v.on("on")}, v.value("label")+onOff(v.on("on")), "settings"), nil
}

func changeLevel(v *visit) (change, error) {
	n, err := strconv.Atoi(v.value("level"))
	email := v.value("email")
	return v.patchOrganization(map[string]any{"levels": map[string]int{email: n}}, email+" is "+level(n)+" now.", "members"), err
}

func addMember(v *visit) (change, error) {
	n, err := strconv.Atoi(v.value("level"))
	if v.value("email") == "" {
		err = hint("Write the e-mail of the new member.")
	}
	return change{
		method: http.MethodPost, path: "/members",
		body: map[string]any{
			"email": v.value("email"), "organization": v.part("id"), "level": n,
			"first_name": v.value("first_name"), "last_name": v.value("last_name"), "password": v.Sent.Get("password"),
		},
		done: v.value("email") + " is " + level(n) + " now.", back: v.organizationAt("members"),
	}, err
}

func removeMember(v *visit) (change, error) {
	email := v.value("email")
	return change{
		method: http.MethodDelete, path: "/members" + escaped(email) + "?" + url.Values{"organization": {v.part("id")}}.Encode(),
		done: email + " is no member any more.", back: v.organizationAt("members"),
	}, nil
}

// removeThing deletes one line of a list.
func removeThing(v *visit) (change, error) {
	list := v.value("list")
	if !slices.Contains([]string{"domains", "identity_provider_configs", "integrations", "invites", "roles"}, list) {
		return change{back: v.organizationAt("")}, hint("There is no such list.")
	}
	return change{
		method: http.MethodDelete, path: "/" + list + escaped(v.value("id")), done: v.value("name") + " is gone.", back: v.organizationAt(list),
	}, nil
}

func switchDomain(v *visit) (change, error) {
	done := v.value("domain") + " is no longer verified."
	if v.on("on") {
		done = v.value("domain") + " is verified."
	}
	return change{
		method: http.MethodPatch, path: "/domains" + escaped(v.value("id")), body: map[string]any{"verified": v.on("on")},
		done: done, back: v.organizationAt("domains"),
	}, nil
}

func switchInvite(v *visit) (change, error) {
	done := "The invite of " + v.value("email") + " can be accepted."
	if v.on("on") {
		done = "The invite of " + v.value("email") + " has expired."
	}
	return change{
		method: http.MethodPatch, path: "/invites" + escaped(v.value("id")), body: map[string]any{"expired": v.on("on")},
		done: done, back: v.organizationAt("invites"),
	}, nil
}

func switchIntegration(v *visit) (change, error) {
	mode := v.value("upstream")
	return change{
		method: http.MethodPatch, path: "/integrations" + escaped(v.value("id")), body: map[string]any{"upstream": mode},
		done: "Upstream of this integration: " + words(mode) + ".", back: v.organizationAt("integrations"),
	}, nil
}

func installIntegration(v *visit) (change, error) {
	body := map[string]any{"organization": v.part("id"), "upstream": v.value("upstream")}
	if kind := v.value("type"); kind != "" {
		body["config"] = map[string]string{"type": kind}
	}
	for _, name := range []string{"kind", "integration_id", "access_token", "created_by"} {
		if value := v.value(name); value != "" {
			body[name] = value
		}
	}
	return change{
		method: http.MethodPost, path: "/integrations", body: body,
		done: "The integration is installed.", back: v.organizationAt("integrations"),
	}, nil
}

// onOff ends a sentence about a switch.
func onOff(on bool) string {
	if on {
		return " is on."
	}
	return " is off."
}
