package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

// result is what a command line printed.
type result struct {
	status   int
	out, err string
}

func commandLine(t *testing.T, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	status := run(t.Context(), args, streams{nil, &out, &errs})
	return result{status, out.String(), errs.String()}
}

// variablesIn reads what is printed as JSON.
func variablesIn(t *testing.T, s result) map[string]string {
	t.Helper()
	g := NewWithT(t)
	g.Expect(s.status).To(Equal(exitOK), s.err)
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
	g.Expect(file.status).To(Equal(exitOK))
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
	g.Expect(refused.status).To(Equal(exitUsage))
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
			g.Expect(printed.status).To(Equal(exitUsage))
			g.Expect(printed.err).To(ContainSubstring(tc.want))
			g.Expect(printed.out).To(BeEmpty(), "a shell would evaluate it")
		})
	}
}

// What is printed sets no flag of this program by accident.
func TestEnvSetsNoOtherFlag(t *testing.T) {
	g := NewWithT(t)
	parser, err := kong.New(&subcommands{}, kong.DefaultEnvars("UNDERSTUDY"))
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

// readers are programs that read what is printed for a shell, given the file with it,
// and then print the environment that their children get, with null characters
// between.
var readers = []struct {
	program, shell string
	args           []string
}{
	{"sh", "sh", []string{"-c", `eval "$(cat "$1")"; exec env -0`, "sh"}},
	{"bash", "bash", []string{"-c", `eval "$(cat "$1")"; exec env -0`, "bash"}},
	{"zsh", "zsh", []string{"-f", "-c", `eval "$(cat "$1")"; exec env -0`, "zsh"}},
	{"fish", "fish", []string{"--no-config", "-c", `source $argv[1]; env -0`}},
}

// reread is the environment after a program has read a text.
func reread(t testing.TB, text string, program string, args ...string) map[string]string {
	t.Helper()
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "variables")
	g.Expect(os.WriteFile(file, []byte(text), 0o600)).To(Succeed())
	command := exec.CommandContext(t.Context(), program, append(args, file)...)
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	var errs bytes.Buffer
	command.Stderr = &errs
	out, err := command.Output()
	g.Expect(err).NotTo(HaveOccurred(), errs.String())
	g.Expect(errs.String()).To(BeEmpty())
	values := map[string]string{}
	for pair := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		name, value, _ := strings.Cut(pair, "=")
		values[name] = value
	}
	return values
}

// hostile are values that a shell takes apart unless they are quoted well.
var hostile = []string{
	"", " ", "plain", "two words", "  around  ", "it's", `"`, `'"'"'`, "'", "''", `\`, `a\`, `\'`, `\\'`, `$HOME`, "${HOME}", "$(id)", "`id`", "a;id", "a&b|c>d<e",
	"*", "~", "#no comment", "!history", "a\nb", "a\n\nb\n", "\ttab", "\r", "%s%n", "-n", "=", "a=b", "{a,b}", "[x]", "ümlaut", "日本", "“typographic” ‘quotes’", "🦔", "\x01\x7f",
}

// TestQuoting has each shell that there is read each value back.
func TestQuoting(t *testing.T) {
	for _, reader := range readers {
		t.Run(reader.program, func(t *testing.T) {
			program, err := exec.LookPath(reader.program)
			if err != nil {
				t.Skip("there is no " + reader.program)
			}
			g := NewWithT(t)
			var text strings.Builder
			for i, value := range hostile {
				line, ok := assignment(reader.shell, variable{"V" + strconv.Itoa(i), value})
				g.Expect(ok).To(BeTrue())
				text.WriteString(line + "\n")
			}
			read := reread(t, text.String(), program, reader.args...)
			for i, value := range hostile {
				g.Expect(read).To(HaveKeyWithValue("V"+strconv.Itoa(i), value))
			}
		})
	}
}

// TestQuotingDotenv has node read a file .env. What readers of such files do not
// agree on is not written.
func TestQuotingDotenv(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	g := NewWithT(t)
	var text strings.Builder
	written := map[string]string{}
	for i, value := range hostile {
		name := "V" + strconv.Itoa(i)
		if line, ok := assignment("dotenv", variable{name, value}); ok {
			text.WriteString(line + "\n")
			written[name] = value
		}
	}
	g.Expect(len(written)).To(BeNumerically(">", len(hostile)/2))
	file := filepath.Join(t.TempDir(), ".env")
	g.Expect(os.WriteFile(file, []byte(text.String()), 0o600)).To(Succeed())
	read := reread(t, "", node, "--env-file="+file, "-e", `process.stdout.write(Object.entries(process.env).map(([k, v]) => k + "=" + v).join("\0"))`)
	for name, value := range written {
		g.Expect(read).To(HaveKeyWithValue(name, value))
	}
}

func TestAssign(t *testing.T) {
	for _, tc := range []struct{ name, shell, value, want string }{
		{"sh", "sh", "it's", `export V='it'\''s'`},
		{"bash", "bash", "x", `export V='x'`},
		{"zsh", "zsh", "x", `export V='x'`},
		{"fish", "fish", `it's \`, `set -gx V 'it\'s \\'`},
		{"PowerShell", "powershell", "it's $HOME", `$env:V = 'it''s $HOME'`},
		{"PowerShell's other quotes", "powershell", "‘a’ ‚b‛", `$env:V = '‘‘a’’ ‚‚b‛‛'`},
		{"dotenv", "dotenv", "$HOME", `V='$HOME'`},
		{"dotenv, a single quote", "dotenv", "it's", `V="it's"`},
		{"dotenv, a backslash", "dotenv", `a\b`, ""},
		{"dotenv, lines", "dotenv", "a\nb", ""},
		{"dotenv, both quotes", "dotenv", `"it's"`, ""},
		{"dotenv, a single quote and a dollar", "dotenv", `it's $5`, ""},
		{"a null character in sh", "sh", "a\x00b", ""},
		{"a null character in fish", "fish", "a\x00b", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			line, ok := assignment(tc.shell, variable{"V", tc.value})
			g.Expect(ok).To(Equal(tc.want != ""))
			if ok {
				g.Expect(line).To(Equal(tc.want))
			}
		})
	}
}

// FuzzQuoting has sh read any value back.
func FuzzQuoting(f *testing.F) {
	for _, value := range hostile {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		line, ok := assignment("sh", variable{"V", value})
		if !ok {
			return
		}
		out, err := exec.CommandContext(t.Context(), "sh", "-c", `eval "$1"; env -0`, "sh", line).Output()
		g := NewWithT(t)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(strings.Split(string(out), "\x00")).To(ContainElement("V=" + value))
	})
}
