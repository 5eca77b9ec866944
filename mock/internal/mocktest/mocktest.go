// Package mocktest is what the tests of the fake share: a fake that is called in process
// ([New]) or over the network ([Start]), callers with the credentials of its target
// profile, and checks of what they are answered. What the tests of one package alone
// need lives beside them, and nothing but tests imports this one.
//
//	f := mocktest.New(t)
//	f.As("admin").Post(f.Org("domains"), `{"domain": "a.example.com"}`).Status(201).Has("is_verified", "false")
//	f.As("member").Get(f.Org("domains", "nowhere")).Missing("Not found.")
//
// A check that fails ends the test and says what was asked and answered. Every call of
// the control plane is held to spec/control.yaml besides.
package mocktest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/mock"
)

// Epoch is when every test begins.
var Epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Fake is a server under test, called without a port.
type Fake struct {
	*mock.Server
	T      testing.TB   // the test that failures belong to; a subtest sets its own
	Target gjson.Result // the server's target profile
	// RandomInput says that what is sent is random: the fake may take more than it documents.
	RandomInput bool
}

// New makes a fake whose clock stands at [Epoch].
func New(t testing.TB, options ...mock.Option) *Fake {
	t.Helper()
	clock := mock.ClockFunc(func() time.Time { return Epoch })
	server, err := mock.New(append([]mock.Option{mock.WithClock(clock)}, options...)...)
	if err != nil {
		t.Fatal(err)
	}
	profile, err := server.Profile("http://fake.test")
	if err != nil {
		t.Fatal(err)
	}
	return &Fake{Server: server, T: t, Target: gjson.ParseBytes(profile)}
}

// Known is a value of the target profile, which must be there.
func (f *Fake) Known(path string) string {
	f.T.Helper()
	value := f.Target.Get(path)
	if !value.Exists() {
		f.T.Fatalf("the target profile has no %s", path)
	}
	return value.String()
}

// Org is a path within the profile's organization.
func (f *Fake) Org(parts ...string) string {
	f.T.Helper()
	return Org(f.Known("organization.id"), parts...)
}

// As calls with the personal API key of a role of the profile, "admin" for one.
func (f *Fake) As(role string) *Caller {
	f.T.Helper()
	return f.With("Authorization", "Bearer "+f.Known("credentials."+role+".personal_api_key"))
}

// Session calls with a fresh session of a role.
func (f *Fake) Session(role string) *Caller { return f.SessionOf(role, 0) }

// SessionOf calls with a session that was started age ago.
func (f *Fake) SessionOf(role string, age time.Duration) *Caller {
	f.T.Helper()
	body := fmt.Sprintf(`{"user": %q, "age": %q}`, f.Known("credentials."+role+".email"), age)
	s := f.Anonymous().Post("/_understudy/sessions", body).Status(http.StatusCreated)
	return f.With("Cookie", s.Get("cookie").String(), "X-CSRFToken", s.Get("csrf_token").String())
}

// Anonymous calls without credentials.
func (f *Fake) Anonymous() *Caller { return f.With() }

// With calls with headers, given in pairs of name and value.
func (f *Fake) With(pairs ...string) *Caller {
	c := &Caller{f, http.Header{}}
	for i := 0; i < len(pairs); i += 2 {
		c.Header.Set(pairs[i], pairs[i+1])
	}
	return c
}

// Org is a path within an organization.
func Org(organization string, parts ...string) string {
	return "/api/organizations/" + organization + "/" + strings.Join(append(parts, ""), "/")
}
