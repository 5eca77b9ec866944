package world

import (
	"slices"
	"sync/atomic"
	"time"
)

// Level is what a member may do in an organization; higher includes lower.
type Level int

// The membership levels of the real API.
const (
	Member        Level = 1
	Administrator Level = 8
	Owner         Level = 15
)

// Organization is a tenant. All rows but users, keys and sessions belong to one.
type Organization struct {
	ID, Name, Slug       string
	CreatedAt, UpdatedAt time.Time
	Features             []string // keys of the plan's features, e.g. "scim"
	// MembersCanInvite is the organization's own switch. It counts only with
	// the feature organization_invite_settings.
	MembersCanInvite *bool
	// The organization's other settings and defaults.
	MemberJoinEmails  bool // members hear of a new one
	Enforce2FA        *bool
	MembersCanUseKeys bool // counts only with the feature organization_security_settings
	PublicSharing     bool
	// MembersCanCreateProjects counts only with the feature organization_invite_settings.
	MembersCanCreateProjects *bool
	// What nothing of the API reads: what the organization allows its data to be used for,
	// what new projects do with addresses, and whether the site is closed to it, and why.
	AIDataProcessing *bool
	AITraining       *bool
	AITrainingLocked bool // AITraining does not change
	AITrainingHidden bool // pages do not ask for AITraining
	HIPAA            bool
	PendingDeletion  bool
	AnonymizeIPs     bool
	Inactive         bool
	NotActiveReason  *string
	ExperimentStats  *string
	DefaultRole      string // what new members get; "" is none
	// EnforceVerifiedDomains lets in only people with an address on a verified domain of the
	// organization. It is there from the newest revision on, as is MembersSeeMembers.
	EnforceVerifiedDomains *bool
	MembersSeeMembers      *bool // plain members see one another; nil is true
	// ProjectLimit is how many projects the plan allows; nil is no limit. It
	// counts only with the feature organizations_projects.
	ProjectLimit *int
}

// HasFeature reports whether the organization's plan includes the feature.
func (o *Organization) HasFeature(feature string) bool {
	return slices.Contains(o.Features, feature)
}

// User is a person who can log in. Users are shared by all organizations.
type User struct {
	ID                  int
	UUID, DistinctID    string
	Email               string
	FirstName, LastName string
	Password            string
	EmailVerified       bool
	TwoFactor           bool   // a second factor is set up; the API shows it and does not change it
	CurrentOrganization string // what @current means to this user; "" is none
	CurrentProject      int    // the project chosen last; 0 is none
	RoleAtOrganization  string // what the user does there, in their own words
	JoinedAt            time.Time
	LastLogin           *time.Time // by password; nil is never
}

// Membership ties a user to an organization.
type Membership struct {
	ID, Organization    string
	User                int
	Level               Level
	JoinedAt, UpdatedAt time.Time
}

// Key is a personal API key. It acts for its user, within its scopes.
type Key struct {
	ID, Label, Value string
	User             int
	Scopes           []string // "object:read", "object:write" or "*"
	Organizations    []string // when not empty, the only organizations it reaches
	Projects         []int    // when not empty, the only projects it reaches
	CreatedAt        time.Time
	LastUsedAt       *time.Time // before the sandbox began to note uses itself; nil is never
	LastRolledAt     *time.Time // when it last got a new value; nil is never
}

// Session is a login, identified by a cookie.
type Session struct {
	Key        string // the value of the cookie sessionid
	User       int
	SSO        bool // by single sign-on, else by password
	LoggedInAt time.Time
}

// Identity is the group of identity provider settings that a domain and a
// config both carry. The real server mirrors them both ways while linked.
type Identity struct {
	SAMLEntityID, SAMLACSURL, SAMLX509Cert *string
	SCIMEnabled                            bool
	SCIMBearerToken                        string
	IDJAGIssuerURL, IDJAGJWKSURL           *string
	IDJAGAllowedClients                    []string
}

func notEmpty(s *string) bool { return s != nil && *s != "" }

// HasSAML reports whether SAML is usable: all three settings are filled.
func (i *Identity) HasSAML() bool {
	return notEmpty(i.SAMLEntityID) && notEmpty(i.SAMLACSURL) && notEmpty(i.SAMLX509Cert)
}

// HasSCIM reports whether SCIM is on and has a token.
func (i *Identity) HasSCIM() bool { return i.SCIMEnabled && i.SCIMBearerToken != "" }

// HasIDJAG reports whether ID-JAG is usable: the issuer is filled.
func (i *Identity) HasIDJAG() bool { return notEmpty(i.IDJAGIssuerURL) }

// HasSettings reports whether there is a setting that calls for a config.
// Source: _domain_has_any_idp_config in posthog/models/identity_provider_config.py;
// an incomplete SAML set does not count.
func (i *Identity) HasSettings() bool {
	return i.HasSAML() || i.SCIMEnabled || i.SCIMBearerToken != "" ||
		notEmpty(i.IDJAGIssuerURL) || notEmpty(i.IDJAGJWKSURL) || len(i.IDJAGAllowedClients) > 0
}

