package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance"
)

// A target is disposable when nothing there is worth keeping. Its address tells nothing: a
// port of this machine may lead to production. So the fake's control plane is asked, and of
// anything else the profile has to say so, and somebody to confirm that once.

// disposable reports whether a target is, and takes from its profile what does not hold:
// then known things are not changed.
func (f *safetyFlags) disposable(ctx context.Context, t *conformance.Target, w io.Writer) (bool, error) {
	if t.Control != "" {
		proven, err := f.provenByControl(ctx, t, w)
		if err != nil || proven {
			return proven, err
		}
	}
	if !t.Disposable {
		return false, nil
	}
	file, err := confirmationFile(t)
	if err != nil {
		return false, err
	}
	confirmed := strings.EqualFold(f.ConfirmOrganization, t.Organization.ID)
	switch _, missing := os.Stat(file); {
	case missing == nil:
		return true, nil
	case confirmed && !f.Plan:
		return true, rememberConfirmation(file, t)
	case !confirmed:
		t.Disposable = false
		_, _ = fmt.Fprintf(w, "understudy: the profile says that %s is disposable; say so once more with --confirm-organization %s, and later runs write to it without being told\n", t.BaseURL, t.Organization.ID)
	}
	return confirmed, nil
}

// provenByControl reports whether the control plane of the profile is a fake's, and of the
// target. One of something else is not counted on.
func (f *safetyFlags) provenByControl(ctx context.Context, t *conformance.Target, w io.Writer) (proven bool, err error) {
	found, err := conformance.AskControlPlane(ctx, t, conformance.Connection{Timeout: f.Timeout, CAFile: f.CAFile})
	if found.Answers && !found.Proves {
		_, _ = fmt.Fprintf(w, "understudy: the control plane at %s is not that of %s, and is not counted on\n", t.Control, t.BaseURL)
		t.Control = ""
	}
	return found.Proves, err
}

// confirmation is what is kept of a target whose profile says that it is disposable.
type confirmation struct {
	BaseURL      string    `json:"base_url"`
	Organization string    `json:"organization"`
	ConfirmedAt  time.Time `json:"confirmed_at"`
}

// confirmationFile returns the name of the file that keeps the confirmation of a target.
func confirmationFile(t *conformance.Target) (string, error) {
	name, err := stateName(t)
	if err != nil {
		return "", err
	}
	state, err := stateFolder()
	return filepath.Join(state, "disposable", name+".json"), err
}

func rememberConfirmation(file string, t *conformance.Target) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	text, err := json.MarshalIndent(confirmation{conformance.JournalTarget(t).BaseURL, t.Organization.ID, time.Now().UTC()}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}
