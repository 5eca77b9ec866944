package api

import (
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Organizations that let in only people with an address on one of their verified domains, from
// the newest revision on. Elsewhere no organization has the setting.
// Source: posthog/helpers/verified_domain_enforcement.py (pull requests #73492, #76895).

const enforceVerifiedDomains = "enforce_verified_domains"

const verifiedDomainText = "Your organization only allows members with a verified email domain. Contact your organization's admin for access."

var errVerifiedDomain = &rest.Error{
	Status: http.StatusForbidden, Type: "authentication_error", Code: "verified_domain_required", Detail: verifiedDomainText,
}

// checkVerifiedDomain refuses members whom the organization shuts out. An administrator may
// turn the restriction off.
func (c *call) checkVerifiedDomain() error {
	if c.membership == nil || !c.view.ShutsOut(c.organization, c.User) || c.liftsRestriction() {
		return nil
	}
	return errVerifiedDomain
}

// checkVerifiedDomainOf refuses members whom the organization of a project shuts out.
func (c *call) checkVerifiedDomainOf(o *world.Organization) error {
	if _, member := c.view.Membership(c.User.ID, o.ID); member && c.view.ShutsOut(o, c.User) {
		return errVerifiedDomain
	}
	return nil
}

// liftsRestriction reports whether the request changes nothing but the restriction.
func (c *call) liftsRestriction() bool {
	if c.op == nil || c.op.ID != "organizations_partial_update" {
		return false
	}
	in, err := c.parse()
	return err == nil && slices.Equal(in.Names(), []string{enforceVerifiedDomains})
}

// What is asked of an organization that is to restrict its membership. The texts and the codes
// are our decision: no source has them.
var (
	errRestrictionPlan = rest.Invalid("payment_required", "You must upgrade your plan to restrict membership to verified domains.").On(enforceVerifiedDomains)
	errNoVerified      = rest.InvalidInput("Verify a domain before you restrict membership to verified domains.").On(enforceVerifiedDomains)
	errOutside         = rest.Invalid("would_block_self", "Your own email address is not on a verified domain of this organization.").On(enforceVerifiedDomains)
)

// checkMayRestrict refuses to turn the restriction on where the plan does not hold it, where
// nobody could be in, and where the caller would be out.
func (c *call) checkMayRestrict() error {
	verified := c.view.VerifiedDomains(c.organization.ID)
	switch {
	case !c.hasFeature(world.FeatureProvisioning):
		return errRestrictionPlan
	case len(verified) == 0:
		return errNoVerified
	case !world.OnOneOf(verified, c.User.Email):
		return errOutside
	}
	return nil
}

// checkRestriction is checkMayRestrict where the request turns the restriction on.
func (c *call) checkRestriction(attrs *rest.Attrs) error {
	on, _ := rest.Value[bool](attrs, enforceVerifiedDomains)
	if !on || c.organization.RestrictsMembers() {
		return nil
	}
	return c.checkMayRestrict()
}

var errBlocksSelf = rest.Invalid("would_block_self", "You can't delete this domain while membership is restricted to verified email domains, "+
	"because your own email address would no longer be allowed. Turn off that setting first.")

// checkKeepsCallerIn refuses to delete the domain that keeps the caller in.
func (c *call) checkKeepsCallerIn(d *world.Domain) error {
	if d.VerifiedAt == nil || !c.organization.RestrictsMembers() {
		return nil
	}
	others := slices.DeleteFunc(c.view.VerifiedDomains(c.organization.ID), func(other *world.Domain) bool { return other.ID == d.ID })
	if world.OnOneOf(others, c.User.Email) {
		return nil
	}
	return errBlocksSelf
}

// removeBlockedMembers removes who would be shut out, owners apart, and turns the restriction
// on.
func (c *call) removeBlockedMembers() (int, error) {
	if err := c.checkMayRestrict(); err != nil {
		return 0, err
	}
	verified, removed := c.view.VerifiedDomains(c.organization.ID), 0
	for _, m := range c.view.Members(c.organization.ID).Rows() {
		user, ok := c.view.User(m.User)
		if ok && m.Level != world.Owner && !world.OnOneOf(verified, user.Email) {
			c.tx.Leave(m)
			removed++
		}
	}
	o, on := *c.organization, true
	o.EnforceVerifiedDomains, o.UpdatedAt = &on, c.now
	c.tx.PutOrganization(&o)
	c.out.Object()
	c.out.Key("removed_members").Int(removed)
	c.out.End()
	return http.StatusOK, nil
}

// leaveShutOrganization moves somebody who signs in from an organization that shuts them out
// to one that does not. Without any, administrators stay, and others are refused.
func (c *call) leaveShutOrganization(user *world.User) (*world.User, error) {
	current, ok := c.view.CurrentOrganization(user)
	if !ok || !c.view.ShutsOut(current, user) {
		return user, nil
	}
	for _, m := range c.view.MembershipsOf(user.ID) {
		if o, ok := c.view.Organization(m.Organization); ok && !c.view.ShutsOut(o, user) {
			return c.tx.MakeCurrent(user, o), nil
		}
	}
	if m, ok := c.view.Membership(user.ID, current.ID); ok && m.Level >= world.Administrator {
		return user, nil
	}
	return nil, rest.Invalid(errVerifiedDomain.Code, verifiedDomainText)
}
