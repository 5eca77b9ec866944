package suite

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// reserved are domains that nobody has, so that no mail arrives (RFC 2606).
var reserved = []string{"example.com", "example.org", "example.net", "example", "test", "invalid"}

// checkMail ends the story before an invite goes out that would reach somebody: it may
// name only addresses below the domain of the profile, or reserved ones, and send
// no mail unless the profile allows it. A story that breaks this is wrong, not the
// target.
func (s *S) checkMail(e *Exchange) {
	kind, _ := s.kindAt(e.URL)
	if e.Method != http.MethodPost || kind == nil || kind.Name != "invite" {
		return
	}
	var one invitation
	many := []invitation{}
	if json.Unmarshal(e.RequestBody, &one) == nil {
		many = append(many, one)
	} else if json.Unmarshal(e.RequestBody, &many) != nil {
		return // nobody's address can be read from it
	}
	for _, invite := range many {
		s.checkInvite(invite)
	}
}

// invitation is what an invite says of whom it goes to.
type invitation struct {
	Address any `json:"target_email"`
	Send    any `json:"send_email"`
}

func (s *S) checkInvite(invite invitation) {
	address, _ := invite.Address.(string)
	if !strings.Contains(address, "@") {
		return
	}
	if !s.mayInvite(strings.ToLower(strings.TrimSpace(address))) {
		s.cannotRun("the scenario would invite " + address + ", who is not below mail.domain of the profile")
	}
	if (invite.Send == nil || invite.Send == true) && !s.Target().Mail.Send {
		s.giveUp("the target profile has no mail.send, and the scenario would send mail to " + address)
	}
}

// mayInvite reports whether an address is nobody's, or of the profile.
func (s *S) mayInvite(address string) bool {
	for _, credential := range s.Target().Credentials {
		if strings.EqualFold(credential.Email, address) {
			return true
		}
	}
	_, domain, _ := cutLast(address, "@")
	allowed := append(slices.Clone(reserved), s.Target().Mail.Domain)
	return domain == "" || slices.ContainsFunc(allowed, func(own string) bool {
		return own != "" && (domain == own || strings.HasSuffix(domain, "."+own))
	})
}

func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}
