package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/understudy-dev/understudy/conformance/target"
)

type doctorCommand struct {
	remoteFlags
	Key    string   `placeholder:"KEY" help:"A personal API key to try. Default: that of --target, or one that the fake names."`
	Origin string   `placeholder:"ORIGIN" help:"Where pages come from that use the API, as http://localhost:5173."`
	Host   []string `placeholder:"NAME" help:"A name that clients call the fake by, as that of its container; may be repeated."`
	World  string   `placeholder:"FILE" help:"A world to look at."`
	Target string   `placeholder:"FILE" help:"A target profile to look at. Without --url it also says where the fake is."`
	JSON   bool     `name:"json" help:"Print the findings as JSON."`
}

// Help is shown below the flags.
func (doctorCommand) Help() string {
	return `Looks at everything between a client and the fake, and says what to do about what is
wrong: proxies in the environment, the files, whether the fake answers and is of this
version, by which names, its control plane, its clock, the key, pages of --origin.
It changes nothing.

Exit status:
  0  nothing is wrong; there may be warnings
  1  there is a problem
  2  wrong use

Examples:
  understudy doctor
  understudy doctor --url http://127.0.0.1:8010/_sandbox/mine --origin http://localhost:5173
  understudy doctor --world world.yaml --target target.json --json`
}

// Run examines and reports.
func (cmd *doctorCommand) Run(ctx context.Context, std streams) error {
	if err := checkOrigin(cmd.Origin); err != nil {
		return err
	}
	d := &diagnosis{}
	profile := d.checkTarget(cmd.Target)
	site := ""
	if profile != nil {
		site = profile.Control
	}
	r, err := cmd.remote(site)
	if err != nil {
		return err
	}
	d.URL = r.site()
	d.checkSameFake(profile, r)
	d.checkProxy(r)
	d.checkWorld(cmd.World)
	d.checkFake(ctx, cmd, r, profile)
	write := d.writeText
	if cmd.JSON {
		write = d.writeJSON
	}
	if err := write(std.out); err != nil {
		return err
	}
	if d.Problems > 0 {
		return errFailed
	}
	return nil
}

// checkFake examines the fake itself. Without an answer it leaves out what needs one.
func (d *diagnosis) checkFake(ctx context.Context, cmd *doctorCommand, r *remote, profile *target.Profile) {
	health := d.checkHealth(ctx, r)
	if health == nil {
		return
	}
	d.checkVersion(health)
	d.checkHosts(ctx, r, cmd.Host)
	site, own := d.checkControl(ctx, r)
	d.checkClock(ctx, r, site)
	key := cmd.Key
	for _, p := range []*target.Profile{profile, own} {
		if key == "" && p != nil {
			key = mainKey(p)
		}
	}
	d.checkKey(ctx, r, site, key)
	if cmd.Origin != "" {
		d.checkCORS(ctx, r, site, cmd.Origin, key)
	}
}

// checkOrigin refuses what no browser sends as an origin.
func checkOrigin(origin string) error {
	if origin == "" {
		return nil
	}
	if u, err := url.Parse(origin); err != nil || u.Hostname() == "" || u.Scheme+"://"+u.Host != origin {
		return fmt.Errorf("--origin %s: want a scheme, a host and perhaps a port, as http://localhost:5173, without a path", origin)
	}
	return nil
}

// The states of a finding, as reports have them.
const (
	stateOK      = "ok"
	stateWarning = "warning"
	stateProblem = "problem"
)

// finding is the result of one check.
type finding struct {
	Check string `json:"check"`
	State string `json:"state"`
	Says  string `json:"says"`
	Do    string `json:"do,omitempty"`
}

// diagnosis collects the findings about a set-up.
type diagnosis struct {
	URL      string    `json:"url"`
	Findings []finding `json:"findings"`
	Problems int       `json:"problems"`
	Warnings int       `json:"warnings"`
}

func (d *diagnosis) ok(check, format string, args ...any) {
	d.Findings = append(d.Findings, finding{check, stateOK, fmt.Sprintf(format, args...), ""})
}

// warn adds what may be intended; do says what to do if it is not.
func (d *diagnosis) warn(check, do, format string, args ...any) {
	d.Warnings++
	d.Findings = append(d.Findings, finding{check, stateWarning, fmt.Sprintf(format, args...), do})
}

// fail adds what cannot work; do says what to do.
func (d *diagnosis) fail(check, do, format string, args ...any) {
	d.Problems++
	d.Findings = append(d.Findings, finding{check, stateProblem, fmt.Sprintf(format, args...), do})
}

func (d *diagnosis) writeJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(d)
}

func (d *diagnosis) writeText(w io.Writer) error {
	var text strings.Builder
	for _, f := range d.Findings {
		fmt.Fprintf(&text, "%-7s  %-8s  %s\n", f.State, f.Check, indented(f.Says))
		if f.Do != "" {
			fmt.Fprintf(&text, "%s-> %s\n", margin, indented(f.Do))
		}
	}
	fmt.Fprintf(&text, "\n%s: %s, %s\n", d.URL, count(d.Problems, stateProblem), count(d.Warnings, stateWarning))
	_, err := fmt.Fprint(w, text.String())
	return err
}

// margin is as wide as the columns before the text of a finding.
var margin = strings.Repeat(" ", 19)

// indented aligns further lines with the first.
func indented(text string) string { return strings.ReplaceAll(text, "\n", "\n"+margin) }

func count(n int, what string) string {
	switch n {
	case 0:
		return "no " + what
	case 1:
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