// Domain is an e-mail domain that an organization claims.
type Domain struct {
	ID, Organization       string
	Domain                 string
	VerifiedAt             *time.Time
	VerificationChallenge  string
	JITProvisioningEnabled bool
	SSOEnforcement         string
	Identity
	Config string // the linked identity provider config; "" is none

	Cache *JSONCache[string] // key: the site's address
}

// IdentityProviderConfig is a set of identity settings that domains can share.
type IdentityProviderConfig struct {
	ID, Organization, Name string
	CreatedAt, UpdatedAt   time.Time
	Identity

	// What follows is there from the newest revision on.

	Slug                     string  // by which its SCIM server is found
	DomainScope, ConfigScope *string // see [ScopeAll], [ScopeSAML]
	SAMLRelayState           string
	OIDCIssuerURL            string
	OIDCClientID             string
	OIDCClientSecret         string

	Cache *JSONCache[struct{}]
}

// Integration connects an organization to a marketplace.
type Integration struct {
	ID, Organization     string
	Kind                 string
	IntegrationID        *string
	Type                 string       // config.type
	Config               []byte       // a JSON object, keys in their given order
	AccessToken          string       // upstream credentials; "" is none
	Upstream             UpstreamMode // how upstream answers for it; "" is up
	CreatedAt, UpdatedAt time.Time
	CreatedBy            int // a user; 0 is nobody

	Cache *JSONCache[*User] // key: the creator
}

// ProjectIntegration is the part of an integration that lives in one project.
type ProjectIntegration struct {
	Organization string
	Project      int
	Kind         string
}

// Role is a named group of members.
type Role struct {
	ID, Organization, Name string
	CreatedBy              int // a user; 0 is nobody, as for roles made by SCIM
	CreatedAt              time.Time
}

// RoleMembership puts a member of the organization into a role. It ends with
// either of them.
type RoleMembership struct {
	ID, Role, Organization string
	User                   int
	JoinedAt, UpdatedAt    time.Time
}

// ProjectAccess is what an invite grants in one project.
type ProjectAccess struct {
	Project int
	Level   string // none, member, admin
}

// Invite is an invitation to join an organization.
type Invite struct {
	ID, Organization     string
	TargetEmail          string // lower case
	FirstName            string
	EmailingAttemptMade  bool
	Level                Level
	Message              *string
	ProjectAccess        []ProjectAccess // nil is null, empty is []
	SetupDelegation      bool            // the invited person is to complete the inviter's set-up
	CreatedBy            int
	CreatedAt, UpdatedAt time.Time

	Cache *JSONCache[InviteState]
}

// InviteState is what the JSON of an invite depends on besides its row.
type InviteState struct {
	Creator *User
	Expired bool
}

// SCIMLog is one request that an identity provider made, already masked.
// Headers and bodies are JSON values.
type SCIMLog struct {
	ID                          string
	Provisioner                 string // the id of what has the SCIM token: a domain
	RequestMethod, RequestPath  string
	RequestHeaders, RequestBody []byte
	ResponseStatus              int
	// ResponseBody returns the body for the log. It is a function because the log is
	// seldom read, and nothing searches in bodies: the body is rendered on demand.
	ResponseBody     func() []byte
	IdentityProvider string
	DurationMS       int
	CreatedAt        time.Time
}

// TXTRecord is the TXT records of a DNS name.
type TXTRecord struct {
	Name   string // lower case, without the final dot
	Values []string
}

// Mail is a message that the real API would have sent.
type Mail struct {
	Seq        int
	Recipient  string
	ReplyTo    string // "" is nobody
	Subject    string
	Text, HTML string
	Link       string // what the reader is asked to open
	SentAt     time.Time
}

// JSONCache keeps the JSON of a row from the last time it was rendered. A stored row
// never changes, so that its JSON depends only on the key K: the other values that
// go into it. The transaction's Put methods give every row a new cache; a copy that is
// changed and not stored yet has the cache of the stored row, which keeps nothing of it.
// It is safe for concurrent use.
type JSONCache[K comparable] struct {
	row    any // pointer to the stored row
	latest atomic.Pointer[rendered[K]]
}

func newJSONCache[K comparable](row any) *JSONCache[K] { return &JSONCache[K]{row: row} }

type rendered[K comparable] struct {
	key  K
	json []byte
}

// Get returns the JSON of a row for key, if it is cached. row is a pointer. The JSON must
// not be modified.
func (c *JSONCache[K]) Get(row any, key K) ([]byte, bool) {
	if c == nil || c.row != row {
		return nil, false
	}
	if latest := c.latest.Load(); latest != nil && latest.key == key {
		return latest.json, true
	}
	return nil, false
}

// Put stores the JSON of a row for key, in place of any other.
func (c *JSONCache[K]) Put(row any, key K, json []byte) {
	if c != nil && c.row == row {
		c.latest.Store(&rendered[K]{key, json})
	}
}
