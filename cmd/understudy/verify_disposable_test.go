package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
)

// TestDisposable: only a target that says so itself, or that somebody confirmed, is written
// to without being told, wherever it is.
func TestDisposable(t *testing.T) {
	confirm := []string{"--confirm-organization", "01900000-0001-7000-8000-000000000001"}
	for _, tc := range []struct {
		name    string
		profile map[string]any
		runs    [][]string // the flags of runs, one after another
		writes  []bool     // what each did
	}{
		{"a fake elsewhere", map[string]any{}, [][]string{nil}, []bool{true}},
		{"a fake elsewhere, for reading", map[string]any{}, [][]string{{"--access", "read"}}, []bool{false}},
		{"a claim that is not confirmed", map[string]any{"control": nil, "disposable": true}, [][]string{nil, nil}, []bool{false, false}},
		{"a claim that is confirmed, which is remembered", map[string]any{"control": nil, "disposable": true}, [][]string{confirm, nil}, []bool{true, true}},
		{"a plan, which confirms nothing", map[string]any{"control": nil, "disposable": true}, [][]string{append([]string{"--plan"}, confirm...), nil}, []bool{false, false}},
		{"neither", map[string]any{"control": nil}, [][]string{append([]string{"--access", "write"}, confirm...), nil}, []bool{true, false}},
		{"a fake with another organization", map[string]any{"organization": map[string]any{"id": "01900000-0001-7000-8000-00000000ffff"}}, [][]string{nil}, []bool{false}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e := newRemoteTarget(t)
			e.describe(tc.profile)
			for i, flags := range tc.runs {
				e.locked(func() { e.wrote = nil })
				_, out, errs := e.program(append([]string{"verify", "--target", e.profile, "--run", "domains.create.defaults"}, flags...)...)
				if tc.writes[i] {
					e.Expect(e.written()).NotTo(BeEmpty(), out+errs)
				} else {
					e.Expect(e.written()).To(BeEmpty(), out+errs)
				}
			}
			e.Expect(e.journals()).To(BeEmpty())
		})
	}
}

// TestControlPlaneOfAnother: a control plane says nothing about a target on another host.
func TestControlPlaneOfAnother(t *testing.T) {
	e := newRemoteTarget(t)
	fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"status": "ok", "id": "` + e.id + `"}`))
	}))
	t.Cleanup(fake.Close)
	e.describe(map[string]any{"control": fake.URL + "/_understudy"})
	_, out, errs := e.program("verify", "--target", e.profile, "--run", "domains.create.defaults")
	e.Expect(e.written()).To(BeEmpty(), out+errs)
}

// TestLoopbackIsNoLicence: a port of this machine may lead anywhere. A run that writes keeps
// a journal there, too.
func TestLoopbackIsNoLicence(t *testing.T) {
	e := newRemoteTarget(t)
	e.describe(map[string]any{"control": nil, "base_url": e.proxy})
	status, out, errs := e.program("verify", "--target", e.profile, "--run", "domains.create.defaults", "--access", "write")
	e.Expect(status).To(Equal(exitUsage), out)
	e.Expect(errs).To(ContainSubstring("is not known to be disposable: to write to it add --confirm-organization " + e.id))
	e.Expect(e.written()).To(BeEmpty())

	seen := false
	e.locked(func() {
		e.onCall = func(r *http.Request) {
			if r.Method != http.MethodPost {
				return
			}
			files, _ := filepath.Glob(filepath.Join(e.state, "understudy", "journals", "*", "*.ndjson")) // the pattern is fine
			seen = seen || len(files) == 1
		}
	})
	status, out, errs = e.program("verify", "--target", e.profile, "--run", "domains.create.defaults", "--access", "write", "--confirm-organization", e.id)
	e.Expect(status).To(Equal(exitOK), out+errs)
	e.Expect(seen).To(BeTrue(), "the journal is there before the request is sent")
	left, err := os.ReadDir(filepath.Join(e.state, "understudy", "journals"))
	e.Expect(err).NotTo(HaveOccurred())
	e.Expect(left).To(HaveLen(1))
}
