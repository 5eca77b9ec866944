// Package target says what a deployment is and how to reach it. The target
// profile, a JSON or YAML file, is a contract: `understudy serve --target-out`
// writes one for the fake, a vendor writes one by hand. Profiles are read and
// checked here; nothing here talks to a deployment.
//
// Everything but base_url, organization.id and one credential is optional. A
// scenario that needs what is missing could not run, with the reason. Any text may
// be env:NAME, the value of a variable, so that secrets stay out of files.
package target

import (
	"cmp"
	"net"
	"net/url"
	"slices"

	"github.com/understudy-dev/understudy/spec"
)

// Profile describes one deployment.
type Profile struct {
	// Name is for reports.
	Name string `yaml:"name" json:"name"`
	// Version is what the deployment's own people call its version; "" is what it says itself.
	// Reports show it.
	Version string `yaml:"version" json:"version,omitempty"`
	// Contact says whom to ask about the runs: reports show it, and requests carry it in
	// their User-Agent.
	Contact string `yaml:"contact" json:"contact,omitempty"`
	// Revision is the revision of the API that the deployment runs, such as 2026-09. "" has
	// the suite find out.
	Revision spec.Revision `yaml:"revision" json:"revision"`
	// BaseURL is where /api/ lies, such as https://eu.posthog.com. It may have a
	// path of its own.
	BaseURL string `yaml:"base_url" json:"base_url"`
	// Organization is the one that scenarios work in.
	Organization Organization `yaml:"organization" json:"organization"`
	// Credentials are who can call, by role; see [Roles].
	Credentials map[string]Credential `yaml:"credentials" json:"credentials"`
	// Known are things that are there to be used, and stay as they are.
	Known Known `yaml:"known" json:"known"`
	// Disposable tells that nothing in the deployment is worth keeping, as where it is made
	// anew for each run. Known things may be changed there. The command line believes it
	// once the organization's id was confirmed.
	Disposable bool `yaml:"disposable" json:"disposable,omitempty"`
	// Control is the base of the fake's control plane; "" on a real deployment.
	Control string `yaml:"control" json:"control"`
	// ControlToken is what the control plane asks for where other machines can reach
	// it; "" is nothing.
	ControlToken string `yaml:"control_token" json:"control_token"`
	// Hooks are programs that change what lies around the deployment.
	Hooks Hooks `yaml:"hooks" json:"hooks"`
	// Allow names what intrudes on a deployment and is left alone otherwise; see
	// [Permissions].
	Allow []string `yaml:"allow" json:"allow"`
	// Limits are what the deployment allows, which the suite keeps below.
	Limits Limits `yaml:"limits" json:"limits"`
	// Mail says whom scenarios may invite, and whether mail may go out.
	Mail Mail `yaml:"mail" json:"mail"`
	// TLS is for deployments whose certificate the system does not trust, or that want one.
	TLS TLS `yaml:"tls" json:"tls"`
	// Headers go with every request to the deployment and its control plane, such as the
	// token of a gateway before it. Their values count as secrets.
	Headers map[string]string `yaml:"headers" json:"headers"`
}

// MayChangeKnown reports whether scenarios may change known things for a while and delete
// the disposable one: the profile allows it, or nothing there is worth keeping.
func (p *Profile) MayChangeKnown() bool {
	return p.Control != "" || p.Disposable || slices.Contains(p.Allow, ChangeKnown)
}

// Mail bounds what scenarios send.
type Mail struct {
	// Domain is where invited addresses lie; "" is example.com, which is reserved
	// and reaches nobody.
	Domain string `yaml:"domain" json:"domain"`
	// Send allows scenarios about mail to have mail sent to that domain.
	Send bool `yaml:"send" json:"send"`
}

// TLS is what a client trusts, and shows. Files are in PEM form, and relative to the
// profile's folder.
type TLS struct {
	// CAFile has certificates to trust as well as the system's.
	CAFile string `yaml:"ca_file" json:"ca_file"`
	// CertFile and KeyFile are the certificate that the client shows, and its key.
	CertFile string `yaml:"cert_file" json:"cert_file,omitempty"`
	KeyFile  string `yaml:"key_file" json:"key_file,omitempty"`
}

// Local reports whether the deployment is on this machine: at localhost or a loopback
// address.
func (p *Profile) Local() bool {
	u, err := url.Parse(p.BaseURL)
	if err != nil {
		return false
	}
	return u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback()
}

// CreateOrganizations allows scenarios to make organizations, which they delete
// again. Without a control plane the outsider makes them, and each becomes the
// outsider's current organization for a while.
const CreateOrganizations = "create_organizations"

// CreateProjects allows scenarios to make projects, which they delete again. Each
// becomes the current project of who made it for a while, and counts against the
// plan.
const CreateProjects = "create_projects"

// CreateUsers allows scenarios to have people accept invites: users that this API
// cannot delete. Their membership is ended, their address is under example.com. The
// deployment must log new users in without having them confirm their address.
const CreateUsers = "create_users"

// ChangeKnown allows scenarios to change settings of the known verified domain and the
// mapping of the known connectable integration where they can make none of their own,
// to delete the disposable one, and to try whether the unpaid one can be deleted. The
// settings are given back. A disposable deployment needs no leave.
const ChangeKnown = "change_known"

// Permissions are what a profile may allow.
var Permissions = []string{CreateOrganizations, CreateProjects, CreateUsers, ChangeKnown}

