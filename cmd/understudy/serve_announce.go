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

// greeting says where everything is, once the fake listens.
type greeting struct {
	World     string       `json:"world"`
	URL       string       `json:"url"`
	Control   string       `json:"control"`
	Dashboard string       `json:"dashboard"`
	Token     string       `json:"control_token,omitempty"`
	Frontend  string       `json:"frontend,omitempty"` // what stands behind the other paths
	Target    string       `json:"target,omitempty"`   // the file of the target profile
	Keys      []greetedKey `json:"keys"`
}

type greetedKey struct {
	Value  string   `json:"value"`
	User   string   `json:"user"`
	Scopes []string `json:"scopes"`
}

func newGreeting(world *fixtures.World, site, target string) *greeting {
	g := &greeting{
		World: world.Name, URL: site, Control: site + "/_understudy", Dashboard: site + "/_understudy/",
		Target: target, Keys: []greetedKey{},
	}
	for _, key := range world.Keys {
		g.Keys = append(g.Keys, greetedKey{key.Value, key.User, append([]string{}, key.Scopes...)})
	}
	return g
}

// guard says the token of the control plane, where it has one.
func (g *greeting) guard(token string) {
	if g.Token = token; token != "" {
		g.Dashboard += "?token=" + url.QueryEscape(token)
	}
}

// writeJSON writes one line, so that a program knows when it has all of it.
func (g *greeting) writeJSON(w io.Writer) error { return json.NewEncoder(w).Encode(g) }

func (g *greeting) writeText(w io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "understudy serves the world %q at %s\n\n", g.World, g.URL)
	fmt.Fprintf(&text, "  dashboard  %s\n", g.Dashboard)
	if g.Token != "" {
		fmt.Fprintf(&text, "  token      %s  of the control plane: curl -H 'Understudy-Control-Token: …'\n", g.Token)
	}
	if g.Frontend != "" {
		fmt.Fprintf(&text, "  frontend   %s/  from %s\n", g.URL, g.Frontend)
	}
	for _, key := range g.Keys {
		fmt.Fprintf(&text, "  key        %s  %s  %s\n", key.Value, key.User, strings.Join(key.Scopes, " "))
	}
	if len(g.Keys) > 0 {
		fmt.Fprintf(&text, "\nTry: curl -H 'Authorization: Bearer %s' %s/api/organizations/@current/domains/\n", g.Keys[0].Value, g.URL)
	}
	_, err := fmt.Fprint(w, text.String())
	return err
}

// writeTarget writes the profile for nobody but its owner to read: it holds keys.
func writeTarget(file string, fake *mock.Server, site string) error {
	profile, err := fake.Profile(site)
	if err != nil {
		return err
	}
	if err := putInPlace(file, append(profile, '\n')); err != nil {
		return fmt.Errorf("cannot write the target profile: %w", err)
	}
	return nil
}

// putInPlace makes a file hold data at once: whoever reads it meanwhile sees what it
// held before. What is no file, such as a pipe, is written to.
func putInPlace(file string, data []byte) error {
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
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
