package control

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/understudy-dev/understudy/mock/internal/refusal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// organizationRow represents an organization.
type organizationRow struct {
	ID                           string             `json:"id"`
	Name                         string             `json:"name"`
	Slug                         string             `json:"slug"`
	CreatedAt                    time.Time          `json:"created_at"`
	UpdatedAt                    time.Time          `json:"updated_at"`
	Features                     []string           `json:"features"`
	MembersCanInvite             *bool              `json:"members_can_invite"`
	IsMemberJoinEmailEnabled     bool               `json:"is_member_join_email_enabled"`
	MembersCanUsePersonalAPIKeys bool               `json:"members_can_use_personal_api_keys"`
	AllowPubliclySharedResources bool               `json:"allow_publicly_shared_resources"`
	Enforce2FA                   *bool              `json:"enforce_2fa"`
	MembersCanCreateProjects     *bool              `json:"members_can_create_projects"`
	AIDataProcessingApproved     *bool              `json:"is_ai_data_processing_approved"`
	AITrainingOptedIn            *bool              `json:"is_ai_training_opted_in"`
	AITrainingLocked             bool               `json:"is_ai_training_locked"`
	AITrainingCTAShown           bool               `json:"is_ai_training_cta_shown"`
	HIPAA                        bool               `json:"is_hipaa"`
	PendingDeletion              bool               `json:"is_pending_deletion"`
	DefaultAnonymizeIPs          bool               `json:"default_anonymize_ips"`
	Active                       bool               `json:"is_active"`
	NotActiveReason              *string            `json:"is_not_active_reason"`
	ProjectLimit                 *int               `json:"project_limit"`
	DefaultRole                  *string            `json:"default_role_id"`
	Counts                       organizationCounts `json:"counts"`
}

// organizationCounts are the numbers of rows of an organization.
type organizationCounts struct {
	Domains                 int `json:"domains"`
	IdentityProviderConfigs int `json:"identity_provider_configs"`
	Integrations            int `json:"integrations"`
	Invites                 int `json:"invites"`
	Members                 int `json:"members"`
	Roles                   int `json:"roles"`
	Projects                int `json:"projects"`
}

func showOrganizationRow(c *call, o *world.Organization) organizationRow {
	return organizationRow{
		ID: o.ID, Name: o.Name, Slug: o.Slug, CreatedAt: o.CreatedAt, UpdatedAt: o.UpdatedAt,
		Features: append([]string{}, o.Features...), MembersCanInvite: o.MembersCanInvite,
		IsMemberJoinEmailEnabled: o.MemberJoinEmails, MembersCanUsePersonalAPIKeys: o.MembersCanUseKeys,
		AllowPubliclySharedResources: o.PublicSharing, Enforce2FA: o.Enforce2FA,
		MembersCanCreateProjects: o.MembersCanCreateProjects, AIDataProcessingApproved: o.AIDataProcessing,
		AITrainingOptedIn: o.AITraining, AITrainingLocked: o.AITrainingLocked, AITrainingCTAShown: !o.AITrainingHidden,
		HIPAA: o.HIPAA, PendingDeletion: o.PendingDeletion,
		DefaultAnonymizeIPs: o.AnonymizeIPs, Active: !o.Inactive, NotActiveReason: o.NotActiveReason,
		ProjectLimit: o.ProjectLimit, DefaultRole: nilIfEmpty(o.DefaultRole),
		Counts: organizationCounts{
			Domains:                 c.view.Domains(o.ID).Len(),
			IdentityProviderConfigs: c.view.Configs(o.ID).Len(),
			Integrations:            c.view.Integrations(o.ID).Len(),
			Invites:                 c.view.Invites(o.ID).Len(),
			Members:                 c.view.Members(o.ID).Len(),
			Roles:                   c.view.Roles(o.ID).Len(),
			Projects:                c.view.LiveProjects(o.ID),
		},
	}
}

