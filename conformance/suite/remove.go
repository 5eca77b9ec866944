package suite

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"
)

// caller is who reads and deletes a thing. It ends what runs when there is nobody.
func (s *S) caller(made *Creation) *Caller {
	by := s.Admin()
	switch {
	case made.Kind.By != nil:
		by = made.Kind.By(s, made)
	case s.isForeign(made.In["organization"]):
		by = itsCreator(s, made)
	}
	if by == nil {
		s.giveUp("the profile has no credential that could reach it")
	}
	return by.forStory(s).With("Accept", "*/*") // it may have been made with one that nothing satisfies
}

// isForeign reports whether an organization is one in which the administrator is nobody.
func (s *S) isForeign(organization string) bool {
	other := s.Target().Known.OtherOrganization
	return other != nil && organization != "" && organization == other.ID
}

// remove deletes what was made.
func (s *S) remove(made *Creation) *Response {
	if made.Kind.Remove != nil {
		return made.Kind.Remove(s, made)
	}
	return s.removeBy(s.caller(made), made)
}

// removeMember ends a membership. An owner is none any more before.
func removeMember(s *S, member *Creation) *Response {
	by := s.caller(member)
	removed := s.removeBy(by, member)
	if removed.code() == http.StatusBadRequest {
		by.Patch(member.Path(), JSON{"level": 1})
		return s.removeBy(by, member)
	}
	return removed
}

// removeBy has somebody delete what was made.
func (s *S) removeBy(by *Caller, made *Creation) *Response {
	answer := by.Delete(made.Path())
	if by.who == "owner" && answer.Code() == http.StatusUnauthorized {
		return s.Admin().Delete(made.Path()) // the profile's key of the owner opens nothing
	}
	return answer
}

// removeProject deletes a project, unless that has begun already.
func removeProject(s *S, project *Creation) *Response {
	deleted := s.caller(project).Delete(project.Path())
	if deleted.isBeingDeleted() {
		return nil
	}
	return deleted
}

// uninstall deletes an integration that the control plane made, whose unpaid invoices may
// keep the API from it.
func uninstall(s *S, integration *Creation) *Response {
	return s.Anonymous().Delete(s.Target().Control + "/integrations/" + integration.ID)
}

// removeKey deletes a key that the control plane made; one that only makes them
// keeps it.
func removeKey(s *S, key *Creation) *Response {
	deleted := s.Anonymous().Delete(key.Path())
	if deleted.Code() == http.StatusMethodNotAllowed {
		return nil
	}
	return deleted
}

// removeSCIMUser deletes a user. Where the SCIM server that made them is closed for good, they
// are removed as the member that they are.
func removeSCIMUser(s *S, user *Creation) *Response {
	deleted := s.caller(user).Delete(user.Path())
	if deleted.code() != http.StatusForbidden || !strings.Contains(user.Mark, "@") {
		return deleted
	}
	members := OrgPath(user.In["organization"], Members)
	found := s.Admin().Get(members + "?email=" + url.QueryEscape(user.Mark))
	if uuid := found.memberWith(user.Mark).Get("user.uuid").String(); uuid != "" {
		return s.Admin().Delete(members + uuid + "/")
	}
	return found
}

// memberWith is the member of a list who has an address, whatever its case; it does not exist where there
// is none. A list that was asked for the address may show others: a target may not know the filter.
func (r *Response) memberWith(email string) (found gjson.Result) {
	for _, member := range r.rows() {
		if strings.EqualFold(member.Get("user.email").String(), email) {
			return member
		}
	}
	return found
}

// removeConfig deletes a config. From the newest revision on one must have a purpose to go.
func removeConfig(s *S, config *Creation) *Response {
	by := s.caller(config)
	deleted := by.Delete(config.Path())
	if deleted.Code() == http.StatusBadRequest && deleted.Text("code") == "unscoped_config" {
		by.Patch(config.Path(), JSON{"config_scope": ""})
		return by.Delete(config.Path())
	}
	return deleted
}

// removeDomain deletes a domain, and the config that the target made for it.
func removeDomain(s *S, domain *Creation) *Response {
	by := s.caller(domain)
	config := by.Get(domain.Path()).Text("identity_provider_config")
	deleted := by.Delete(domain.Path())
	if config == "" {
		return deleted
	}
	own := OrgPath(domain.In["organization"], Configs, config)
	if by.Get(own).Text("name") != domain.Mark {
		return deleted
	}
	if r := by.Delete(own); !r.gone() {
		s.fail(fmt.Sprintf("its config %s: status %d", config, r.code()))
	}
	return deleted
}
