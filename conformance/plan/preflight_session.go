package plan

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// trySession says what is wrong with the session of a role, "" if nothing is. Of a session of
// the profile the CSRF token is tried too: it must be that of the same login. Whether the target
// takes the token of a login of the run is for scenarios to say.
func trySession(s *suite.S, role string) string {
	session, given := s.Session(role), s.Target().Credentials[role].Session
	ofProfile := session.Uses(given)
	me := session.Get("/api/users/@me/")
	switch known := me.Code() == http.StatusOK || session.Get(s.Org()).Code() == http.StatusOK; {
	case !known && ofProfile:
		return fmt.Sprintf("the target does not take the session, and answers with status %d: it is over, or cookie is not the value of the browser's cookie sessionid", me.Code())
	case !known:
		return fmt.Sprintf("the target takes the password, but not the session that it gives for it, and answers with status %d", me.Code())
	case !ofProfile:
		return ""
	}
	tried := session.Post(s.Org(suite.Domains, suite.Nowhere, "verify"), nil) // there is nothing that it could change
	switch {
	case tried.Code() != http.StatusForbidden || !strings.HasPrefix(tried.Text("detail"), "CSRF Failed"):
		return ""
	case given.Token() == "":
		return "it has no csrf_token, without which a session changes nothing: give the value of the browser's cookie posthog_csrftoken"
	}
	return "the target does not take csrf_token in the session (" + tried.Text("detail") + "): give the value that the browser's cookie posthog_csrftoken has in the same login"
}

// tryOldSession tries the old session of a profile, and whether it is old by what the target says.
// Source: sensitive_session_expires_at of GET /api/users/@me/ (posthog/api/user.py).
func tryOldSession(s *suite.S) (observed, detail string) {
	session := s.OldSession()
	me := session.Get("/api/users/@me/")
	if me.Code() != http.StatusOK && session.Get(s.Org()).Code() != http.StatusOK {
		return no, fmt.Sprintf("the target does not take the session, and answers with status %d: it is over, or cookie is not the value of the browser's cookie sessionid", me.Code())
	}
	if until := me.Get("sensitive_session_expires_at"); until.Time().After(s.Now()) {
		return no, "it counts as recent until " + until.String() + ": give one that was opened longer ago"
	}
	return yes, ""
}
