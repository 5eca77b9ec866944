package dashboard

import "time"

// organizationSummary is one line of the list.
type organizationSummary struct {
	ID, Name, Slug   string
	CreatedAt        time.Time `json:"created_at"`
	Features         []string
	MembersCanInvite *bool `json:"members_can_invite"`
	Levels           map[string]int
	Counts           map[string]int
}

func (d *dashboard) organizations() {
	d.page("GET /ui/organizations", screen{title: "Organizations", section: "organizations", template: "organizations"}, func(v *visit) (any, error) {
		var list struct{ Organizations []organizationSummary }
		err := v.get("/organizations", &list)
		return list.Organizations, err
	})
}
