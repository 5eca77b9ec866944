package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
)

// remoteTarget is a target that is not on this machine, as far as the program can tell:
// it is behind a proxy.
type remoteTarget struct {
	*GomegaWithT
	t       *testing.T
	proxy   string
	profile string
	full    []byte // the profile with its control plane
	id      string
	state   string

	mu     sync.Mutex
	wrote  []string
	onCall func(r *http.Request)
	breaks string // the end of the paths whose POST answers 418
}

func newRemoteTarget(t *testing.T) *remoteTarget {
	t.Helper()
	const host = "posthog.example.com"
	e := &remoteTarget{GomegaWithT: NewWithT(t), t: t, state: t.TempDir(), profile: filepath.Join(t.TempDir(), "target.json")}
	fake, err := mock.New(mock.WithHosts(append([]string{host}, mock.LoopbackHosts...)...))
	e.Expect(err).NotTo(HaveOccurred())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.mu.Lock()
		if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions && r.URL.Path != "/api/login/" {
			e.wrote = append(e.wrote, r.Method+" "+r.URL.Path)
		}
		call, broken := e.onCall, e.breaks != "" && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, e.breaks)
		e.mu.Unlock()
		if call != nil {
			call(r)
		}
		if broken {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		fake.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	e.proxy = server.URL
	data, err := fake.Profile("http://" + host)
	e.Expect(err).NotTo(HaveOccurred())
	e.id = "01900000-0001-7000-8000-000000000001"
	e.Expect(string(data)).To(ContainSubstring(e.id))
	e.full = data
	e.describe(map[string]any{"control": nil})
	return e
}

// describe writes the profile, with some fields changed.
func (e *remoteTarget) describe(fields map[string]any) {
	e.t.Helper()
	profile := map[string]any{}
	e.Expect(json.Unmarshal(e.full, &profile)).To(Succeed())
	maps.Copy(profile, fields)
	data, err := json.Marshal(profile)
	e.Expect(err).NotTo(HaveOccurred())
	e.Expect(os.WriteFile(e.profile, data, 0o600)).To(Succeed())
}

// locked does something that the server must not see half done.
func (e *remoteTarget) locked(do func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	do()
}

// program runs the program in a process of its own.
func (e *remoteTarget) program(args ...string) (status int, out, errs string) {
	e.t.Helper()
	command, stdout, stderr := e.command(args...)
	_ = command.Run() // the status tells
	return command.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

func (e *remoteTarget) command(args ...string) (command *exec.Cmd, stdout, stderr *bytes.Buffer) {
	e.t.Helper()
	self, err := os.Executable()
	e.Expect(err).NotTo(HaveOccurred())
	command = exec.CommandContext(e.t.Context(), self, args...)
	command.Env = append(os.Environ(), "UNDERSTUDY_TEST_PROGRAM=1", "HTTP_PROXY="+e.proxy, "NO_PROXY=", "XDG_STATE_HOME="+e.state)
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	command.Stdout, command.Stderr = stdout, stderr
	return command, stdout, stderr
}

func (e *remoteTarget) written() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.wrote
}

func TestWritesElsewhereOnlyOnRequest(t *testing.T) {
	for _, tc := range []struct {
		name   string
		args   []string
		status int
		said   string
	}{
		{"no confirmation", []string{"--access", "write"}, exitUsage, "to write to it add --confirm-organization 01900000-0001-7000-8000-000000000001; --access read changes nothing. Nothing was sent"},
		{"no access", []string{"--confirm-organization", "01900000-0001-7000-8000-000000000001"}, exitUsage, "to write to it add --access write; --access read changes nothing"},
		{"another organization", []string{"--access", "write", "--confirm-organization", "01900000-0001-7000-8000-000000000002"}, exitUsage, "names 01900000-0001-7000-8000-000000000002, and the profile's organization is"},
		{"neither", nil, exitOK, "0 of which change the target"},
		{"read", []string{"--access", "read"}, exitOK, "0 of which change the target"},
		{"only the plan", []string{"--plan", "--access", "write", "--confirm-organization", "01900000-0001-7000-8000-000000000001"}, exitOK, "will create"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e := newRemoteTarget(t)
			status, out, errs := e.program(append([]string{"verify", "--target", e.profile, "--run", "domains.(retrieve|create).*"}, tc.args...)...)
			e.Expect(status).To(Equal(tc.status), out+errs)
			e.Expect(out + errs).To(ContainSubstring(tc.said))
			e.Expect(e.written()).To(BeEmpty())
			if tc.status == exitUsage {
				e.Expect(out).To(BeEmpty())
			}
		})
	}
}

