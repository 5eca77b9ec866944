package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// TestKilledAndSwept kills runs of the suite at random moments, counted in requests
// that the target has seen, sweeps, and holds the world against what it was. UNDERSTUDY_KILLS=50
// has so many rounds.
func TestKilledAndSwept(t *testing.T) {
	skipUnderRace(t, "plays the suite several times")
	rounds := 2
	if text := os.Getenv("UNDERSTUDY_KILLS"); text != "" {
		rounds, _ = strconv.Atoi(text)
	}
	for _, tc := range []struct {
		name   string
		change map[string]any
	}{
		{"a fake", map[string]any{}},
		{"a deployment", map[string]any{"control": nil, "allow": []string{"create_organizations", "create_projects", "change_known"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			k := newKillings(t, tc.change)
			seed := rand.Uint64()
			random := rand.New(rand.NewPCG(seed, 0))
			t.Logf("seed %d", seed)
			for round := range rounds {
				k.killAndSweep(round, 1+random.Int64N(k.requests), random.IntN(2) == 0)
			}
			t.Logf("%d of %d kills left something to sweep; after sweeping nothing was left, and nothing lost", k.inTheMiddle, rounds)
			if rounds >= 10 {
				g.Expect(k.inTheMiddle).To(BeNumerically(">", rounds/2), "kills that leave nothing prove nothing")
			}
		})
	}
}

// killings are runs against one target that are killed.
type killings struct {
	*WithT
	t             *testing.T
	site          *countingSite
	full          *target.Profile // with the control plane, to look at the world
	file, journal string
	flags         []string // of a run that writes
	before        string
	requests      int64 // of a run that nobody kills
	inTheMiddle   int   // kills that left something
}

// newKillings starts a target whose profile has some fields changed, and plays the suite once.
func newKillings(t *testing.T, change map[string]any) *killings {
	t.Helper()
	fake, err := mock.New()
	g := NewWithT(t)
	g.Expect(err).NotTo(HaveOccurred())
	k := &killings{WithT: g, t: t, site: newCountingSite(t, fake), file: filepath.Join(t.TempDir(), "target.json"), journal: filepath.Join(t.TempDir(), "journal.ndjson")}
	data, err := fake.Profile(k.site.url)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.WriteFile(k.file, data, 0o600)).To(Succeed())
	k.full, err = target.Load(k.file)
	g.Expect(err).NotTo(HaveOccurred())
	profile := map[string]any{}
	g.Expect(json.Unmarshal(data, &profile)).To(Succeed())
	maps.Copy(profile, change)
	data, err = json.Marshal(profile)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(os.WriteFile(k.file, data, 0o600)).To(Succeed())
	k.flags = []string{"verify", "--target", k.file, "--access", "write", "--confirm-organization", k.full.Organization.ID}

	k.site.at.Store(-1)
	var out, errs bytes.Buffer
	g.Expect(run(t.Context(), k.flags, streams{nil, &out, &errs})).To(Equal(exitOK), out.String()+errs.String())
	k.requests, k.before = k.site.seen.Load(), stateOf(t, k.full)
	return k
}

// killAndSweep kills a run at a request, before or after it is answered, and sweeps twice.
func (k *killings) killAndSweep(round int, at int64, after bool) {
	k.t.Helper()
	interrupted := k.site.killAt(k.t, at, after, append(k.flags, "--journal", k.journal)...)
	if stateOf(k.t, k.full) != k.before {
		k.inTheMiddle++
	}
	sweep := func() string {
		var out, errs bytes.Buffer
		k.Expect(run(k.t.Context(), []string{"sweep", "--target", k.file, "--journal", k.journal}, streams{nil, &out, &errs})).
			To(Equal(exitOK), "round %d, killed %v at request %d: %s%s", round, interrupted, at, out.String(), errs.String())
		return out.String()
	}
	said := sweep()
	k.Expect(changedLines(k.before, stateOf(k.t, k.full))).To(BeEmpty(), "round %d, killed at request %d: %s", round, at, said)
	k.Expect(sweep()).To(Equal("0 removed, 0 kept, 0 left\n"), "a second sweep has nothing to do")
}

// countingSite is a target that tells when it has seen so many requests, before or
// after it answers the last of them.
type countingSite struct {
	url   string
	seen  atomic.Int64
	at    atomic.Int64
	after atomic.Bool
	hit   chan struct{}

	mu    sync.Mutex
	idle  *sync.Cond
	conns map[net.Conn]bool
}

