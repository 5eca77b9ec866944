package mock_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/mock"
)

// testStart is when every test begins.
var testStart = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// fake is a server under test, called without a port.
type fake struct {
	*mock.Server
	t       testing.TB
	profile gjson.Result
	// noise marks that what is sent is random: the fake may take more than it documents.
	noise bool
}

func newFake(t testing.TB, options ...mock.Option) *fake {
	t.Helper()
	clock := mock.ClockFunc(func() time.Time { return testStart })
	server, err := mock.New(append([]mock.Option{mock.WithClock(clock)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	profile, err := server.Profile("http://fake.test")
	if err != nil {
		t.Fatal(err)
	}
	return &fake{Server: server, t: t, profile: gjson.ParseBytes(profile)}
}

// known is a value of the target profile, which must be there.
func (f *fake) known(path string) string {
	f.t.Helper()
	value := f.profile.Get(path)
	if !value.Exists() {
		f.t.Fatalf("the target profile has no %s", path)
	}
	return value.String()
}

// org is a path within the profile's organization.
func (f *fake) org(parts ...string) string {
	return "/api/organizations/" + f.known("organization.id") + "/" + strings.Join(parts, "/") + "/"
}

// caller makes requests with the same credentials.
type caller struct {
	*fake
	header http.Header
}

// as calls with the key of a role of the profile.
func (f *fake) as(role string) *caller {
	f.t.Helper()
	return f.with("Authorization", "Bearer "+f.known("credentials."+role+".personal_api_key"))
}

// session calls with a fresh session of a role.
func (f *fake) session(role string) *caller { return f.sessionOf(role, 0) }

// sessionOf calls with a session that was started age ago.
func (f *fake) sessionOf(role string, age time.Duration) *caller {
	f.t.Helper()
	body := fmt.Sprintf(`{"user": %q, "age": %q}`, f.known("credentials."+role+".email"), age)
	s := f.anonymous().post("/_understudy/sessions", body).status(http.StatusCreated)
	return f.with("Cookie", s.get("cookie").String(), "X-CSRFToken", s.get("csrf_token").String())
}

func (f *fake) anonymous() *caller { return f.with() }

func (f *fake) with(pairs ...string) *caller {
	c := &caller{f, http.Header{}}
	for i := 0; i < len(pairs); i += 2 {
		c.header.Set(pairs[i], pairs[i+1])
	}
	return c
}

// and adds a header.
func (c *caller) and(name, value string) *caller {
	more := &caller{c.fake, c.header.Clone()}
	more.header.Set(name, value)
	return more
}

func (c *caller) get(path string) *answer        { return c.do("GET", path, "", "") }
func (c *caller) delete(path string) *answer     { return c.do("DELETE", path, "", "") }
func (c *caller) post(path, body string) *answer { return c.do("POST", path, "application/json", body) }
func (c *caller) patch(path, body string) *answer {
	return c.do("PATCH", path, "application/json", body)
}
func (c *caller) put(path, body string) *answer { return c.do("PUT", path, "application/json", body) }
func (c *caller) form(path, body string) *answer {
	return c.do("POST", path, "application/x-www-form-urlencoded", body)
}

func (c *caller) do(method, path, contentType, body string) *answer {
	c.t.Helper()
	request := httptest.NewRequest(method, "http://fake.test"+path, strings.NewReader(body))
	for name, values := range c.header {
		request.Header[name] = values
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	recorder := httptest.NewRecorder()
	c.ServeHTTP(recorder, request)
	result := recorder.Result()
	data, err := io.ReadAll(result.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if len(data) > 0 && strings.HasPrefix(result.Header.Get("Content-Type"), "application/json") && !json.Valid(data) {
		c.t.Fatalf("%s %s answers with invalid JSON: %s", method, path, data)
	}
	a := &answer{c.t, method + " " + path + " " + body, result.StatusCode, result.Header, data}
	if !c.noise {
		a.holdToControlDocument(method, path, contentType, body)
	}
	return a
}

// holdToControlDocument fails where a call of the control plane is not as its document says.
func (a *answer) holdToControlDocument(method, path, contentType, body string) {
	a.t.Helper()
	op := controlOperation(method, path)
	if op == nil || a.code == http.StatusSeeOther { // for a token, wherever it comes
		return
	}
	if wrong := a.undocumentedAnswer(op); wrong != "" {
		a.t.Errorf("%.300s\n  answers %d %.300s\n  of which spec/control.yaml says: %s", a.asked, a.code, a.body, wrong)
	}
	if a.code < 300 && contentType == "application/json" {
		if wrong := undocumentedRequest(op, body); wrong != "" {
			a.t.Errorf("%.300s\n  is accepted, and of the body spec/control.yaml says: %s", a.asked, wrong)
		}
	}
}

// answer is a response with what was asked.
type answer struct {
	t      testing.TB
	asked  string
	code   int
	header http.Header
	body   []byte
}

func (a *answer) get(path string) gjson.Result { return gjson.GetBytes(a.body, path) }

func (a *answer) fail(format string, args ...any) {
	a.t.Helper()
	asked := a.asked
	if len(asked) > 300 {
		asked = asked[:300] + "…"
	}
	a.t.Fatalf("%s\n  %s\n  answer: %d %.600s", asked, fmt.Sprintf(format, args...), a.code, bytes.TrimSpace(a.body))
}

// status wants a status.
func (a *answer) status(want int) *answer {
	a.t.Helper()
	if a.code != want {
		a.fail("want status %d", want)
	}
	return a
}

// has wants a JSON value at a path.
func (a *answer) has(path, want string) *answer {
	a.t.Helper()
	if got := a.get(path).Raw; got != want {
		a.fail("want %s = %s, got %q", path, want, got)
	}
	return a
}

// refused wants a refusal in the API's form, byte for byte.
func (a *answer) refused(status int, kind, code, detail, attr string) *answer {
	a.t.Helper()
	field := "null"
	if attr != "" {
		field = quote(attr)
	}
	return a.bytes(status, fmt.Sprintf(`{"type":%s,"code":%s,"detail":%s,"attr":%s}`, quote(kind), quote(code), quote(detail), field))
}

func quote(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)
	return strings.TrimSpace(b.String())
}

// invalid wants a refused field.
func (a *answer) invalid(code, detail, attr string) *answer {
	a.t.Helper()
	return a.refused(400, "validation_error", code, detail, attr)
}

// denied wants a 403.
func (a *answer) denied(detail string) *answer {
	a.t.Helper()
	return a.refused(403, "authentication_error", "permission_denied", detail, "")
}

// missing wants a 404.
func (a *answer) missing(detail string) *answer {
	a.t.Helper()
	return a.refused(404, "invalid_request", "not_found", detail, "")
}

// bytes wants an exact answer.
func (a *answer) bytes(status int, body string) *answer {
	a.t.Helper()
	if a.code != status || string(a.body) != body {
		a.fail("want: %d %s", status, body)
	}
	return a
}

// keys are the names of an object's properties, in order.
func (a *answer) keys(path string) []string {
	var names []string
	object := a.get(path)
	if path == "" {
		object = gjson.ParseBytes(a.body)
	}
	object.ForEach(func(key, _ gjson.Result) bool {
		names = append(names, key.String())
		return true
	})
	return names
}
