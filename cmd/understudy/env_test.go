package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

// said is what a command line printed.
type said struct {
	status   int
	out, err string
}

func commandLine(t *testing.T, args ...string) said {
	t.Helper()
	var out, errs bytes.Buffer
	status := run(t.Context(), args, streams{nil, &out, &errs})
	return said{status, out.String(), errs.String()}
}

// variablesIn reads what is printed as JSON.
func variablesIn(t *testing.T, s said) map[string]string {
	t.Helper()
	g := NewWithT(t)
	g.Expect(s.status).To(Equal(exitFine), s.err)
	values := map[string]string{}
	g.Expect(json.Unmarshal([]byte(s.out), &values)).To(Succeed())
	return values
}

func TestEnv(t *testing.T) {
	g := NewWithT(t)
	fake := mock.Start(t)
	values := variablesIn(t, commandLine(t, "env", "--url", fake.URL, "--shell", "json"))
	const key, organization = "phx_understudy_admin_00000000000000000000000000", "01900000-0001-7000-8000-000000000001"
	for name, want := range map[string]string{
		"UNDERSTUDY_URL":               fake.URL,
		"UNDERSTUDY_CONTROL":           fake.URL + "/_understudy",
		"UNDERSTUDY_KEY":               key,
		"UNDERSTUDY_KEY_ADMIN":         key,
		"UNDERSTUDY_KEY_OWNER":         "phx_understudy_owner_00000000000000000000000000",
		"UNDERSTUDY_KEY_READ_SCOPES":   "phx_understudy_readscopes_000000000000000000000",
		"UNDERSTUDY_EMAIL_MEMBER":      "member@hedgerow.example",
		"UNDERSTUDY_PASSWORD_MEMBER":   "understudy-member",
		"UNDERSTUDY_ORGANIZATION":      organization,
		"UNDERSTUDY_ORGANIZATION_SLUG": "hedgerow-works",
		"UNDERSTUDY_PROJECT":           "1",
		"UNDERSTUDY_DOMAIN":            "01900000-0004-7000-8000-000000000001",
		"UNDERSTUDY_SCIM_URL":          fake.URL + "/scim/v2/01900000-0004-7000-8000-000000000002",
		"POSTHOG_HOST":                 fake.URL,
		"POSTHOG_API_KEY":              key,
		"POSTHOG_PERSONAL_API_KEY":     key,
		"POSTHOG_ORGANIZATION_ID":      organization,
		"POSTHOG_PROJECT_ID":           "1",
		"POSTHOG_CLI_HOST":             fake.URL,
		"POSTHOG_CLI_API_KEY":          key,
		"POSTHOG_CLI_PROJECT_ID":       "1",
	} {
		g.Expect(values).To(HaveKeyWithValue(name, want))
	}
	g.Expect(values).NotTo(HaveKey("UNDERSTUDY_CONTROL_TOKEN"))
	scim := call(t, values["UNDERSTUDY_SCIM_URL"]+"/Users", values["UNDERSTUDY_SCIM_TOKEN"])
	g.Expect(scim).To(Equal(http.StatusOK))
}

// call asks with a bearer token and returns the status.
func call(t *testing.T, address, token string) int {
	t.Helper()
	g := NewWithT(t)
	request, err := http.NewRequest(http.MethodGet, address, nil)
	g.Expect(err).NotTo(HaveOccurred())
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(request)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(answer.Body.Close()).To(Succeed())
	return answer.StatusCode
}

// TestEnvIsEvaluated has sh evaluate what is printed, with a password that a shell
// would take apart.
func TestEnvIsEvaluated(t *testing.T) {
	g := NewWithT(t)
	world, err := fixtures.Named("default")
	g.Expect(err).NotTo(HaveOccurred())
	world.Users[1].Password = "it's $HOME; `id` \\ \"&\n"
	fake := mock.Start(t, mock.WithWorld(world))
	want := variablesIn(t, commandLine(t, "env", "--url", fake.URL, "--shell", "json"))
	g.Expect(want).To(HaveKeyWithValue("UNDERSTUDY_PASSWORD_OWNER", world.Users[1].Password))

	printed := commandLine(t, "env", "--url", fake.URL)
	g.Expect(printed.err).To(BeEmpty())
	read := reread(t, printed.out, "sh", readers[0].args...)
	for name, value := range want {
		g.Expect(read).To(HaveKeyWithValue(name, value))
	}

	file := commandLine(t, "env", "--url", fake.URL, "--shell", "dotenv")
	g.Expect(file.status).To(Equal(exitFine))
	g.Expect(file.err).To(Equal("understudy: UNDERSTUDY_PASSWORD_OWNER is left out: dotenv cannot hold its value; --shell json can\n"))
	g.Expect(strings.Count(file.out, "\n")).To(Equal(len(want) - 1))
}