func listOrganizations(s *sandbox.Sandbox, g *gin.Context) {
	c := newCall(s, g)
	writePage(g, c, c.view.Organizations(), showOrganizationRow)
}

// organizationDetail represents an organization with the levels of its members, by e-mail.
type organizationDetail struct {
	organizationRow
	Levels map[string]int `json:"levels"`
}

func showOrganizationDetail(c *call, o *world.Organization) organizationDetail {
	detail := organizationDetail{showOrganizationRow(c, o), map[string]int{}}
	c.view.Members(o.ID).All(func(m *world.Membership) bool {
		detail.Levels[c.emailOf(m.User)] = int(m.Level)
		return true
	})
	return detail
}

func showOrganization(s *sandbox.Sandbox, g *gin.Context) {
	c := newCall(s, g)
	o, ok := findOrganization(c.view, g.Param("id"))
	if !ok {
		refuseWith(g, noOrganization(g.Param("id")))
		return
	}
	g.JSON(http.StatusOK, showOrganizationDetail(c, o))
}

// findOrganization finds an organization by id or by slug.
func findOrganization(view *world.World, name string) (*world.Organization, bool) {
	if id, err := uuid.Parse(name); err == nil {
		return view.Organization(id.String())
	}
	return view.OrganizationBySlug(name)
}

func noOrganization(name string) error {
	return refusal.New(http.StatusNotFound, "no_such_organization", "There is no organization "+name+".")
}

// organizationChange is the body of a change to an organization. Fields that are not sent
// keep their values.
type organizationChange struct {
	Features                     *[]string        `json:"features"` // all of them
	Feature                      map[string]bool  `json:"feature"`  // single ones, on or off
	MembersCanInvite             nullable[bool]   `json:"members_can_invite"`
	IsMemberJoinEmailEnabled     *bool            `json:"is_member_join_email_enabled"`
	MembersCanUsePersonalAPIKeys *bool            `json:"members_can_use_personal_api_keys"`
	AllowPubliclySharedResources *bool            `json:"allow_publicly_shared_resources"`
	Enforce2FA                   nullable[bool]   `json:"enforce_2fa"`
	MembersCanCreateProjects     nullable[bool]   `json:"members_can_create_projects"`
	AIDataProcessingApproved     nullable[bool]   `json:"is_ai_data_processing_approved"`
	AITrainingOptedIn            nullable[bool]   `json:"is_ai_training_opted_in"`
	AITrainingLocked             *bool            `json:"is_ai_training_locked"`
	AITrainingCTAShown           *bool            `json:"is_ai_training_cta_shown"`
	HIPAA                        *bool            `json:"is_hipaa"`
	PendingDeletion              *bool            `json:"is_pending_deletion"`
	DefaultAnonymizeIPs          *bool            `json:"default_anonymize_ips"`
	Active                       *bool            `json:"is_active"`
	NotActiveReason              nullable[string] `json:"is_not_active_reason"`
	ProjectLimit                 nullable[int]    `json:"project_limit"`
	Levels                       map[string]int   `json:"levels"` // by the member's e-mail
}

func patchOrganization(c *call, g *gin.Context, change *organizationChange) (shown organizationDetail, err error) {
	found, ok := findOrganization(c.view, g.Param("id"))
	if !ok {
		return shown, noOrganization(g.Param("id"))
	}
	o, err := c.changeOrganization(found, change)
	if err != nil {
		return shown, err
	}
	return showOrganizationDetail(c, o), nil
}

// maxReason is how long a reason may be, in bytes.
const maxReason = 200

