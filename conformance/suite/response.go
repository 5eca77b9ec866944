package suite

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	"github.com/tidwall/gjson"
)

// Response is an answer. Its methods say what it must be; the first that does
// not hold ends the scenario.
type Response struct {
	s        *S
	exchange *Exchange
	// mustRefuse is the property that has to be refused, "" where none is looked for.
	mustRefuse string
}

func (r *Response) code() int { return r.exchange.Status }

// gone reports whether what was to be deleted is not there any more.
func (r *Response) gone() bool {
	return r.code() < http.StatusMultipleChoices || r.code() == http.StatusNotFound
}

// mayBeDone reports whether what was sent again may be refused because it was done
// the first time: what was deleted is gone, who left may no longer.
func (r *Response) mayBeDone() bool {
	return r.code() == http.StatusNotFound || r.code() == http.StatusForbidden || r.isBeingDeleted()
}

// isBeingDeleted reports whether a project is refused to be deleted since that has begun.
// Source: posthog/api/project.py.
func (r *Response) isBeingDeleted() bool {
	return r.code() == http.StatusBadRequest && r.value("detail").String() == "This project is already being deleted."
}

// rememberSecrets adds the secrets of an answer to those that must not leave the run.
func (r *Response) rememberSecrets() {
	for path, name := range map[string]string{"scim_bearer_token": "TOKEN", "value": "TOKEN", "csrf_token": "CSRF"} {
		if token := r.value(path); token.Type == gjson.String {
			r.s.client.Secrets.Add(token.String(), "UNDERSTUDY_"+name)
		}
	}
	r.s.client.Secrets.AddCookie(r.value("cookie").String(), "UNDERSTUDY")
	if kind, _ := r.s.kindAt(r.exchange.URL); kind != nil && kind.Secret {
		for _, ids := range []string{"id", "#.id", "results.#.id"} {
			for _, id := range r.value(ids).Array() {
				r.s.client.Secrets.Add(id.String(), "UNDERSTUDY_"+strings.ToUpper(kind.Name))
			}
		}
	}
	for _, cookie := range r.Cookies() {
		r.s.client.Secrets.AddCookie(cookie.Name+"="+cookie.Value, "UNDERSTUDY")
	}
}

// Code is the status.
func (r *Response) Code() int {
	r.noteStatusReading()
	return r.code()
}

// Body is the body as it came.
func (r *Response) Body() string { return string(r.exchange.ResponseBody) }

// Header is a header of the answer.
func (r *Response) Header(name string) string { return r.exchange.ResponseHeader.Get(name) }

// Get returns the value at a gjson path.
func (r *Response) Get(path string) gjson.Result {
	value := r.value(path)
	r.noteReading(path, value)
	return value
}

// value is the value at a gjson path, for what is no expectation of a story.
func (r *Response) value(path string) gjson.Result {
	return gjson.GetBytes(r.exchange.ResponseBody, path)
}

// Text returns the text at a gjson path.
func (r *Response) Text(path string) string { return r.Get(path).String() }

// Status wants a status.
func (r *Response) Status(want int) *Response {
	defer r.judge()()
	r.s.countCheck()
	r.s.wanted = want
	if r.code() != want {
		r.s.fail(fmt.Sprintf("expected status %d, got %d%s", want, r.code(), r.notRefused()))
	}
	r.exchange.asserted.status = true
	return r
}

// Has wants a value at a path: nil, a bool, a number, a text, or a list of them.
func (r *Response) Has(path string, want any) *Response {
	defer r.judge()()
	r.s.countCheck()
	wanted := string(encode(want))
	if got := compact(r.value(path).Raw); got != wanted {
		r.s.fail(fmt.Sprintf("expected %s to be %s, got %s", path, wanted, orNothing(got)))
	}
	r.noteValue(path, wanted)
	return r
}

