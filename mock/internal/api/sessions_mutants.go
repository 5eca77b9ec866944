package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// authenticateAsRead authenticates every request as if it changed nothing.
func authenticateAsRead(when func(*call) bool) defect {
	return aroundStage("authenticate", func(c *call, next func(*call) error) error {
		if !when(c) {
			return next(c)
		}
		sent, reading := c.request, *c.request
		reading.Method = http.MethodGet
		c.request = &reading
		defer func() { c.request = sent }()
		return next(c)
	})
}

// skipCSRF lets sessions write without a CSRF token by a method.
func skipCSRF(method string) defect {
	return aroundStage("authenticate", func(c *call, next func(*call) error) error {
		err := next(c)
		if cookie, missing := c.request.Cookie(exchange.SessionCookie); missing == nil && err != nil && c.request.Method == method {
			if session, ok := c.view.Session(cookie.Value); ok {
				c.Session = session
				c.User, _ = c.view.User(session.User)
				return nil
			}
		}
		return err
	})
}

// answerPrecheck answers how an address signs in instead of what was answered. "" enforces nothing.
func (c *call) answerPrecheck(enforcement string, saml bool) {
	c.out.Reset()
	c.out.Object()
	c.out.Key("sso_enforcement").NonEmpty(enforcement)
	c.out.Key("saml_available").Bool(saml)
	c.out.End()
}

// offerSAML tells of the addresses on domains that are chosen that SAML is available.
func offerSAML(chosen func(c *call, d *world.Domain) bool) defect {
	return around("login_precheck_create", func(c *call, next action) (int, error) {
		_, name, _ := strings.Cut(c.bodyText("email"), "@")
		d, ok := c.view.DomainByName(strings.ToLower(name))
		offers := ok && chosen(c, d)
		status, err := next(c)
		if offers && err == nil {
			c.answerPrecheck("", true)
		}
		return status, err
	})
}

// offerIncomplete has a config that serves a domain offer SAML without one of its settings.
func offerIncomplete(lacking func(*world.Identity) **string) defect {
	present := "present"
	return offerSAML(func(c *call, d *world.Domain) bool {
		return d.VerifiedAt != nil && slices.ContainsFunc(c.view.ConfigsServing(d), func(config *world.IdentityProviderConfig) bool {
			own := config.Identity
			*lacking(&own) = &present
			return own.HasSAML()
		})
	})
}

// offerBeside has a domain offer what it offers to addresses on others that are like it.
func offerBeside(like func(name, domain string) bool) defect {
	return around("login_precheck_create", func(c *call, next action) (int, error) {
		_, name, _ := strings.Cut(c.bodyText("email"), "@")
		found := ""
		c.view.Organizations().All(func(o *world.Organization) bool {
			c.view.Domains(o.ID).All(func(d *world.Domain) bool {
				if d.Domain != name && like(name, d.Domain) && c.view.SAMLAvailable("ada@"+d.Domain) {
					found = d.Domain
				}
				return found == ""
			})
			return found == ""
		})
		status, err := next(c)
		if err == nil && found != "" {
			c.answerPrecheck(c.view.SSOEnforcement("ada@"+found), true)
		}
		return status, err
	})
}

// rememberPrecheck answers for each domain as it did the first time.
func rememberPrecheck(t *Tables) {
	around("login_precheck_create", func(c *call, next action) (int, error) {
		_, name, _ := strings.Cut(strings.ToLower(c.bodyText("email")), "@")
		status, err := next(c)
		if err == nil {
			first, _ := t.Memory.LoadOrStore(precheckOf(name), slices.Clone(c.out.Bytes()))
			c.out.Reset()
			c.out.Raw(first.([]byte))
		}
		return status, err
	})(t)
}

// precheckOf is the key of what was told of a domain first.
type precheckOf string

// takePassword logs in by a wrong password that is near the right one.
func takePassword(near func(sent, right string) bool) defect {
	return around("login_create", func(c *call, next action) (int, error) {
		status, err := next(c)
		if user, ok := c.view.UserByEmail(c.bodyText("email")); ok && errors.Is(err, errCredentials) && near(c.bodyText("password"), user.Password) {
			c.openSession(user)
			c.out.Object()
			c.out.Key("success").Bool(true)
			c.out.End()
			return http.StatusOK, nil
		}
		return status, err
	})
}