func (c *call) changeOrganization(found *world.Organization, change *organizationChange) (*world.Organization, error) {
	if limit := change.ProjectLimit.value; limit != nil && *limit < 0 {
		return nil, fmt.Errorf(`"project_limit" is %d: send a number from 0, or null for no limit`, *limit)
	}
	if reason := change.NotActiveReason.value; reason != nil && len(*reason) > maxReason {
		return nil, fmt.Errorf(`"is_not_active_reason" has %d bytes: send at most %d`, len(*reason), maxReason)
	}
	o := *found
	setIfSent(&o.Features, change.Features)
	o.Features = switchFeatures(o.Features, change.Feature)
	change.MembersCanInvite.set(&o.MembersCanInvite)
	setIfSent(&o.MemberJoinEmails, change.IsMemberJoinEmailEnabled)
	setIfSent(&o.MembersCanUseKeys, change.MembersCanUsePersonalAPIKeys)
	setIfSent(&o.PublicSharing, change.AllowPubliclySharedResources)
	change.Enforce2FA.set(&o.Enforce2FA)
	change.MembersCanCreateProjects.set(&o.MembersCanCreateProjects)
	change.AIDataProcessingApproved.set(&o.AIDataProcessing)
	change.AITrainingOptedIn.set(&o.AITraining)
	setIfSent(&o.AITrainingLocked, change.AITrainingLocked)
	setIfNot(&o.AITrainingHidden, change.AITrainingCTAShown)
	setIfSent(&o.HIPAA, change.HIPAA)
	setIfSent(&o.PendingDeletion, change.PendingDeletion)
	setIfSent(&o.AnonymizeIPs, change.DefaultAnonymizeIPs)
	setIfNot(&o.Inactive, change.Active)
	change.NotActiveReason.set(&o.NotActiveReason)
	change.ProjectLimit.set(&o.ProjectLimit)
	o.UpdatedAt = c.now
	c.tx.PutOrganization(&o)
	for email, level := range change.Levels {
		if err := c.changeLevelOf(o.ID, email, level); err != nil {
			return nil, fmt.Errorf(`"levels": %s: %w`, email, err)
		}
	}
	return &o, nil
}

// changeLevelOf changes the level of a member, by e-mail. It fails if there is none.
func (c *call) changeLevelOf(organization, email string, level int) error {
	user, ok := c.view.UserByEmail(email)
	if !ok {
		return errors.New("there is no such user")
	}
	m, ok := c.view.Membership(user.ID, organization)
	if !ok {
		return errors.New("is not a member")
	}
	_, err := c.setLevel(m, level)
	return err
}

func switchFeatures(features []string, changes map[string]bool) []string {
	switched := slices.DeleteFunc(slices.Clone(features), func(f string) bool { _, named := changes[f]; return named })
	for feature, on := range changes {
		if on {
			switched = append(switched, feature)
		}
	}
	slices.Sort(switched)
	return slices.Compact(switched)
}

// projectRow represents a project.
type projectRow struct {
	ID           int        `json:"id"`
	UUID         string     `json:"uuid"`
	Organization string     `json:"organization"`
	Name         string     `json:"name"`
	APIToken     string     `json:"api_token"`
	Timezone     string     `json:"timezone"`
	Private      bool       `json:"private"`
	Onboarded    bool       `json:"onboarded"`
	CreatedAt    time.Time  `json:"created_at"`
	Grants       []grantRow `json:"grants"`
}

// grantRow represents the access of a single user to a project.
type grantRow struct {
	Email string `json:"email"`
	Level string `json:"level"`
}

func showProjectRow(c *call, p *world.Project) projectRow {
	row := projectRow{
		ID: p.ID, UUID: p.UUID, Organization: p.Organization, Name: p.Name, APIToken: p.APIToken,
		Timezone: p.Timezone, Private: p.Private, Onboarded: p.Onboarded, CreatedAt: p.CreatedAt, Grants: []grantRow{},
	}
	for _, grant := range p.Grants {
		row.Grants = append(row.Grants, grantRow{c.emailOf(grant.User), grant.Level})
	}
	return row
}

var projectResource = resource[world.Project, projectRow]{
	name: "project", list: (*world.World).Projects, represent: showProjectRow,
}
