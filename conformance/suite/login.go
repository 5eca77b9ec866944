package suite

import (
	"context"
	"fmt"
	"net/http"

	"github.com/understudy-dev/understudy/conformance/target"
)

// session returns the headers of a session of a role: by logging in where the
// profile has e-mail and password, else the one that the profile has. It is made
// once for a run.
func (c *Client) session(ctx context.Context, role string) (http.Header, error) {
	c.mu.Lock()
	known, ok := c.sessions[role]
	c.mu.Unlock()
	if ok {
		return known, nil
	}
	credential := c.Target.Credentials[role]
	header, err := c.logIn(ctx, role, credential)
	if err != nil {
		if credential.Session == nil {
			return nil, err
		}
		header = credential.Session.Header()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sessions[role] = header
	return header, nil
}

// Uses reports whether a caller is in a session that was made beforehand.
func (c *Caller) Uses(session *target.Session) bool {
	return session != nil && c.header.Get("Cookie") == session.Header().Get("Cookie")
}

// Distrust has no story call in a session of a role, which the target does not take.
func (s *S) Distrust(role, why string) {
	s.client.footing.lose(role+sessionSuffix, credentialPath(role+sessionSuffix)+" is claimed by the profile but not observed: "+why)
}

// loginError is that the target does not take what the profile has to log in with.
type loginError struct {
	role   string
	status int
}

func (e *loginError) Error() string {
	return fmt.Sprintf("the target refuses the email and password of credentials.%s with status %d", e.role, e.status)
}

// logIn logs in by password, as a browser does.
func (c *Client) logIn(ctx context.Context, role string, credential target.Credential) (http.Header, error) {
	if credential.Email == "" || credential.Password == "" {
		return nil, fmt.Errorf("credentials.%s has no email and password", role)
	}
	e := &Exchange{
		Method: http.MethodPost, URL: c.Target.BaseURL + loginPath,
		RequestHeader: http.Header{"Content-Type": {"application/json"}},
		RequestBody:   encode(JSON{"email": credential.Email, "password": credential.Password}),
		repeatable:    true, // a second login is only another session
	}
	if err := c.do(ctx, role, e); err != nil {
		return nil, err
	}
	if e.Status != http.StatusOK {
		return nil, &loginError{role, e.Status}
	}
	return c.sessionFrom(e, role), nil
}

// sessionFrom takes a session from the cookies of an answer.
func (c *Client) sessionFrom(e *Exchange, role string) http.Header {
	header := http.Header{}
	cookies := ""
	for _, cookie := range (&http.Response{Header: e.ResponseHeader}).Cookies() {
		if cookies != "" {
			cookies += "; "
		}
		cookies += cookie.Name + "=" + cookie.Value
		if cookie.Name == "posthog_csrftoken" {
			header.Set("X-Csrftoken", cookie.Value)
		}
	}
	header.Set("Cookie", cookies)
	c.Secrets.AddCookie(cookies, "UNDERSTUDY_"+variableName(role))
	return header
}
