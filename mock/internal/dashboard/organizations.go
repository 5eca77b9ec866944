package dashboard

import "time"

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