func TestWritesElsewhereWithAJournal(t *testing.T) {
	e := newRemoteTarget(t)
	write := []string{"verify", "--target", e.profile, "--access", "write", "--confirm-organization", e.id}
	status, out, errs := e.program(append(write, "--run", "domains.create.*")...)
	e.Expect(status).To(Equal(exitOK), out+errs)
	e.Expect(errs).To(And(ContainSubstring("plan for "), ContainSubstring("will create")), "told before anything is written")
	e.Expect(e.written()).NotTo(BeEmpty())
	e.Expect(e.journals()).To(BeEmpty(), "nothing is left, so the journal goes")

	// A killed run leaves its journal, which sweep finds by itself.
	command, _, _ := e.command(append(write, "--run", "domains.*", "--parallel", "8")...)
	hit := make(chan struct{})
	creations := 0
	e.locked(func() {
		e.onCall = func(r *http.Request) {
			e.locked(func() {
				if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/domains/") {
					if creations++; creations == 10 {
						close(hit)
					}
				}
			})
		}
	})
	e.Expect(command.Start()).To(Succeed())
	<-hit
	e.Expect(command.Process.Kill()).To(Succeed())
	_ = command.Wait()
	e.Expect(e.journals()).To(HaveLen(1))
	status, out, errs = e.program("sweep", "--target", e.profile, "--dry-run")
	e.Expect(status).To(Equal(exitOK), errs)
	e.Expect(out).To(ContainSubstring("would remove  domain "))
	status, out, errs = e.program("sweep", "--target", e.profile)
	e.Expect(status).To(Equal(exitOK), errs)
	e.Expect(out).To(MatchRegexp(`removed  domain .*\n[^\0]*[1-9][0-9]* removed, 0 kept, 0 left\n$`))
	_, out, _ = e.program("sweep", "--target", e.profile)
	e.Expect(out).To(Equal("0 removed, 0 kept, 0 left\n"))
}

// The command beside a failure repeats it, as it stands, and sends no more than leave
// was given for.
func TestAgainElsewhere(t *testing.T) {
	e := newRemoteTarget(t)
	e.locked(func() { e.breaks = "/domains/" })
	status, out, errs := e.program("verify", "--target", e.profile, "--access", "write", "--confirm-organization", e.id, "--run", "domains.create.defaults")
	e.Expect(status).To(Equal(exitFailed), out+errs)
	_, again, _ := strings.Cut(out, "\n  again     understudy ")
	again, _, _ = strings.Cut(again, "\n")
	e.Expect(again).To(HavePrefix("verify --target " + e.profile + " --replay "))
	status, out, errs = e.program(strings.Fields(again)...)
	e.Expect(status).To(Equal(exitFailed), out+errs)
	e.Expect(out).To(ContainSubstring("the same check failed again"))
}

// TestInterrupts: SIGINT and SIGTERM end a run, which cleans up. So does its
// deadline.
func TestInterrupts(t *testing.T) {
	for name, end := range map[string]func(*exec.Cmd){
		"SIGINT":  func(c *exec.Cmd) { _ = c.Process.Signal(syscall.SIGINT) },
		"SIGTERM": func(c *exec.Cmd) { _ = c.Process.Signal(syscall.SIGTERM) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newRemoteTarget(t)
			command, stdout, stderr := e.command("verify", "--target", e.profile, "--access", "write", "--confirm-organization", e.id)
			var once sync.Once
			seen := 0
			e.locked(func() {
				e.onCall = func(*http.Request) {
					e.locked(func() {
						if seen++; seen > 300 {
							once.Do(func() { end(command) })
						}
					})
				}
			})
			e.locked(func() { e.Expect(command.Start()).To(Succeed()) })
			_ = command.Wait()
			e.Expect(command.ProcessState.ExitCode()).To(Equal(exitFailed), stderr.String())
			e.Expect(stdout.String()).To(ContainSubstring("interrupted"))
			e.Expect(stderr.String()).To(ContainSubstring("ending; once more ends at once"))
			e.Expect(e.journals()).To(BeEmpty(), "everything was deleted")
		})
	}
	t.Run("deadline", func(t *testing.T) {
		e := newRemoteTarget(t)
		status, _, errs := e.program("verify", "--target", e.profile, "--deadline", "1ms")
		e.Expect(status).To(Equal(exitUsage), errs)
		e.Expect(errs).To(ContainSubstring("the run took longer than --deadline 1ms"))
		e.Expect(e.written()).To(BeEmpty())
	})
}

// journals are the files in the state directory.
func (e *remoteTarget) journals() []string {
	e.t.Helper()
	files, err := filepath.Glob(filepath.Join(e.state, "understudy", "journals", "posthog.example.com_"+e.id, "*.ndjson"))
	e.Expect(err).NotTo(HaveOccurred())
	return files
}