// A sandbox is named in the addresses; asking about one that is not there makes none.
func TestEnvOfASandbox(t *testing.T) {
	fake := mock.Start(t)
	_, err := fake.Sandbox.Fork("there")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for _, tc := range []struct{ name, url, sandbox, site, said string }{
		{"one that is there", fake.URL, "there", fake.URL + "/_sandbox/there", ""},
		{"one that is not", fake.URL, "mine", fake.URL + "/_sandbox/mine", "understudy: there is no sandbox mine yet; the first request to it makes it\n"},
		{"one of the address", fake.URL + "/_sandbox/there", "", fake.URL + "/_sandbox/there", ""},
		{"another than that of the address", fake.URL + "/_sandbox/there/", "other", fake.URL + "/_sandbox/other", "understudy: there is no sandbox other yet; the first request to it makes it\n"},
		{"leaving that of the address", fake.URL + "/_sandbox/there", "default", fake.URL, ""},
		{"the address of the control plane", fake.URL + "/_sandbox/there/_understudy/", "", fake.URL + "/_sandbox/there", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			args := []string{"env", "--url", tc.url, "--shell", "json"}
			if tc.sandbox != "" {
				args = append(args, "--sandbox", tc.sandbox)
			}
			printed := commandLine(t, args...)
			values := variablesIn(t, printed)
			g.Expect(printed.err).To(Equal(tc.said))
			g.Expect(values).To(And(
				HaveKeyWithValue("UNDERSTUDY_URL", tc.site), HaveKeyWithValue("POSTHOG_HOST", tc.site),
				HaveKeyWithValue("UNDERSTUDY_CONTROL", tc.site+"/_understudy"),
				HaveKeyWithValue("UNDERSTUDY_KEY", Not(BeEmpty())),
			))
			g.Expect(call(t, fake.URL+"/_understudy/sandboxes/mine", "")).To(Equal(http.StatusNotFound))
		})
	}
}

func TestEnvOfAFakeWithAToken(t *testing.T) {
	g := NewWithT(t)
	fake := mock.Start(t, mock.WithControlToken("open sesame"))
	refused := commandLine(t, "env", "--url", fake.URL)
	g.Expect(refused.status).To(Equal(exitUse))
	g.Expect(refused.err).To(ContainSubstring("Send the control token"))
	t.Setenv("UNDERSTUDY_CONTROL_TOKEN", "open sesame")
	g.Expect(variablesIn(t, commandLine(t, "env", "--url", fake.URL, "--shell", "json"))).To(HaveKeyWithValue("UNDERSTUDY_CONTROL_TOKEN", "open sesame"))
}

// The world "empty" has an owner only.
func TestEnvOfAnEmptyWorld(t *testing.T) {
	g := NewWithT(t)
	world, err := fixtures.Named("empty")
	g.Expect(err).NotTo(HaveOccurred())
	fake := mock.Start(t, mock.WithWorld(world))
	values := variablesIn(t, commandLine(t, "env", "--url", fake.URL, "--shell", "json"))
	g.Expect(values["UNDERSTUDY_KEY"]).To(And(Equal(values["UNDERSTUDY_KEY_OWNER"]), HavePrefix("phx_")))
	g.Expect(values).NotTo(Or(HaveKey("UNDERSTUDY_PROJECT"), HaveKey("UNDERSTUDY_SCIM_URL")))
}

func TestEnvFails(t *testing.T) {
	other := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(other.Close)
	bare, err := fixtures.Named("empty")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	bare.Target = nil
	targetless := mock.Start(t, mock.WithWorld(bare))
	for _, tc := range []struct {
		name string
		args []string
		want string
	}{
		{"nobody there", []string{"--url", "http://127.0.0.1:1"}, "no fake answers at http://127.0.0.1:1 (connection refused). Start one with 'understudy serve', or say where it is with --url"},
		{"somebody else there", []string{"--url", other.URL}, "what answers at " + other.URL + " is no fake that has this command: its control plane says 404"},
		{"a world without a target", []string{"--url", targetless.URL}, `add one to get a target profile`},
		{"no address", []string{"--url", "localhost"}, "--url localhost: want an address such as http://127.0.0.1:8010"},
		{"an address of something else", []string{"--url", "ftp://127.0.0.1"}, "want an address"},
		{"no name of a sandbox", []string{"--sandbox", "a/b"}, `--sandbox: "a/b" names no sandbox`},
		{"an address with such a name", []string{"--url", "http://127.0.0.1:1/_sandbox/a/b"}, `"a/b" names no sandbox`},
		{"an unknown shell", []string{"--shell", "tcsh"}, "--shell must be one of"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			printed := commandLine(t, append([]string{"env"}, tc.args...)...)
			g.Expect(printed.status).To(Equal(exitUse))
			g.Expect(printed.err).To(ContainSubstring(tc.want))
			g.Expect(printed.out).To(BeEmpty(), "a shell would evaluate it")
		})
	}
}

// What is printed sets no flag of this program by accident.
func TestEnvSetsNoOtherFlag(t *testing.T) {
	g := NewWithT(t)
	parser, err := kong.New(&commands{}, kong.DefaultEnvars("UNDERSTUDY"))
	g.Expect(err).NotTo(HaveOccurred())
	flags := map[string]string{}
	g.Expect(kong.Visit(parser.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			for _, name := range flag.Envs {
				flags[name] = flag.Name
			}
		}
		return next(nil)
	})).To(Succeed())
	meant := map[string]string{"UNDERSTUDY_URL": "url", "UNDERSTUDY_KEY": "key", "UNDERSTUDY_CONTROL_TOKEN": "control-token"}
	fake := mock.Start(t)
	for name := range variablesIn(t, commandLine(t, "env", "--url", fake.URL, "--shell", "json")) {
		if flag, ok := flags[name]; ok {
			g.Expect(flag).To(Equal(meant[name]), name)
		}
	}
	g.Expect(flags).To(HaveKeyWithValue("UNDERSTUDY_URL", "url"))
}