// refuseWithin does something to the session that a refused login comes in.
func refuseWithin(do func(*call)) defect {
	return commitRefused("login_create", func(c *call) {
		if c.Session != nil {
			do(c)
		}
	})
}

// sessionMutants are about logging in, CSRF tokens and recent logins.
func sessionMutants() []mutantRow {
	return []mutantRow{
		{"sessions.precheck.nothing", "Every address may sign in as it likes.", "sessions.precheck.saml", changeBody("login_precheck_create", func(o *pyjson.Object) { o.Set("sso_enforcement", nil) })},
		{"sessions.precheck.saml_everywhere", "SAML is available to every address.", "sessions.precheck.anybody", changeBody("login_precheck_create", func(o *pyjson.Object) { o.Set("saml_available", true) })},
		{"sessions.precheck.saml_nowhere", "SAML is available to no address.", "sessions.precheck.saml", changeBody("login_precheck_create", func(o *pyjson.Object) { o.Set("saml_available", false) })},
		{"sessions.precheck.unverified", "A domain that is not verified offers SAML.", "sessions.precheck.unverified",
			offerSAML(func(c *call, d *world.Domain) bool {
				return d.HasSAML() || slices.ContainsFunc(c.view.ConfigsServing(d), (*world.IdentityProviderConfig).HasSAML)
			})},
		{"sessions.precheck.without_entity", "A config without the entity of SAML offers it.", "sessions.precheck.config",
			offerIncomplete(func(i *world.Identity) **string { return &i.SAMLEntityID })},
		{"sessions.precheck.without_address", "A config without the address of SAML offers it.", "sessions.precheck.config",
			offerIncomplete(func(i *world.Identity) **string { return &i.SAMLACSURL })},
		{"sessions.precheck.without_certificate", "A config without the certificate of SAML offers it.", "sessions.precheck.config",
			offerIncomplete(func(i *world.Identity) **string { return &i.SAMLX509Cert })},
		{"sessions.precheck.foreign", "The config of any organization offers SAML to a verified domain.", "sessions.precheck.foreign",
			offerSAML(func(c *call, d *world.Domain) bool {
				found := false
				c.view.Organizations().All(func(o *world.Organization) bool {
					c.view.Configs(o.ID).All(func(config *world.IdentityProviderConfig) bool {
						found = config.ServesAll() && config.HasSAML()
						return !found
					})
					return !found
				})
				return d.VerifiedAt != nil && found
			})},
		{"sessions.precheck.below", "Addresses below a domain are offered its SAML.", "sessions.precheck.own_domain",
			offerBeside(func(name, domain string) bool { return strings.HasSuffix(name, "."+domain) })},
		{"sessions.precheck.ends_alike", "Addresses on a domain that ends as another are offered its SAML.", "sessions.precheck.own_domain",
			offerBeside(func(name, domain string) bool {
				return strings.HasSuffix(name, domain) && !strings.HasSuffix(name, "."+domain)
			})},
		{"sessions.precheck.begins_alike", "Addresses on a domain that begins as another are offered its SAML.", "sessions.precheck.own_domain",
			offerBeside(strings.HasPrefix)},
		{"sessions.precheck.remembers", "How people of a domain sign in is what it was when somebody first asked.", "sessions.precheck.saml", rememberPrecheck},
		{"sessions.precheck.remembers_config", "What configs do for a domain is what it was when somebody first asked.", "sessions.precheck.config", rememberPrecheck},
		{"sessions.precheck.named_only", "A config for all domains offers SAML to none that it does not name.", "sessions.precheck.for_all",
			around("login_precheck_create", func(c *call, next action) (int, error) {
				status, err := next(c)
				_, name, _ := strings.Cut(c.bodyText("email"), "@")
				if d, ok := c.view.DomainByName(name); ok && err == nil && !slices.ContainsFunc(c.view.ConfigsServing(d), func(config *world.IdentityProviderConfig) bool {
					return !config.ServesAll() && config.HasSAML()
				}) {
					c.answerPrecheck("", false)
				}
				return status, err
			})},
		{"sessions.precheck.for_unverified", "A config for all domains offers SAML to those that are not verified, too.", "sessions.precheck.for_all",
			offerSAML(func(c *call, d *world.Domain) bool {
				return slices.ContainsFunc(c.view.ConfigsServing(d), func(config *world.IdentityProviderConfig) bool {
					return config.ServesAll() && config.HasSAML()
				})
			})},
		{"sessions.precheck.tells", "Asking how to sign in tells whether there is anybody.", "sessions.precheck.anybody",
			around("login_precheck_create", func(c *call, next action) (int, error) {
				if _, ok := c.view.UserByEmail(c.bodyText("email")); !ok {
					return 0, rest.ErrNotFound
				}
				return next(c)
			})},
		{"sessions.precheck.anything", "Asking how to sign in takes anything for an address.", "sessions.precheck.address", changeConstraint("LoginPrecheck", "email", func(p *spec.Property) { p.Format = "" })},
		{"sessions.login.no_form", "A login reads no urlencoded form.", "sessions.login.forms", misread("login_create", isMedia("application/x-www-form-urlencoded"), emptyForm)},
		{"sessions.login.no_multipart", "A login reads no multipart form.", "sessions.login.forms", misread("login_create", isMedia("multipart/form-data"), emptyForm)},
		{"sessions.login.any_password", "Any password logs in.", "sessions.login.wrong_password",
			takePassword(func(_, _ string) bool { return true })},
		{"sessions.login.beginning", "A password that begins as the right one logs in.", "sessions.login.near_password", takePassword(strings.HasPrefix)},
		{"sessions.login.end", "A password that ends as the right one logs in.", "sessions.login.near_password", takePassword(strings.HasSuffix)},
		{"sessions.login.any_case", "A password in other cases logs in.", "sessions.login.near_password", takePassword(strings.EqualFold)},
		{"sessions.login.refused_takes_over", "A refused login leaves the session to whom it was about.", "sessions.login.refused_within",
			refuseWithin(func(c *call) {
				if user, ok := c.view.UserByEmail(c.bodyText("email")); ok {
					own := *c.Session
					own.User = user.ID
					c.tx.PutSession(&own)
				}
			})},
		{"sessions.login.refused_ends", "A refused login ends the session that it came in.", "sessions.login.refused_within", refuseWithin(func(c *call) { c.tx.DeleteSession(c.Session) })},
		{"sessions.login.tells", "A wrong password is told from an unknown address.", "sessions.login.wrong_password",
			around("login_create", func(c *call, next action) (int, error) {
				status, err := next(c)
				if _, ok := c.view.UserByEmail(c.bodyText("email")); !ok && errors.Is(err, errCredentials) {
					return 0, rest.Invalid("invalid_credentials", "There is no such user.")
				}
				return status, err
			})},
		{"sessions.login.status", "A wrong password is a 401.", "sessions.login.wrong_password", changeStatus("login_create", 400, 401)},
		{"sessions.login.keys", "A wrong key that comes with a login is refused.", "sessions.login.keys_ignored",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if value, source := c.findKey(); source != "" && isOperation("login_create")(c) {
					return c.useKey(value, source)
				}
				return next(c)
			})},
		{"sessions.login.no_password", "Logging in needs no password.", "sessions.login.credentials_required", optional("Login", "password")},
		{"sessions.login.blank", "A password may be blank.", "sessions.login.credentials_required", blankable("Login", "password", true)},
		{"sessions.login.for_ever", "A session never ends.", "sessions.login.expires",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				now := c.now
				defer func() { c.now = now }()
				c.now = c.now.Add(-30 * 24 * time.Hour)
				return next(c)
			})},
		{"sessions.login.one", "A user is logged in once.", "sessions.login.two",
			before("login_create", func(c *call) {
				if user, ok := c.view.UserByEmail(c.bodyText("email")); ok {
					c.tx.EndSessions(user.ID)
				}
			})},
		{"sessions.logout.stays", "Logging out leaves the session.", "sessions.logout.ends", discardChanges("logout_create")},
		{"sessions.csrf.none", "A session needs no CSRF token.", "sessions.csrf.token_required", authenticateAsRead(func(*call) bool { return true })},
		{"sessions.csrf.any", "Any CSRF token will do.", "sessions.csrf.token_required",
			authenticateAsRead(func(c *call) bool { return c.request.Header.Get(csrfHeader) != "" })},
		{"sessions.csrf.no_cookie", "The cookie of the CSRF token may be missing.", "sessions.csrf.cookie_required",
			authenticateAsRead(func(c *call) bool { _, err := c.request.Cookie(exchange.CSRFCookie); return err != nil })},
		{"sessions.csrf.reading", "Reading needs a CSRF token.", "sessions.csrf.reading",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if _, err := c.request.Cookie(exchange.SessionCookie); err == nil && c.request.Header.Get(csrfHeader) == "" {
					return rest.PermissionDenied("CSRF Failed: CSRF token missing.")
				}
				return next(c)
			})},
		{"sessions.login.shut_out_enters", "Who is refused in their only organization logs in.", "sessions.login.shut_out", ignoreRefusal("login_create", errVerifiedDomain.Code, 200)},
		{"sessions.login.shut_out_stays", "Who logs in stays in an organization that refuses them.", "sessions.login.shut_out",
			afterWithPrevious("login_create", func(c *call, previous *world.World) {
				if user, ok := previous.UserByEmail(c.bodyText("email")); ok {
					c.tx.PutUser(user)
				}
			})},
		{"sessions.login.shut_out_administrators", "Administrators whom their organization refuses cannot log in to change that.", "sessions.login.shut_out",
			around("login_create", func(c *call, next action) (int, error) {
				status, err := next(c)
				if user, ok := c.view.UserByEmail(c.bodyText("email")); ok && err == nil {
					if o, in := c.view.CurrentOrganization(user); in && c.view.ShutsOut(o, user) {
						return 0, rest.Invalid(errVerifiedDomain.Code, verifiedDomainText)
					}
				}
				return status, err
			})},
		{"sessions.csrf.delete", "Deleting needs no CSRF token.", "sessions.csrf.token_required", skipCSRF(http.MethodDelete)},
		{"sessions.csrf.patch", "PATCH needs no CSRF token.", "sessions.csrf.token_required", skipCSRF(http.MethodPatch)},
		{"sessions.recent_login.domains", "Domains are written in an old session.", "sessions.recent_login.required",
			skipRecentLogin("domains_create", "domains_update", "domains_partial_update", "domains_destroy")},
	}
}

