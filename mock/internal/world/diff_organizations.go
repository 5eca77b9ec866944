package world

import "strconv"

var organizationColumns = &columns[Organization]{
	table: "organization", id: func(o *Organization) string { return o.ID },
	fields: []column[Organization]{
		{name: "name", value: func(o *Organization) any { return o.Name }},
		{name: "slug", value: func(o *Organization) any { return o.Slug }},
		{name: "created_at", value: func(o *Organization) any { return moment(o.CreatedAt) }},
		{name: "updated_at", value: func(o *Organization) any { return moment(o.UpdatedAt) }},
		{name: "available_product_features", value: func(o *Organization) any { return items(o.Features) }},
		{name: "members_can_invite", value: func(o *Organization) any { return optional(o.MembersCanInvite) }},
		{name: "is_member_join_email_enabled", value: func(o *Organization) any { return o.MemberJoinEmails }},
		{name: "enforce_2fa", value: func(o *Organization) any { return optional(o.Enforce2FA) }},
		{name: "members_can_use_personal_api_keys", value: func(o *Organization) any { return o.MembersCanUseKeys }},
		{name: "allow_publicly_shared_resources", value: func(o *Organization) any { return o.PublicSharing }},
		{name: "default_experiment_stats_method", value: func(o *Organization) any { return optional(o.ExperimentStats) }},
		{name: "default_role_id", value: func(o *Organization) any { return nullable(o.DefaultRole) }},
		{name: "project_limit", value: func(o *Organization) any { return optional(o.ProjectLimit) }},
	},
}

var projectColumns = &columns[Project]{
	table: "project", id: func(p *Project) string { return strconv.Itoa(p.ID) },
	fields: []column[Project]{
		{name: "uuid", value: func(p *Project) any { return p.UUID }},
		{name: "organization", value: func(p *Project) any { return p.Organization }},
		{name: "name", value: func(p *Project) any { return p.Name }},
		{name: "api_token", value: func(p *Project) any { return p.APIToken }}, // public, in every page that is analysed
		{name: "timezone", value: func(p *Project) any { return p.Timezone }},
		{name: "product_description", value: func(p *Project) any { return optional(p.ProductDescription) }},
		{name: "access_control", value: func(p *Project) any { return p.Private }},
		{name: "completed_snippet_onboarding", value: func(p *Project) any { return p.Onboarded }},
		{name: "grants", value: func(p *Project) any { return grantsShown(p.Grants) }},
		{name: "created_at", value: func(p *Project) any { return moment(p.CreatedAt) }},
		{name: "updated_at", value: func(p *Project) any { return moment(p.UpdatedAt) }},
	},
}

// grantShown is what JSON shows of a grant.
type grantShown struct {
	User  int    `json:"user"`
	Level string `json:"level"`
}

func grantsShown(grants []Grant) []grantShown {
	shown := make([]grantShown, len(grants))
	for i, g := range grants {
		shown[i] = grantShown(g)
	}
	return shown
}

var inviteColumns = &columns[Invite]{
	table: "invite", id: func(i *Invite) string { return i.ID },
	fields: []column[Invite]{
		{name: "organization", value: func(i *Invite) any { return i.Organization }},
		{name: "target_email", value: func(i *Invite) any { return i.TargetEmail }},
		{name: "first_name", value: func(i *Invite) any { return i.FirstName }},
		{name: "emailing_attempt_made", value: func(i *Invite) any { return i.EmailingAttemptMade }},
		{name: "level", value: func(i *Invite) any { return int(i.Level) }},
		{name: "message", value: func(i *Invite) any { return optional(i.Message) }},
		{name: "private_project_access", value: func(i *Invite) any { return accessShownOf(i.ProjectAccess) }},
		{name: "is_setup_delegation", value: func(i *Invite) any { return i.SetupDelegation }},
		{name: "created_by", value: func(i *Invite) any { return nullable(i.CreatedBy) }},
		{name: "created_at", value: func(i *Invite) any { return moment(i.CreatedAt) }},
		{name: "updated_at", value: func(i *Invite) any { return moment(i.UpdatedAt) }},
	},
}

// accessShown is what JSON shows of a project that an invite opens.
type accessShown struct {
	ID    int    `json:"id"`
	Level string `json:"level"`
}

// accessShownOf keeps null and the empty list apart, as the API does.
func accessShownOf(access []ProjectAccess) any {
	if access == nil {
		return nil
	}
	shown := make([]accessShown, len(access))
	for i, a := range access {
		shown[i] = accessShown{a.Project, a.Level}
	}
	return shown
}
