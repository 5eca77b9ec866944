package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	if os.Getenv("UNDERSTUDY_TEST_PROGRAM") != "" {
		main() // the test started itself to have a program that it can kill
	}
	state, err := os.MkdirTemp("", "understudy-state")
	if err != nil {
		panic(err)
	}
	_ = os.Setenv("XDG_STATE_HOME", state) // where journals and confirmations go; scripts have a place of their own
	testscript.Main(m, map[string]func(){"understudy": main})
}

// TestScripts runs the command lines of testdata/script, each in a folder of
// its own.
func TestScripts(t *testing.T) {
	skipUnderRace(t, "starts hundreds of programs")
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("UNDERSTUDY_PROGRESS", "0") // how long a program takes is not what it prints
			return nil
		},
	})
}

// TestServe starts the fake as a program does, reads the profile that it writes,
// runs the suite with it and stops it.
func TestServe(t *testing.T) {
	g := NewWithT(t)
	file := filepath.Join(t.TempDir(), "target.json")
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan int, 1)
	listening := &signalWriter{told: make(chan struct{})}
	go func() {
		stopped <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--target-out", file}, streams{nil, listening, os.Stderr})
	}()
	<-listening.told

	data, err := os.ReadFile(file)
	g.Expect(err).NotTo(HaveOccurred())
	var profile struct {
		BaseURL string `json:"base_url"`
		Control string `json:"control"`
	}
	g.Expect(json.Unmarshal(data, &profile)).To(Succeed())
	info, err := os.Stat(file)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(info.Mode().Perm()).To(Equal(os.FileMode(0o600)), "the profile holds keys")

	health, err := http.Get(profile.Control + "/health")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(health.Body.Close()).To(Succeed())
	g.Expect(health.StatusCode).To(Equal(http.StatusOK))

	var out, errs bytes.Buffer
	g.Expect(run(t.Context(), []string{"verify", "--target", file}, streams{nil, &out, &errs})).To(Equal(exitOK), out.String()+errs.String())
	g.Expect(out.String()).To(ContainSubstring("0 failed, 0 errors, 0 skipped"))

	stop()
	g.Expect(<-stopped).To(Equal(exitOK))
	g.Expect(listening.String()).To(And(ContainSubstring(profile.BaseURL), ContainSubstring("/_understudy/"), ContainSubstring("phx_")))
}

// signalWriter tells when something was written to it.
type signalWriter struct {
	strings.Builder
	told chan struct{}
}

func (w *signalWriter) Write(p []byte) (int, error) {
	defer close(w.told)
	return w.Builder.Write(p)
}

// answering is the address of a server that says the same to everybody.
func answering(t *testing.T, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestVerifyFails tells a target that is wrong from one that is another, or not there.
func TestVerifyFails(t *testing.T) {
	broken := answering(t, `{"detail": "I'm a teapot"}`)
	elsewhere := answering(t, "<html>")
	for _, tc := range []struct {
		name, site, said string
		status           int
	}{
		{"wrong", broken, "FAILED  domains.retrieve.unknown", exitFailed},
		{"another place", elsewhere, "nothing at " + elsewhere + " answers as the API does", exitUsage},
		{"not there", "http://127.0.0.1:1", "the target http://127.0.0.1:1 does not answer, so nothing was run", exitUsage},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			file := filepath.Join(t.TempDir(), "target.json")
			g.Expect(os.WriteFile(file, []byte(`{"name": "nobody", "base_url": "`+tc.site+`",
				"organization": {"id": "01900000-0001-7000-8000-000000000001"}, "credentials": {"admin": {"personal_api_key": "phx_unused"}}}`), 0o600)).To(Succeed())
			var out, errs bytes.Buffer
			g.Expect(run(t.Context(), []string{"verify", "--target", file, "--run", "domains.retrieve.unknown"}, streams{nil, &out, &errs})).To(Equal(tc.status))
			g.Expect(out.String() + errs.String()).To(ContainSubstring(tc.said))
		})
	}
}
