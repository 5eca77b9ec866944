package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/understudy-dev/understudy/fixtures"
)

// greeting says where everything is, once the fake listens.
type greeting struct {
	World     string       `json:"world"`
	URL       string       `json:"url"`
	Control   string       `json:"control"`
	Dashboard string       `json:"dashboard"`
	Target    string       `json:"target,omitempty"` // the file of the target profile
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

// writeJSON writes one line, so that a program knows when it has all of it.
func (g *greeting) writeJSON(w io.Writer) error { return json.NewEncoder(w).Encode(g) }

func (g *greeting) writeText(w io.Writer) error {
	var text strings.Builder
	fmt.Fprintf(&text, "understudy serves the world %q at %s\n\n", g.World, g.URL)
	fmt.Fprintf(&text, "  dashboard  %s\n", g.Dashboard)
	for _, key := range g.Keys {
		fmt.Fprintf(&text, "  key        %s  %s  %s\n", key.Value, key.User, strings.Join(key.Scopes, " "))
	}
	if len(g.Keys) > 0 {
		fmt.Fprintf(&text, "\nTry: curl -H 'Authorization: Bearer %s' %s/api/organizations/@current/domains/\n", g.Keys[0].Value, g.URL)
	}
	_, err := fmt.Fprint(w, text.String())
	return err
}