// notRefused names the property that had to be refused, where nothing was.
func (r *Response) notRefused() string {
	if r.mustRefuse == "" || r.code() >= http.StatusMultipleChoices {
		return ""
	}
	return ": " + r.mustRefuse + " had to be refused"
}

func compact(raw string) string {
	if raw == "" || (raw[0] != '{' && raw[0] != '[') {
		if raw != "" && raw[0] == '"' {
			return string(encode(gjson.Parse(raw).String()))
		}
		return raw
	}
	return string(encode(gjson.Parse(raw).Value()))
}

func orNothing(raw string) string {
	if raw == "" {
		return "nothing"
	}
	return raw
}

// That wants the value at a path to satisfy a matcher.
func (r *Response) That(path string, matcher types.GomegaMatcher) *Response {
	defer r.judge()()
	r.s.Expect(r.value(path).Value()).To(matcher, path)
	r.notePaths(path)
	return r
}

// shownOnce are the properties that only the answer to a change shows.
var shownOnce = []string{"scim_bearer_token"}

// Lasts wants what is at a path to read as this answer says, for who calls: an
// answer to a change can show what was never stored. It returns what was read.
func (r *Response) Lasts(by *Caller, path string) *Response {
	read := by.Get(path).Status(http.StatusOK)
	gjson.ParseBytes(r.exchange.ResponseBody).ForEach(func(key, value gjson.Result) bool {
		if name := key.String(); !slices.Contains(shownOnce, name) {
			r.s.Expect(read.Get(gjson.Escape(name)).Raw).To(gomega.MatchJSON(value.Raw), "%s, as it reads afterwards", name)
		}
		return true
	})
	return read
}

// Keys wants the properties of the object at a path, in whatever order: JSON gives
// none a meaning. "" is the whole answer.
func (r *Response) Keys(path string, want ...string) *Response {
	defer r.judge()()
	r.s.Expect(r.keys(path)).To(gomega.ConsistOf(want), "properties of the answer")
	return r.sawKeys(path, want)
}

// Holds wants properties in the object at a path, and lets others be.
func (r *Response) Holds(path string, want ...string) *Response {
	defer r.judge()()
	r.s.Expect(r.keys(path)).To(gomega.ContainElements(want), "properties of the answer")
	return r.sawKeys(path, want)
}

// KeysInOrder wants the properties of an object in the order in which the real server
// writes them.
func (r *Response) KeysInOrder(path string, want ...string) *Response {
	defer r.judge()()
	r.s.Expect(r.keys(path)).To(gomega.Equal(want), "order of the properties")
	return r
}

func (r *Response) sawKeys(path string, keys []string) *Response {
	for _, key := range keys {
		r.notePaths(path + "." + gjsonName(key))
	}
	return r
}

func (r *Response) keys(path string) (keys []string) {
	object := r.value(path)
	if path == "" {
		object = gjson.ParseBytes(r.exchange.ResponseBody)
	}
	object.ForEach(func(key, _ gjson.Result) bool {
		keys = append(keys, key.String())
		return true
	})
	return keys
}

// gjsonName is a property in a gjson path.
func gjsonName(key string) string { return strings.ReplaceAll(key, ".", `\.`) }

// Hides wants an answer to show none of several secrets, anywhere.
func (r *Response) Hides(secrets ...string) *Response {
	defer r.judge()()
	for _, secret := range secrets {
		r.s.countCheck()
		if secret != "" && strings.Contains(r.Body(), secret) {
			r.s.fail("expected the answer not to show a secret that it is not for")
		}
	}
	return r
}

// Empty wants 204 without a body.
func (r *Response) Empty() *Response {
	defer r.judge()()
	r.Status(http.StatusNoContent)
	r.s.Expect(r.Body()).To(gomega.BeEmpty(), "body")
	return r
}

// types of errors by status.
var errorTypes = map[int]string{
	400: "validation_error", 401: "authentication_error", 403: "authentication_error", 404: "invalid_request",
	405: "invalid_request", 413: "invalid_request", 415: "invalid_request", 429: "throttled_error",
}

