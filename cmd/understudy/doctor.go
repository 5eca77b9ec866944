package main

import (
	"context"
	"fmt"
	"net/url"

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
	profile := d.target(cmd.Target)
	site := ""
	if profile != nil {
		site = profile.Control
	}
	r, err := cmd.remote(site)
	if err != nil {
		return err
	}
	d.URL = r.site()
	d.sameFake(profile, r)
	d.proxies(r)
	d.world(cmd.World)
	d.fake(ctx, cmd, r, profile)
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

// fake examines the fake itself. What needs an answer is left out when there is none.
func (d *diagnosis) fake(ctx context.Context, cmd *doctorCommand, r *remote, profile *target.Profile) {
	health := d.health(ctx, r)
	if health == nil {
		return
	}
	d.version(health)
	d.hosts(ctx, r, cmd.Host)
	site, own := d.control(ctx, r)
	d.clock(ctx, r, site)
	key := cmd.Key
	for _, p := range []*target.Profile{profile, own} {
		if key == "" && p != nil {
			key = mainKey(p)
		}
	}
	d.key(ctx, r, site, key)
	if cmd.Origin != "" {
		d.origin(ctx, r, site, cmd.Origin, key)
	}
}

// checkOrigin wants what browsers send as an origin.
func checkOrigin(origin string) error {
	if origin == "" {
		return nil
	}
	if u, err := url.Parse(origin); err != nil || u.Hostname() == "" || u.Scheme+"://"+u.Host != origin {
		return fmt.Errorf("--origin %s: want a scheme, a host and perhaps a port, as http://localhost:5173, without a path", origin)
	}
	return nil
}
