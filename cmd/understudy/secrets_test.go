package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// echoingTarget is a target that repeats everything secret that it hears or makes: in
// headers, in bodies, in links, in broken answers, and encoded.
type echoingTarget struct {
	fake  http.Handler
	count atomic.Int64
	mu    sync.Mutex
	heard map[string]bool
}

func (p *echoingTarget) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/_understudy/") {
		p.fake.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	p.fake.ServeHTTP(answer, r)
	p.listen(r, answer)
	secret := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if secret == "" {
		secret = r.Header.Get("X-Csrftoken")
	}
	n := p.count.Add(1)
	if secret == "" || n < 60 || answer.Code == http.StatusNoContent || r.Method == http.MethodHead {
		passOn(w, answer, answer.Body.Bytes())
		return
	}
	said := []string{
		secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte("user:" + secret)), hex.EncodeToString([]byte(secret)),
		fmt.Sprintf("%q", secret), base64.URLEncoding.EncodeToString([]byte(secret + "!")),
	}
	switch {
	case n%97 == 0: // no answer that HTTP knows; the error quotes it, and the run waits before it asks again
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 %s\r\n\r\n", strings.Join(said, " "))
			_ = conn.Close()
		}
	case n%5 == 1:
		w.Header().Set("X-Echo", strings.Join(said, ","))
		w.Header().Set("Location", "/?key="+url.QueryEscape(secret))
		w.WriteHeader(http.StatusFound)
	case n%5 == 2:
		body, _ := json.Marshal(map[string]any{"detail": said, "next": "http://" + r.Host + "/api/?key=" + secret, "id": secret})
		answer.Header().Set("Content-Type", "application/json")
		passOn(w, answer, body)
	default:
		passOn(w, answer, answer.Body.Bytes())
	}
}

func passOn(w http.ResponseWriter, answer *httptest.ResponseRecorder, body []byte) {
	for name, values := range answer.Header() {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body)
}

// listen notes what is secret in a call.
func (p *echoingTarget) listen(r *http.Request, answer *httptest.ResponseRecorder) {
	p.mu.Lock()
	defer p.mu.Unlock()
	note := func(secret string) {
		if len(secret) > 6 {
			p.heard[secret] = true
		}
	}
	for _, cookie := range append((&http.Response{Header: answer.Header()}).Cookies(), r.Cookies()...) {
		note(cookie.Value)
	}
	note(gjson.Get(answer.Body.String(), "scim_bearer_token").String())
	if strings.HasSuffix(r.URL.Path, "/invites/") && r.Method == http.MethodPost {
		note(gjson.Get(answer.Body.String(), "id").String()) // the link of an invite is made of it
	}
}

// TestCanaries looks for everything secret in everything that a run writes.
func TestCanaries(t *testing.T) {
	skipUnderRace(t, "plays the suite several times")
	g := NewWithT(t)
	fake, err := mock.New()
	g.Expect(err).NotTo(HaveOccurred())
	bird := &echoingTarget{fake: fake, heard: map[string]bool{}}
	server := httptest.NewServer(bird)
	t.Cleanup(server.Close)
	data, err := fake.Profile(server.URL)
	g.Expect(err).NotTo(HaveOccurred())
	folder := t.TempDir()
	file := filepath.Join(t.TempDir(), "target.json") // holds keys, and is no artefact
	g.Expect(os.WriteFile(file, data, 0o600)).To(Succeed())
	profile, err := target.Load(file)
	g.Expect(err).NotTo(HaveOccurred())

	artefacts := map[string]*bytes.Buffer{"stdout": {}, "stderr": {}, "plan": {}, "sweep": {}}
	in := func(name string) string { return filepath.Join(folder, name) }
	run(t.Context(), []string{"verify", "--target", file, "--plan"}, streams{nil, artefacts["plan"], artefacts["stderr"]})
	status := run(t.Context(), []string{
		"verify", "--target", file, "--tag", "invites,domains,sessions", "--journal", in("journal.ndjson"), "--report", "json=" + in("report.json"), "--report", "junit=" + in("report.xml"),
	}, streams{nil, artefacts["stdout"], artefacts["stderr"]})
	g.Expect(status).To(Equal(exitFailed))
	run(t.Context(), []string{"sweep", "--target", file, "--journal", in("journal.ndjson")}, streams{nil, artefacts["sweep"], artefacts["stderr"]})
	files, err := filepath.Glob(in("*"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(files).To(HaveLen(3))
	for _, name := range files {
		text, err := os.ReadFile(name)
		g.Expect(err).NotTo(HaveOccurred())
		artefacts[filepath.Base(name)] = bytes.NewBuffer(text)
	}

	secrets := bird.heard
	for _, c := range profile.Credentials {
		secrets[c.PersonalAPIKey], secrets[c.Password] = true, true
		if c.Session != nil {
			secrets[c.Session.CSRFToken] = true
		}
	}
	secrets[profile.Known.SCIM.Token] = true
	delete(secrets, "")
	g.Expect(len(secrets)).To(BeNumerically(">", 50))
	for name, artefact := range artefacts {
		text := artefact.String()
		for secret := range secrets {
			for _, form := range []string{
				secret, url.QueryEscape(secret), hex.EncodeToString([]byte(secret)),
				strings.TrimRight(base64.StdEncoding.EncodeToString([]byte("user:" + secret))[8:], "=")[:len(secret)],
				base64.RawStdEncoding.EncodeToString([]byte(secret))[:len(secret)],
			} {
				g.Expect(strings.Contains(text, form)).To(BeFalse(), "%s holds %s", name, form)
			}
		}
	}
	g.Expect(artefacts["stdout"].String()).To(ContainSubstring("«UNDERSTUDY_ADMIN_KEY»"), "the parrot has said it")
	g.Expect(artefacts["stdout"].String()).To(ContainSubstring("$UNDERSTUDY_ADMIN_KEY"))
	g.Expect(artefacts["journal.ndjson"].String()).To(ContainSubstring("id_sha256"))
}

// TestNoFlagTakesASecret: a command line can be read by everybody on the machine.
func TestNoFlagTakesASecret(t *testing.T) {
	g := NewWithT(t)
	for _, command := range []string{"verify", "sweep", "serve"} {
		var out, errs bytes.Buffer
		g.Expect(run(t.Context(), []string{command, "--help"}, streams{nil, &out, &errs})).To(Equal(exitOK))
		g.Expect(out.String()).NotTo(MatchRegexp(`--[a-z-]*(token|password|secret|cookie|api-key)\b`))
	}
}