// Refused wants a refusal in the API's form. attr is the field at fault, "" for
// null.
func (r *Response) Refused(status int, code, detail, attr string) *Response {
	defer r.judge()()
	kind := errorTypes[status]
	if code == "parse_error" {
		kind = "invalid_request"
	}
	r.mustRefuse = attr
	r.Status(status)
	r.s.Expect(strings.ToLower(r.Header("Content-Type"))).To(gomega.HavePrefix("application/json"), "Content-Type")
	r.Keys("", "type", "code", "detail", "attr")
	if r.Has("code", code); status != http.StatusConflict { // no source tells the type of that
		r.Has("type", kind)
	}
	if before, ok := strings.CutSuffix(detail, "…"); ok {
		r.That("detail", gomega.HavePrefix(before))
	} else {
		r.Has("detail", detail)
	}
	if attr == "" {
		return r.Has("attr", nil)
	}
	return r.Has("attr", attr)
}

// Invalid wants a field to be refused.
func (r *Response) Invalid(code, detail, attr string) *Response {
	return r.Refused(http.StatusBadRequest, code, detail, attr)
}

// InvalidField wants a field to be refused, in whatever words: no source has them.
func (r *Response) InvalidField(attr string) *Response {
	r.mustRefuse = attr
	return r.Status(http.StatusBadRequest).Has("type", "validation_error").Has("attr", attr)
}

// InvalidList is a list of which an item is refused. What more is said of it is the
// framework's: its error handler (exceptions_hog/handler.py) has no words for lists of errors.
func (r *Response) InvalidList() *Response {
	return r.Status(http.StatusBadRequest).Has("type", "validation_error")
}

// denials are the texts of a 403 that have a code of their own.
var denials = map[string]string{
	"This action requires you to be recently authenticated.": "sensitive_action_required_reauth",
	"2FA setup required": "two_factor_setup_required",
}

// Denied wants a 403 with a text, or with one of others where the sources disagree.
func (r *Response) Denied(detail string, or ...string) *Response {
	defer r.judge()()
	if got := r.Text("detail"); slices.Contains(or, got) {
		detail = got
	}
	return r.Refused(http.StatusForbidden, cmp.Or(denials[detail], "permission_denied"), detail, "")
}

// Unauthenticated wants a 401 for want of credentials.
func (r *Response) Unauthenticated() *Response {
	return r.Refused(http.StatusUnauthorized, "not_authenticated", "Authentication credentials were not provided.", "")
}

// NotFound wants a 404 for an object.
func (r *Response) NotFound() *Response {
	return r.Refused(http.StatusNotFound, "not_found", "Not found.", "")
}

// Plain wants the body {"detail": …} alone.
func (r *Response) Plain(status int, detail string) *Response {
	r.Status(status)
	r.Keys("", "detail")
	return r.Has("detail", detail)
}

// Cookies are the cookies that the answer sets.
func (r *Response) Cookies() []*http.Cookie {
	return (&http.Response{Header: r.exchange.ResponseHeader}).Cookies()
}

// Links wants the value at a path to be the address of the request with another
// query, such as "limit=2&offset=2", or one of others. In which order the parameters
// stand, and by which protocol a server behind a proxy believes to be called, is free.
func (r *Response) Links(path, query string, or ...string) *Response {
	defer r.judge()()
	r.s.countCheck()
	asked, _ := url.Parse(r.exchange.URL) // it was sent
	text := r.value(path).String()
	link, err := url.Parse(text)
	if err != nil || link.Host != asked.Host || link.Path != asked.Path || !slices.ContainsFunc(append(or, query), func(one string) bool {
		wanted, _ := url.ParseQuery(one)
		return maps.EqualFunc(link.Query(), wanted, slices.Equal)
	}) {
		asked.RawQuery = query
		r.s.fail("expected " + path + " to be " + asked.String() + ", got " + orNothing(text))
	}
	r.notePaths(path)
	return r
}