// findJoined finds the user who has accepted the invite of the path, and the invite.
func findJoined(c *call, previous *world.World) (*world.User, *world.Invite, bool) {
	invite, ok := previous.InviteByID(c.uuid("invite_id"))
	if !ok {
		return nil, nil, false
	}
	user, ok := c.view.UserByEmail(invite.TargetEmail)
	return user, invite, ok
}

// afterSignup does something more once an invite was accepted.
func afterSignup(do func(c *call, previous *world.World, user *world.User, invite *world.Invite)) defect {
	return afterWithPrevious("signup_create", func(c *call, previous *world.World) {
		if user, invite, ok := findJoined(c, previous); ok {
			do(c, previous, user, invite)
		}
	})
}

// signupMutants are about accepting invites.
func signupMutants() []mutantRow {
	const accept, look = "signup_create", "signup_retrieve"
	return []mutantRow{
		{"invites.accept.hidden", "The link does not tell whom it invites.", "invites.accept.look", replaceText(look, `"target_email"`, `"email"`)},
		{"invites.accept.unknown", "A link that leads nowhere is 404.", "invites.accept.link_gone", changeStatus(look, 400, 404)},
		{"invites.accept.anybody", "Whoever is logged in may use the link.", "invites.accept.recipient",
			before(accept, func(c *call) {
				if i, err := c.inviteByLink(); err == nil && c.Session != nil {
					own := *c.User
					own.Email = i.TargetEmail
					c.User = &own
				}
			})},
		{"invites.accept.expired", "An expired invite can be accepted.", "invites.accept.expired", before(accept, func(c *call) { c.now = c.now.Add(-10 * 24 * time.Hour) })},
		{"invites.accept.expired_look", "An expired invite can be looked at.", "invites.accept.expired", before(look, func(c *call) { c.now = c.now.Add(-10 * 24 * time.Hour) })},
		{"invites.accept.no_member", "Who accepts is no member.", "invites.accept.joins",
			afterSignup(func(c *call, _ *world.World, user *world.User, invite *world.Invite) {
				if m, ok := c.view.Membership(user.ID, invite.Organization); ok {
					c.tx.DeleteMembership(m)
				}
			})},
		{"invites.accept.no_session", "Who signs up is not logged in.", "invites.accept.joins",
			changeAnswerWithStatus(accept, 201, func(a *mutant.Response) { a.Header.Del("Set-Cookie") })},
		{"invites.accept.level", "Who joins is a member, whatever the invite says.", "invites.accept.level",
			afterSignup(func(c *call, _ *world.World, user *world.User, invite *world.Invite) {
				if m, ok := c.view.Membership(user.ID, invite.Organization); ok {
					own := *m
					own.Level = world.Member
					c.tx.PutMembership(&own)
				}
			})},
		{"invites.accept.password", "The password that was chosen is not kept.", "invites.accept.password",
			afterSignup(func(c *call, _ *world.World, user *world.User, _ *world.Invite) {
				own := *user
				own.Password = "understudy-other"
				c.tx.PutUser(&own)
			})},
		{"invites.accept.not_used_up", "An invite stays after it was accepted.", "invites.accept.once",
			afterSignup(func(c *call, _ *world.World, _ *world.User, invite *world.Invite) { c.tx.PutInvite(invite) })},
		{"invites.accept.not_current", "The organization does not become the current one.", "invites.accept.user_joins",
			afterSignup(func(c *call, previous *world.World, user *world.User, _ *world.Invite) {
				if old, ok := previous.User(user.ID); ok {
					c.tx.PutUser(old)
				}
			})},
		{"invites.accept.no_csrf", "A session needs no CSRF token to accept.", "sessions.csrf.token_required",
			aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if !isOperation(accept)(c) {
					return next(c)
				}
				sent, reading := c.request, *c.request
				reading.Method = http.MethodGet
				c.request = &reading
				defer func() { c.request = sent }()
				return next(c)
			})},
		{"invites.accept.second_account", "Who has an account gets a second one.", "invites.accept.account_taken",
			around(accept, func(c *call, next action) (int, error) {
				status, err := next(c)
				if refusal, ok := errors.AsType[*rest.Error](err); ok && strings.Contains(refusal.Detail, "already exists an account") {
					c.out.Object()
					c.out.Key("redirect_url").String("/")
					c.out.End()
					return http.StatusCreated, nil
				}
				return status, err
			})},
		{"invites.accept.no_grants", "Project access is not given.", "invites.accept.grants",
			afterSignup(func(c *call, previous *world.World, _ *world.User, invite *world.Invite) {
				for _, access := range invite.ProjectAccess {
					if p, ok := previous.Project(access.Project); ok {
						c.tx.PutProject(p)
					}
				}
			})},
		{"invites.accept.unannounced", "Nobody is told who joined.", "invites.accept.announced", around(accept, withoutMail)},
		{"invites.accept.short_password", "A password has any length.", "invites.accept.password_length", dropCheck("InviteSignup", "password")},
		{"invites.accept.null_password", "A null password is none.", "invites.accept.password_required", nullable("InviteSignup", "password")},
		{"invites.accept.long_name", "A name has any length.", "invites.accept.name_length", maxLength("InviteSignup", "first_name", 0)},
		{"invites.accept.blank_name", "A name may be blank.", "invites.accept.name_required", blankable("InviteSignup", "first_name", true)},
		{"invites.accept.status", "Accepting answers 200.", "invites.accept.joins", changeStatus(accept, 201, 200)},
		{"invites.accept.raced", "Accepted at the same time, an invite makes several members.", "invites.accept.once", staleRead(accept)},
		{"invites.accept.default_role", "New members do not get the default role.", "invites.accept.default_role",
			afterSignup(func(c *call, _ *world.World, user *world.User, invite *world.Invite) {
				for _, m := range c.view.RolesOf(invite.Organization, user.ID) {
					c.tx.DeleteRoleMembership(m)
				}
			})},
	}
}
