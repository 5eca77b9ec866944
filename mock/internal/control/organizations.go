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

// organizationRow is an organization as the control plane shows it.
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
	ProjectLimit                 *int               `json:"project_limit"`
	DefaultRole                  *string            `json:"default_role_id"`
	Counts                       organizationCounts `json:"counts"`
}

// organizationCounts are how many there are of everything in an organization.
type organizationCounts struct {
	Domains                 int `json:"domains"`
	IdentityProviderConfigs int `json:"identity_provider_configs"`
	Integrations            int `json:"integrations"`
	Invites                 int `json:"invites"`
	Members                 int `json:"members"`
	Roles                   int `json:"roles"`
	Projects                int `json:"projects"`
}

func showOrganizationRow(e *edit, o *world.Organization) organizationRow {
	return organizationRow{
		ID: o.ID, Name: o.Name, Slug: o.Slug, CreatedAt: o.CreatedAt, UpdatedAt: o.UpdatedAt,
		Features: append([]string{}, o.Features...), MembersCanInvite: o.MembersCanInvite,
		IsMemberJoinEmailEnabled: o.MemberJoinEmails, MembersCanUsePersonalAPIKeys: o.MembersCanUseKeys,
		AllowPubliclySharedResources: o.PublicSharing, Enforce2FA: o.Enforce2FA,
		ProjectLimit: o.ProjectLimit, DefaultRole: orNull(o.DefaultRole),
		Counts: organizationCounts{
			Domains:                 e.view.Domains(o.ID).Len(),
			IdentityProviderConfigs: e.view.Configs(o.ID).Len(),
			Integrations:            e.view.Integrations(o.ID).Len(),
			Invites:                 e.view.Invites(o.ID).Len(),
			Members:                 e.view.Members(o.ID).Len(),
			Roles:                   e.view.Roles(o.ID).Len(),
			Projects:                e.view.Projects(o.ID).Len(),
		},
	}
}

func browseOrganizations(s *sandbox.Sandbox, g *gin.Context) {
	e := look(s, g)
	onPage(g, e, e.view.Organizations(), showOrganizationRow)
}

// organizationDetail is an organization with the levels of its members, by e-mail.
type organizationDetail struct {
	organizationRow
	Levels map[string]int `json:"levels"`
}

func showOrganizationDetail(e *edit, o *world.Organization) organizationDetail {
	detail := organizationDetail{showOrganizationRow(e, o), map[string]int{}}
	e.view.Members(o.ID).All(func(m *world.Membership) bool {
		detail.Levels[e.emailOf(m.User)] = int(m.Level)
		return true
	})
	return detail
}

func showOrganization(s *sandbox.Sandbox, g *gin.Context) {
	e := look(s, g)
	o, ok := findOrganization(e.view, g.Param("id"))
	if !ok {
		refuseWith(g, noOrganization(g.Param("id")))
		return
	}
	g.JSON(http.StatusOK, showOrganizationDetail(e, o))
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

// organizationChange is what a test or a developer may change of an organization.
// What is not sent stays.
type organizationChange struct {
	Features                     *[]string       `json:"features"` // all of them
	Feature                      map[string]bool `json:"feature"`  // single ones, on or off
	MembersCanInvite             maybeNull[bool] `json:"members_can_invite"`
	IsMemberJoinEmailEnabled     *bool           `json:"is_member_join_email_enabled"`
	MembersCanUsePersonalAPIKeys *bool           `json:"members_can_use_personal_api_keys"`
	AllowPubliclySharedResources *bool           `json:"allow_publicly_shared_resources"`
	Enforce2FA                   maybeNull[bool] `json:"enforce_2fa"`
	ProjectLimit                 maybeNull[int]  `json:"project_limit"`
	Levels                       map[string]int  `json:"levels"` // by the member's e-mail
}

func patchOrganization(e *edit, g *gin.Context, change *organizationChange) (shown organizationDetail, err error) {
	found, ok := findOrganization(e.view, g.Param("id"))
	if !ok {
		return shown, noOrganization(g.Param("id"))
	}
	o, err := e.changeOrganization(found, change)
	if err != nil {
		return shown, err
	}
	return showOrganizationDetail(e, o), nil
}

func (e *edit) changeOrganization(found *world.Organization, change *organizationChange) (*world.Organization, error) {
	if limit := change.ProjectLimit.value; limit != nil && *limit < 0 {
		return nil, fmt.Errorf(`"project_limit" is %d: send a number from 0, or null for no limit`, *limit)
	}
	o := *found
	assign(&o.Features, change.Features)
	o.Features = switchFeatures(o.Features, change.Feature)
	change.MembersCanInvite.set(&o.MembersCanInvite)
	assign(&o.MemberJoinEmails, change.IsMemberJoinEmailEnabled)
	assign(&o.MembersCanUseKeys, change.MembersCanUsePersonalAPIKeys)
	assign(&o.PublicSharing, change.AllowPubliclySharedResources)
	change.Enforce2FA.set(&o.Enforce2FA)
	change.ProjectLimit.set(&o.ProjectLimit)
	o.UpdatedAt = e.now
	e.tx.PutOrganization(&o)
	for email, level := range change.Levels {
		if err := e.changeLevel(o.ID, email, level); err != nil {
			return nil, fmt.Errorf(`"levels": %s: %w`, email, err)
		}
	}
	return &o, nil
}

// changeLevel gives somebody another level who may not be a member at all.
func (e *edit) changeLevel(organization, email string, level int) error {
	user, ok := e.view.UserByEmail(email)
	if !ok {
		return errors.New("there is no such user")
	}
	m, ok := e.view.Membership(user.ID, organization)
	if !ok {
		return errors.New("is not a member")
	}
	_, err := e.setLevel(m, level)
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

// projectRow is a project as the control plane shows it.
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

// grantRow is the access that one user has to a project.
type grantRow struct {
	Email string `json:"email"`
	Level string `json:"level"`
}

func showProjectRow(e *edit, p *world.Project) projectRow {
	row := projectRow{
		ID: p.ID, UUID: p.UUID, Organization: p.Organization, Name: p.Name, APIToken: p.APIToken,
		Timezone: p.Timezone, Private: p.Private, Onboarded: p.Onboarded, CreatedAt: p.CreatedAt, Grants: []grantRow{},
	}
	for _, grant := range p.Grants {
		row.Grants = append(row.Grants, grantRow{e.emailOf(grant.User), grant.Level})
	}
	return row
}

var projectKind = kind[world.Project, projectRow]{
	name: "project", list: (*world.World).Projects, row: showProjectRow,
}
