package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

// announcement is what serve prints once the fake listens: the addresses and the keys.
type announcement struct {
	World     string         `json:"world"`
	Revision  string         `json:"revision"` // of the API
	URL       string         `json:"url"`
	Control   string         `json:"control"`
	Dashboard string         `json:"dashboard"`
	Token     string         `json:"control_token,omitempty"`
	Frontend  string         `json:"frontend,omitempty"` // the server of --proxy-ui
	Target    string         `json:"target,omitempty"`   // the file of the target profile
	Keys      []announcedKey `json:"keys"`
}

type announcedKey struct {
	Value  string   `json:"value"`
	User   string   `json:"user"`
	Scopes []string `json:"scopes"`
}

func newAnnouncement(world *fixtures.World, revision, site, target string) *announcement {
	a := &announcement{
		World: world.Name, Revision: revision, URL: site, Control: site + "/_understudy", Dashboard: site + "/_understudy/",
		Target: target, Keys: []announcedKey{},
	}
	for _, key := range world.Keys {
		a.Keys = append(a.Keys, announcedKey{key.Value, key.User, append([]string{}, key.Scopes...)})
	}
	return a
}

// setControlToken adds the token of the control plane, "" for none.
func (a *announcement) setControlToken(token string) {
	if a.Token = token; token != "" {
		a.Dashboard += "?token=" + url.QueryEscape(token)
	}
}

// writeJSON writes one line, so that a program knows when it has read all.
func (a *announcement) writeJSON(w io.Writer) error { return json.NewEncoder(w).Encode(a) }

func (a *announcement) writeText(w io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "understudy serves the world %q at %s\n\n", a.World, a.URL)
	fmt.Fprintf(&text, "  revision   %s  of the API; understudy revisions lists them\n", a.Revision)
	fmt.Fprintf(&text, "  dashboard  %s\n", a.Dashboard)
	if a.Token != "" {
		fmt.Fprintf(&text, "  token      %s  of the control plane: curl -H 'Understudy-Control-Token: …'\n", a.Token)
	}
	if a.Frontend != "" {
		fmt.Fprintf(&text, "  frontend   %s/  from %s\n", a.URL, a.Frontend)
	}
	for _, key := range a.Keys {
		fmt.Fprintf(&text, "  key        %s  %s  %s\n", key.Value, key.User, strings.Join(key.Scopes, " "))
	}
	if len(a.Keys) > 0 {
		fmt.Fprintf(&text, "\nTry: curl -H 'Authorization: Bearer %s' %s/api/organizations/@current/domains/\n", a.Keys[0].Value, a.URL)
	}
	_, err := fmt.Fprint(w, text.String())
	return err
}

// noteLeftOut says what of the world the revision cannot hold.
func noteLeftOut(w io.Writer, fake *mock.Server) {
	for _, what := range fake.LeftOut() {
		_, _ = fmt.Fprintf(w, "understudy: left out of the world: %s\n", what)
	}
}

// writeTarget writes the target profile. Only the owner of the file can read it, as it
// holds keys.
func writeTarget(file string, fake *mock.Server, site string) error {
	profile, err := fake.Profile(site)
	if err != nil {
		return err
	}
	if err := replaceFile(file, append(profile, '\n')); err != nil {
		return fmt.Errorf("cannot write the target profile: %w", err)
	}
	return nil
}

// replaceFile replaces a file atomically: a concurrent reader sees the old content or the
// new. What is no regular file, such as a pipe, is written to. google/renameio does not
// build for Windows, and would replace a pipe.
func replaceFile(file string, data []byte) error {
	if resolved, err := filepath.EvalSymlinks(file); err == nil {
		file = resolved
	}
	if info, err := os.Stat(file); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(file, data, 0o600)
	}
	next, err := os.CreateTemp(filepath.Dir(file), ".understudy-*") // for its owner only
	if err != nil {
		return err
	}
	_, err = next.Write(data)
	if err = errors.Join(err, next.Close()); err == nil {
		err = os.Rename(next.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(next.Name()))
	}
	return nil
}
