package main

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"runtime"
	"strings"

	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/fixtures"
)

// The set-up around the fake: files and the environment.

// checkProxy looks for a proxy that clients would ask instead of the fake. This program
// and others in Go never do for this machine; curl, Python and Node do.
func (d *diagnosis) checkProxy(r *remote) {
	const check = "proxy"
	name, proxy := proxyFor(r.root)
	host := hostOf(r.root)
	switch {
	case proxy == "":
		d.ok(check, "the environment names no proxy")
	case inNoProxy(firstEnv("NO_PROXY", "no_proxy"), host):
		d.ok(check, "%s is set, and NO_PROXY leaves out %s", name, host)
	default:
		names := host
		if isLoopback(host) {
			names = "localhost,127.0.0.1,::1"
		}
		d.warn(check, fmt.Sprintf(`export NO_PROXY="${NO_PROXY:+$NO_PROXY,}%s"`, names),
			"%s is %s, and NO_PROXY does not name %s: clients ask the proxy for the fake", name, withoutPassword(proxy), host)
	}
}

// proxyFor returns the variable that names a proxy for a URL, and its value.
func proxyFor(site string) (name, proxy string) {
	names := []string{"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}
	if strings.HasPrefix(site, "https:") {
		names = append([]string{"https_proxy", "HTTPS_PROXY"}, names[2:]...)
	}
	for _, name := range names {
		if proxy := os.Getenv(name); proxy != "" {
			return name, proxy
		}
	}
	return "", ""
}

func firstEnv(names ...string) string {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// inNoProxy reports whether a list as in NO_PROXY names a host: itself, a domain above it,
// its network, or everything. golang.org/x/net/http/httpproxy cannot tell: it never uses a
// proxy for this machine, whatever the list.
func inNoProxy(list, host string) bool {
	address, _ := netip.ParseAddr(host)
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.ToLower(strings.TrimSpace(entry))
		if network, err := netip.ParsePrefix(entry); err == nil && network.Contains(address) {
			return true
		}
		if name, _, err := net.SplitHostPort(entry); err == nil {
			entry = name
		}
		entry = strings.Trim(entry, "[]")
		domain := strings.TrimPrefix(strings.TrimPrefix(entry, "*"), ".")
		if entry == "*" || entry == host || domain != "" && strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

func hostOf(site string) string {
	u, err := url.Parse(site)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// isLoopback reports whether a host is this machine.
func isLoopback(host string) bool {
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}

// withoutPassword returns an address that may be shown.
func withoutPassword(address string) string {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Redacted()
	}
	if _, behind, found := strings.Cut(address, "@"); found {
		return behind
	}
	return address
}

// checkWorld checks a world, if one is named.
func (d *diagnosis) checkWorld(nameOrFile string) {
	if nameOrFile == "" {
		return
	}
	const check = "world"
	w, err := fixtures.Resolve(nameOrFile)
	if err != nil {
		d.fail(check, "correct it; 'understudy fixtures check "+nameOrFile+"' tells when it is right", "%v", err)
		return
	}
	d.ok(check, "%s: the world %q is fine", nameOrFile, w.Name)
}

// checkTarget checks a target profile, if one is named, and who may read it.
func (d *diagnosis) checkTarget(file string) *target.Profile {
	if file == "" {
		return nil
	}
	const check = "target"
	p, err := target.Load(file)
	if err != nil {
		d.fail(check, "correct it, or have it written: understudy serve --target-out "+file, "%v", err)
		return nil
	}
	info, err := os.Stat(file)
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 && holdsSecrets(file) {
		d.warn(check, "chmod 600 "+file, "%s holds keys or passwords, and others may read it (%v)", file, info.Mode().Perm())
		return p
	}
	d.ok(check, "%s is a profile of %s", file, p.BaseURL)
	return p
}

// holdsSecrets reports whether a profile has secrets itself, and not only names of
// variables that have them.
func holdsSecrets(file string) bool {
	text, err := os.ReadFile(file)
	if err != nil {
		return false
	}
	const byVariable = "from a variable"
	p, err := target.Parse(text, file, func(string) (string, bool) { return byVariable, true })
	if err != nil {
		return true // a variable stands for what cannot be said so
	}
	secrets := []string{}
	for _, c := range p.Credentials {
		secrets = append(secrets, c.PersonalAPIKey, c.Password)
		if c.Session != nil {
			secrets = append(secrets, c.Session.Cookie, c.Session.CSRFToken)
		}
	}
	if p.Known.SCIM != nil {
		secrets = append(secrets, p.Known.SCIM.Token)
	}
	for _, secret := range secrets {
		if secret != "" && secret != byVariable {
			return true
		}
	}
	return false
}

// checkSameFake warns of a profile of another fake than the one that is examined.
func (d *diagnosis) checkSameFake(p *target.Profile, r *remote) {
	if p == nil || p.Control == "" {
		return
	}
	if p.Control != r.site()+controlPath {
		d.warn("target", "name one of the two, or have the profile written again", "the profile is about %s, not about %s", strings.TrimSuffix(p.Control, controlPath), r.site())
	}
}
