package journal_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

// secrets are what somebody sets before running a command.
var secrets = []string{
	"UNDERSTUDY_KEY=" + apiKey, "UNDERSTUDY_SESSION=" + sessionID, "UNDERSTUDY_CSRF_TOKEN=" + csrf,
	"UNDERSTUDY_SCIM_TOKEN=" + scim, "UNDERSTUDY_PASSWORD=" + pass, "UNDERSTUDY_COOKIE=dark", "UNDERSTUDY_SECRET=hidden",
}

// commands are requests that are hard to write down, with the arguments that curl
// must get from a shell.
var commands = map[string]struct {
	method, uri, body string
	header            http.Header
	want              []string
}{
	"a key": {"GET", "/", "", http.Header{"Authorization": {"Bearer " + apiKey}},
		[]string{"-H", "Authorization: Bearer " + apiKey}},
	"a session": {"POST", "/", `{"a":1}`, http.Header{"Cookie": {"sessionid=" + sessionID + "; theme=dark"}, "X-Csrftoken": {csrf}, "Content-Type": {"application/json"}},
		[]string{"-X", "POST", "-H", "Cookie: sessionid=" + sessionID + "; theme=dark", "-H", "X-Csrftoken: " + csrf, "--data-raw", `{"a":1}`}},
	"a password": {"POST", "/", `{"password":"` + pass + `","it's":"$HOME"}`, http.Header{"Content-Type": {"application/json"}},
		[]string{"--data-raw", `{"password":"` + pass + `","it's":"$HOME"}`}},
	"a SCIM token": {"GET", "/scim/v2/1/Users", "", http.Header{"Authorization": {"Bearer " + scim}},
		[]string{"-H", "Authorization: Bearer " + scim}},
	"a token in the address": {"GET", "/?token=hidden&b='c'", "", nil, nil},
	"what a shell would read": {"POST", "/?a=$(id)&b=`id`;c|d>e\\&f=*~!", "'\n\"$(id)`id`\\\t#\r\n'", http.Header{"Content-Type": {"text/plain"}, "X-It": {`'"$HOME"' \ !`}},
		[]string{"-H", `X-It: '"$HOME"' \ !`, "--data-raw", "'\n\"$(id)`id`\\\t#\r\n'"}},
	"what curl would read": {"PATCH", "/a/../b/[1-3]{x,y}", "@/etc/hosts", http.Header{"Content-Type": {"text/plain"}},
		[]string{"-X", "PATCH", "--globoff", "--path-as-is", "--data-raw", "@/etc/hosts"}},
	"a body of no type":          {"PUT", "/", "x", nil, []string{"-H", "Content-Type:", "--data-raw", "x"}},
	"a body where none is usual": {"GET", "/", "{}", http.Header{"Content-Type": {"application/json"}}, []string{"-X", "GET", "--data-raw", "{}"}},
	"a header without a value":   {"GET", "/", "", http.Header{"X-Empty": {""}}, []string{"-H", "X-Empty;"}},
	"a header with two":          {"GET", "/", "", http.Header{"X-Two": {"a", "b"}}, []string{"-H", "X-Two: a", "-H", "X-Two: b"}},
	"only the head":              {"HEAD", "/", "", nil, []string{"--head"}},
	"another method":             {"DELETE", "/", "", nil, []string{"-X", "DELETE"}},
}

// TestCommandsAreReadByTheShellAsMeant has a real shell split the commands.
func TestCommandsAreReadByTheShellAsMeant(t *testing.T) {
	for name, c := range commands {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			command := commandFor("http://127.0.0.1:8010", c.method, c.uri, c.header, c.body)
			for _, secret := range []string{apiKey, sessionID, csrf, scim, pass} {
				g.Expect(command).NotTo(ContainSubstring(secret))
			}
			out := shell(t, `curl() { for word; do printf '%s\0' "$word"; done; }`+"\n"+command)
			words := strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
			g.Expect(words).To(ContainElement("http://127.0.0.1:8010" + c.uri))
			var wanted []any
			for _, word := range c.want {
				wanted = append(wanted, word)
			}
			g.Expect(words).To(ContainElements(wanted...))
		})
	}
}

// TestCommandsSendTheSameAgain runs the commands with the real curl, if there is one.
func TestCommandsSendTheSameAgain(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl on this machine")
	}
	type arrived struct {
		method, uri, body string
		header            http.Header
	}
	got := make(chan arrived, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		data, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Header.Del("Content-Length")
		got <- arrived{r.Method, r.RequestURI, string(data), r.Header}
	}))
	defer server.Close()
	for name, c := range commands {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			shell(t, strings.Replace(commandFor(server.URL, c.method, c.uri, c.header, c.body), "curl ", "curl --silent --show-error --max-time 10 --noproxy '*' ", 1))
			header := c.header
			if header == nil {
				header = http.Header{}
			}
			g.Expect(<-got).To(Equal(arrived{c.method, c.uri, c.body, header}))
		})
	}
}

func TestCommandsSayWhatTheyLack(t *testing.T) {
	for name, c := range map[string]struct {
		method string
		sent   journal.Body
		note   string
	}{
		"the end":                 {"POST", journal.Body{Data: []byte("abc"), Size: 100}, "# Of the body, only the beginning was kept. It had 100 bytes.\ncurl -X POST "},
		"all":                     {"POST", body("\xff"), "# The body is left out: 1 bytes that are no text.\ncurl -X POST "},
		"nothing at all":          {"POST", body("abc"), "curl -X POST "},
		"what curl does not send": {"HEAD", body("abc"), "# The body is left out: curl sends none with HEAD.\ncurl --head 'http://127.0.0.1:8010/' -H 'Accept:' -H 'User-Agent:'"},
	} {
		t.Run(name, func(t *testing.T) {
			x := get("/")
			x.Method, x.RequestBody = c.method, c.sent
			NewWithT(t).Expect(journal.New(journal.Limits{}).Record(x).Curl()).To(HavePrefix(c.note))
		})
	}
}

// FuzzCurl: whatever was sent, a shell reads nothing but words, and the body is one.
func FuzzCurl(f *testing.F) {
	f.Add("/?a='b'", "X: '", "it's $HOME `id`")
	f.Add("/\x00\x01\x00", "\x00", "\n'\\''")
	f.Fuzz(func(t *testing.T, uri, value, text string) {
		x := get(uri)
		x.Method, x.RequestHeader, x.RequestBody = "POST", http.Header{"X-Value": {value}, "Content-Type": {"text/plain"}}, body(text)
		e := journal.New(journal.Limits{}).Record(x)
		out := shell(t, `curl() { for word; do printf '%s\0' "$word"; done; printf '%s\0' end; }`+"\n"+e.Curl())
		words := strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
		if words[len(words)-1] != "end" || words[0] != "-X" || words[1] != "POST" {
			t.Fatalf("%q from %s", words, e.Curl())
		}
		if d := e.Detail(); d.Request.Body == text && text != "" && words[len(words)-2] != text {
			t.Fatalf("%q from %s", words, e.Curl())
		}
	})
}

func commandFor(site, method, uri string, header http.Header, text string) string {
	x := get(uri)
	x.Site, x.Method, x.RequestHeader, x.RequestBody = site, method, header, body(text)
	return journal.New(journal.Limits{}).Record(x).Curl()
}

// shell runs a script with the secrets in its environment.
func shell(t testing.TB, script string) string {
	t.Helper()
	command := exec.Command("sh", "-c", script)
	command.Env = append(command.Environ(), secrets...)
	command.Env = append(command.Env, "LC_ALL=C")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, out, script)
	}
	return string(out)
}
