package suite

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// Caller makes requests with one credential.
type Caller struct {
	s      *S
	who    string
	header http.Header
	media  string // the content type of JSON that it sends; "" is MediaJSON
	once   bool   // see Once

	impatient    bool   // see Impatient
	undocumented bool   // see Undocumented
	racing       bool   // see Racing
	instead      string // a base URL in place of the target's; see Beside
}

// MediaJSON is the media type of JSON.
const MediaJSON = "application/json"

// forStory is the same caller in another story.
func (c *Caller) forStory(s *S) *Caller {
	other := *c
	other.s = s
	return &other
}

// Key calls with the personal API key of a role.
func (s *S) Key(role string) *Caller {
	return s.countOn(s.KeyValue(s.Target().Credentials[role].PersonalAPIKey, role))
}

// KeyValue calls with any key. who names it.
func (s *S) KeyValue(key, who string) *Caller {
	return &Caller{s: s, who: who, header: http.Header{"Authorization": {"Bearer " + key}}}
}

// Admin calls with the administrator's key.
func (s *S) Admin() *Caller { return s.Key("admin") }

// Owner calls with the owner's key.
func (s *S) Owner() *Caller { return s.Key("owner") }

// Member calls with the member's key.
func (s *S) Member() *Caller { return s.Key("member") }

// Outsider calls with the key of somebody who is no member.
func (s *S) Outsider() *Caller { return s.Key("outsider") }

// sessionSuffix follows the name of a role that calls with a session, not a key.
const sessionSuffix = " (session)"

// Session calls with a session of a role, including its CSRF token.
func (s *S) Session(role string) *Caller {
	header, err := s.client.session(s.ctx, role)
	var refused *loginError
	var lost *lostError
	switch {
	case errors.As(err, &refused):
		s.cannotRun(refused.Error())
	case errors.As(err, &lost):
		s.noAnswer(fmt.Sprintf("the login of credentials.%s: no answer: %v", role, err), timedOut(lost))
	case err != nil:
		s.giveUp(err.Error())
	}
	return s.countOn(s.withCookies(role, header.Clone()))
}

// withCookies calls in a session of somebody. Its name tells so: a sweep of what it made needs
// a session too.
func (s *S) withCookies(who string, header http.Header) *Caller {
	return &Caller{s: s, who: who + sessionSuffix, header: header}
}

// Anonymous calls without credentials.
func (s *S) Anonymous() *Caller { return &Caller{s: s, who: anonymous, header: http.Header{}} }

const anonymous = "anonymous"

// With returns the caller with a header set; an empty value removes it.
func (c *Caller) With(name, value string) *Caller {
	more := *c
	more.header = c.header.Clone()
	more.header.Set(name, value)
	if value == "" {
		more.header.Del(name)
	}
	return &more
}

// Once returns the caller for requests that the target counts: none is sent again
// when its answer is lost. The story is played again instead.
func (c *Caller) Once() *Caller {
	once := *c
	once.once = true
	return &once
}

// Impatient returns the caller for requests that may be too many: 429 is an answer, and not
// waited for. It is for limits of a sandbox of the story's own; see [S.Beside].
func (c *Caller) Impatient() *Caller {
	impatient := *c
	impatient.impatient = true
	return &impatient
}

// Undocumented returns the caller for requests whose answers no document describes, such as
// that of a server which crashes: they are not held against it.
func (c *Caller) Undocumented() *Caller {
	undocumented := *c
	undocumented.undocumented = true
	return &undocumented
}

// Racing returns the caller for requests that are made several at once, of which one wins: where the
// server crashes of another, that is not held against the document.
func (c *Caller) Racing() *Caller {
	racing := *c
	racing.racing = true
	return &racing
}

// Get makes a request to a path of the target and returns what came back, as the
// methods below do. The answer is held against the OpenAPI document at once.
func (c *Caller) Get(path string) *Response { return c.Do(http.MethodGet, path, "", nil) }

// Head requests without a body in the answer.
func (c *Caller) Head(path string) *Response { return c.Do(http.MethodHead, path, "", nil) }

// Options asks for metadata.
func (c *Caller) Options(path string) *Response { return c.Do(http.MethodOptions, path, "", nil) }

// Delete deletes.
func (c *Caller) Delete(path string) *Response { return c.Do(http.MethodDelete, path, "", nil) }

// Post sends JSON; nil is no body.
func (c *Caller) Post(path string, body any) *Response { return c.Send(http.MethodPost, path, body) }

// Put sends JSON.
func (c *Caller) Put(path string, body any) *Response { return c.Send(http.MethodPut, path, body) }

// Patch sends JSON.
func (c *Caller) Patch(path string, body any) *Response { return c.Send(http.MethodPatch, path, body) }

// Send sends JSON by any method; nil is no body.
func (c *Caller) Send(method, path string, body any) *Response {
	if body == nil {
		return c.Do(method, path, "", nil)
	}
	return c.Do(method, path, cmp.Or(c.media, MediaJSON), encode(body))
}

// PostForm sends an urlencoded form.
func (c *Caller) PostForm(path string, form url.Values) *Response {
	media, data := Urlencoded(form)
	return c.Do(http.MethodPost, path, media, data)
}

// PostMultipart sends a multipart form.
func (c *Caller) PostMultipart(path string, form url.Values) *Response {
	media, data := Multipart(form)
	return c.Do(http.MethodPost, path, media, data)
}

// Urlencoded writes a form as the body of a request, and names its media type.
func Urlencoded(form url.Values) (media string, data []byte) {
	return "application/x-www-form-urlencoded", []byte(form.Encode())
}