// note keeps count of the connections.
func (site *countingSite) note(c net.Conn, state http.ConnState) {
	site.mu.Lock()
	defer site.mu.Unlock()
	switch state {
	case http.StateNew:
		site.conns[c] = true
	case http.StateClosed, http.StateHijacked:
		delete(site.conns, c)
	}
	site.idle.Broadcast()
}

// waitIdle waits until everything that was sent has been answered: until no connection
// is left.
func (site *countingSite) waitIdle() {
	http.DefaultClient.CloseIdleConnections()
	site.mu.Lock()
	defer site.mu.Unlock()
	for len(site.conns) > 0 {
		site.idle.Wait()
	}
}

func newCountingSite(t *testing.T, fake http.Handler) *countingSite {
	t.Helper()
	site := &countingSite{hit: make(chan struct{}, 1), conns: map[net.Conn]bool{}}
	site.idle = sync.NewCond(&site.mu)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := site.seen.Add(1) == site.at.Load()
		if now && !site.after.Load() {
			site.hit <- struct{}{}
		}
		fake.ServeHTTP(w, r)
		if now && site.after.Load() {
			site.hit <- struct{}{}
		}
	}))
	server.Config.ConnState = site.note
	server.Start()
	t.Cleanup(server.Close)
	site.url = server.URL
	return site
}

// killAt starts the program and kills it with the request of a number. It tells
// whether the program was still running.
func (site *countingSite) killAt(t *testing.T, at int64, after bool, args ...string) bool {
	t.Helper()
	site.seen.Store(0)
	site.at.Store(at)
	site.after.Store(after)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), self, args...)
	command.Env = append(os.Environ(), "UNDERSTUDY_TEST_PROGRAM=1")
	command.Stdout, command.Stderr = io.Discard, io.Discard
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = command.Wait() // whether it succeeds is not what the test is about
	}()
	select {
	case <-site.hit:
		_ = command.Process.Kill() // it may have ended just now
		<-ended
		// Connections are taken in their order: when this one is, so is all that was sent before.
		fetch(t, site.url+"/_understudy/health", "")
		site.waitIdle()
		return true
	case <-ended:
		site.at.Store(-1)
		return false
	}
}

// stateOf is what the API and the control plane show of the world. The outbox is
// no part of it: mail that went out cannot be called back.
func stateOf(t *testing.T, profile *target.Profile) string {
	t.Helper()
	var all strings.Builder
	for _, organization := range []string{profile.Organization.ID, profile.Known.FeaturelessOrganization.ID} {
		for _, collection := range []string{"", "domains/", "identity_provider_configs/", "integrations/", "invites/", "members/", "roles/", "projects/"} {
			path := "/api/organizations/" + organization + "/" + collection + "?limit=1000"
			all.WriteString(path + "\n" + fetch(t, profile.BaseURL+path, profile.Credentials["admin"].PersonalAPIKey) + "\n")
		}
		all.WriteString(fetch(t, profile.Control+"/organizations/"+organization, "") + "\n")
	}
	for _, path := range []string{"/dns", "/keys"} {
		all.WriteString(path + "\n" + fetch(t, profile.Control+path, "") + "\n")
	}
	return all.String()
}

// changedLines are the lines that only one of two texts has.
func changedLines(before, after string) (lines []string) {
	count := map[string]int{}
	for line := range strings.SplitSeq(before, "\n") {
		count["gone: "+line]++
	}
	for line := range strings.SplitSeq(after, "\n") {
		if count["gone: "+line]--; count["gone: "+line] < 0 {
			lines = append(lines, "left: "+line)
		}
	}
	for line, n := range count {
		if n > 0 {
			lines = append(lines, line)
		}
	}
	return lines
}

// fetch is the body of an answer, with its keys in order.
func fetch(t *testing.T, address, key string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var value any
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if json.Unmarshal(body, &value) != nil {
		return fmt.Sprint(answer.StatusCode)
	}
	ordered, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return touched.ReplaceAllString(string(ordered), `"$1": …`)
}

// touched is what logging in, and a change that is taken back, leave.
var touched = regexp.MustCompile(`"(last_login|updated_at)": [^,\n]*`)