// Organization names an organization.
type Organization struct {
	ID   string `yaml:"id" json:"id"`
	Slug string `yaml:"slug" json:"slug"`
	// Features are those of the organization's plan, such as scim; nil is unknown, and
	// scenarios count on them. What is not named is not offered: scenarios about it are
	// not applicable.
	Features []string `yaml:"features" json:"features"`
}

// Roles are the credentials that a profile may have.
//
// admin has level 8 in the organization and scope *, owner level 15, member
// level 1; outsider is no member. read_scopes and write_scopes belong to the
// administrator and carry organization, organization_member and
// organization_integration with :read and :write; unrelated_scope carries
// insight:read; other_organization_only is limited to another organization,
// project_only to a project.
var Roles = []string{
	"admin", "owner", "member", "outsider",
	"read_scopes", "write_scopes", "unrelated_scope", "other_organization_only", "project_only",
}

// Credential is how one role reaches the deployment, in one way or several.
type Credential struct {
	PersonalAPIKey string   `yaml:"personal_api_key" json:"personal_api_key"`
	Session        *Session `yaml:"session" json:"session"`
	// Email and Password log in through POST /api/login/.
	Email    string `yaml:"email" json:"email"`
	Password string `yaml:"password" json:"password"`
}

// HasSession reports whether the role can get a session.
func (c Credential) HasSession() bool {
	return c.Session != nil || (c.Email != "" && c.Password != "")
}

// Known are the things that scenarios may use. A zero value is not there.
type Known struct {
	VerifiedDomain *Domain `yaml:"verified_domain" json:"verified_domain"`
	Projects       []int   `yaml:"projects" json:"projects"`
	// PrivateProject is one of the organization to which the member has no access.
	PrivateProject          int                `yaml:"private_project" json:"private_project"`
	Integrations            Integrations       `yaml:"integrations" json:"integrations"`
	SCIM                    *SCIM              `yaml:"scim" json:"scim"`
	OtherOrganization       *OtherOrganization `yaml:"other_organization" json:"other_organization"`
	FeaturelessOrganization *Featureless       `yaml:"featureless_organization" json:"featureless_organization"`
	// OldSession is a login of the administrator that is too old for what needs a recent one.
	OldSession *Session `yaml:"old_session" json:"old_session,omitempty"`
}

// Domain names a domain.
type Domain struct {
	ID     string `yaml:"id" json:"id"`
	Domain string `yaml:"domain" json:"domain"`
}

// Integrations are ids of integrations by what can be tried on them.
type Integrations struct {
	Connectable string `yaml:"connectable" json:"connectable"` // has an environment mapping
	Marketplace string `yaml:"marketplace" json:"marketplace"` // is only read
	Disposable  string `yaml:"disposable" json:"disposable"`   // may be deleted
	Unpaid      string `yaml:"unpaid" json:"unpaid"`           // has unpaid invoices
	// DisposableConnectable is a connectable one that may be deleted.
	DisposableConnectable string `yaml:"disposable_connectable" json:"disposable_connectable"`
}

// IntegrationKinds are what integrations are known by, in the order of a profile.
var IntegrationKinds = []string{"connectable", "marketplace", "disposable", "unpaid", "disposable_connectable"}

// Of returns the id of the integration of a kind, "" if the profile names none.
func (i Integrations) Of(kind string) string {
	return map[string]string{
		"connectable": i.Connectable, "marketplace": i.Marketplace, "disposable": i.Disposable, "unpaid": i.Unpaid,
		"disposable_connectable": i.DisposableConnectable,
	}[kind]
}

// SCIM is a verified domain with SCIM on.
type SCIM struct {
	DomainID    string `yaml:"domain_id" json:"domain_id"`
	EmailDomain string `yaml:"email_domain" json:"email_domain"`
	Token       string `yaml:"token" json:"token"`
	// Slug calls the SCIM server in a path, where that is not the domain's id: from
	// revision 2026-09 on it is the end of the config's scim_base_url.
	Slug string `yaml:"slug" json:"slug,omitempty"`
}

// Segment is what calls the SCIM server in a path.
func (s *SCIM) Segment() string { return cmp.Or(s.Slug, s.DomainID) }

// OtherOrganization is one that the administrator is not a member of.
type OtherOrganization struct {
	ID                       string `yaml:"id" json:"id"`
	DomainID                 string `yaml:"domain_id" json:"domain_id"`
	Domain                   string `yaml:"domain" json:"domain"`
	IdentityProviderConfigID string `yaml:"identity_provider_config_id" json:"identity_provider_config_id"`
	ProjectID                int    `yaml:"project_id" json:"project_id"`
	// Lent tells that the things named here may be changed or deleted by a target that is
	// wrong: the organization is there for tests alone. Otherwise requests are never aimed at
	// them that would do so if they were let through.
	Lent bool `yaml:"lent" json:"lent,omitempty"`
}

// Featureless is an organization without features, where the administrator is
// one too. Its domain is verified.
type Featureless struct {
	ID       string `yaml:"id" json:"id"`
	DomainID string `yaml:"domain_id" json:"domain_id"`
}

// Hooks are commands with their arguments. Name and value of the record are
// added as the last two.
type Hooks struct {
	PublishTXT []string `yaml:"publish_txt" json:"publish_txt"`
	RemoveTXT  []string `yaml:"remove_txt" json:"remove_txt"`
}

// Limits are counted for each credential; 0 is no limit.
type Limits struct {
	RequestsPerMinute int `yaml:"requests_per_minute" json:"requests_per_minute"`
	RequestsPerHour   int `yaml:"requests_per_hour" json:"requests_per_hour"`
}