// Multipart writes a form in parts, and names its media type.
func Multipart(form url.Values) (media string, data []byte) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, value := range values {
			_ = w.WriteField(name, value) // a buffer takes everything
		}
	}
	_ = w.Close()
	return w.FormDataContentType(), body.Bytes()
}

// Do makes any request. path is below the target's base URL, or a whole address.
func (c *Caller) Do(method, path, contentType string, body []byte) *Response {
	address := path
	if !strings.Contains(path, "://") {
		address = c.s.Target().BaseURL + path
	} else if !strings.HasPrefix(path, c.s.Target().BaseURL) {
		address = c.s.client.sameProtocol(path)
	}
	if c.instead != "" {
		address = strings.Replace(address, c.s.Target().BaseURL, c.instead, 1)
	}
	e := &Exchange{Method: method, URL: address, Caller: c.reportName(address, body), RequestHeader: c.header.Clone(), RequestBody: body}
	if e.RequestHeader.Get("Accept") == "" {
		e.RequestHeader.Set("Accept", MediaJSON)
	}
	if contentType != "" {
		e.RequestHeader.Set("Content-Type", contentType)
	}
	if c.carriesCredentials() && !c.s.client.trusts(address) {
		c.s.fail("the target points to " + address + ", which is another host; no credentials are sent there")
	}
	e.repeatable = c.s.unchecked && method == http.MethodPatch // it gives back what was
	e.once, e.impatient, e.cutOff = c.once, c.impatient, c.s.unchecked
	c.s.checkBudget()
	c.s.checkMail(e)
	c.s.checkAim(c, e)
	c.s.keepCurrent(c, e) // before what is made is noted, so that it is given back after that is gone
	creations := c.s.expectCreation(c, e)
	c.s.watchChange(c, e)
	c.s.letCatchUp(e)
	err := c.s.client.do(c.s.ctx, c.who, e)
	c.s.record(c.who, e)
	r := &Response{s: c.s, exchange: e}
	r.rememberSecrets()
	for _, creation := range creations {
		creation.settle(r, err)
	}
	c.s.expectExtra(c, e, creations, r)
	c.rememberAccepted(e)
	var lost *lostError
	switch {
	case errors.As(err, &lost):
		c.s.noAnswer(fmt.Sprintf("%s %s: no answer: %v", method, path, err), timedOut(lost))
	case isGone(err):
		c.s.giveUp(err.Error())
	case err != nil:
		c.s.giveUp(fmt.Sprintf("%s %s: %v", method, path, err))
	case !c.s.unchecked && originOf(e, nil) == ofWay && !c.s.isOfTarget(e):
		c.s.noAnswer(fmt.Sprintf("%s %s: the target could not be reached: status %d", method, path, e.Status), false)
	case e.once && e.Retried > 0:
		c.s.noAnswer(fmt.Sprintf("%s %s: it was sent again, and the target counts it", method, path), false)
	case method == http.MethodDelete && e.Retried > 0 && r.mayBeDone() && !c.s.unchecked:
		c.s.noAnswer(fmt.Sprintf("%s %s: the answer was lost; sent again it is refused, as what was done already may be", method, path), false)
	}
	if strings.HasPrefix(address, c.s.Target().BaseURL) && !c.s.unchecked && !c.undocumented && !(c.racing && e.Status == http.StatusInternalServerError) {
		if absent := c.s.contract.notOffered(e, func() string { return c.allowedMethods(e) }); absent != "" {
			panic(ending{notOffered: absent})
		}
		c.s.countCheck()
		if err := c.s.contract.Check(e); err != nil {
			c.s.failOn(e, "the answer differs from the OpenAPI document: "+err.Error())
		}
	}
	return r
}

// allowedMethods are the methods that the target names where a request was refused, "" if
// it names none. Who was refused may not learn them, so the administrator asks too.
func (c *Caller) allowedMethods(refused *Exchange) string {
	if refused.Status == http.StatusMethodNotAllowed {
		return refused.ResponseHeader.Get("Allow")
	}
	// An organization that there is not has no methods: that of the profile is asked.
	address := strings.Replace(refused.URL, OrgPath(Nowhere), OrgPath(c.s.Target().Organization.ID), 1)
	for _, asking := range []*Caller{c, c.s.Admin()} {
		e := &Exchange{Method: http.MethodOptions, URL: address, Caller: asking.who, RequestHeader: asking.header.Clone()}
		err := c.s.client.do(c.s.ctx, asking.who, e)
		c.s.countRequest(asking.who)
		if err == nil && e.Status == http.StatusOK {
			return e.ResponseHeader.Get("Allow")
		}
	}
	return ""
}

func (c *Caller) carriesCredentials() bool {
	return c.header.Get("Authorization") != "" || c.header.Get("Cookie") != ""
}

// reportName is who makes a request, for the report, the same in every run: whom the run
// made is nobody in particular. Who is anonymous but sends credentials that a
// scenario put together is not.
func (c *Caller) reportName(address string, body []byte) string {
	outside := strings.Contains(address, keyParameter) || bytes.Contains(body, []byte(keyParameter))
	switch {
	case c.who == anonymous && (outside || c.carriesCredentials()):
		return "other credentials"
	case strings.HasPrefix(c.who, scimOf):
		return "SCIM client"
	case !c.s.madeByRun(c.who):
		return c.who
	case strings.HasSuffix(c.who, sessionSuffix):
		return "somebody new" + sessionSuffix
	}
	return "somebody new"
}

// madeByRun reports whether a name is that of somebody whom the run made.
func (s *S) madeByRun(who string) bool { return strings.Contains(who, "us-"+s.runLabel+"-") }

// keyParameter is where a key may stand outside of a header.
const keyParameter = "personal_api_key"
