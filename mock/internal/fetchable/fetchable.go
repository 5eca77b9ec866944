// Package fetchable tells which addresses the real server would agree to fetch.
// It asks nobody: what the real server finds out by a DNS look-up, that a name
// does not exist or points to a private address, is taken as fine. A number that the
// look-up reads as an address needs no answer from anybody: it is read here, too.
//
// The rules and their texts follow posthog/security/url_validation.py.
package fetchable

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// Refusal returns why the server would not fetch address, or "" if it would.
func Refusal(address string) string {
	if strings.Contains(address, `\`) || strings.Contains(strings.ToLower(address), "%5c") {
		return "Invalid URL: ambiguous authority"
	}
	scheme, rest, _ := strings.Cut(address, ":")
	if s := strings.ToLower(scheme); s != "http" && s != "https" {
		return "URL must start with http:// or https://"
	}
	authority, ok := strings.CutPrefix(rest, "//")
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority = authority[:end]
	}
	if !ok || authority == "" {
		return "Missing host"
	}
	return refuseHost(host(authority))
}

// host cuts the credentials and the port from an authority.
func host(authority string) string {
	authority = authority[strings.LastIndex(authority, "@")+1:]
	parsed, err := url.Parse("//" + authority)
	if err != nil {
		return strings.ToLower(strings.Trim(authority, "[]"))
	}
	return strings.TrimRight(strings.ToLower(parsed.Hostname()), ".")
}

var internalSuffixes = []string{
	".local", ".internal", ".svc.cluster.local", ".cluster.local", ".consul", ".lan", ".home",
	".corp", ".localdomain", ".home.arpa", ".intranet", ".priv",
}

func refuseHost(host string) string {
	switch host {
	case "169.254.169.254", "metadata.google.internal":
		return "Local/metadata host"
	case "localhost", "127.0.0.1", "::1":
		return "Local/Loopback host not allowed"
	case "":
		return "Could not resolve host"
	}
	for _, suffix := range internalSuffixes {
		if strings.HasSuffix(host, suffix) {
			return "Internal domain pattern blocked: " + suffix
		}
	}
	if ip, ok := address(host); ok && special(ip) {
		return "Private IP address not allowed"
	}
	return ""
}

// address reads a host that is an address, in whichever form a look-up takes.
func address(host string) (netip.Addr, bool) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap(), true
	}
	return oldAddress(host)
}

// oldAddress reads an IPv4 address as inet_aton(3) does, through which getaddrinfo(3)
// goes: up to four numbers, decimal, octal or hexadecimal, of which the last fills
// whatever bytes are left. 127.1, 2130706433 and 0x7f.1 are one address.
func oldAddress(host string) (netip.Addr, bool) {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var whole uint64
	for i, part := range parts {
		left := 4 - i // bytes
		if last := i == len(parts)-1; !last {
			left = 1
		}
		n, ok := oldNumber(part)
		if !ok || n >= 1<<(8*left) {
			return netip.Addr{}, false
		}
		if left == 1 {
			n <<= 8 * (3 - i)
		}
		whole |= n
	}
	return netip.AddrFrom4([4]byte{byte(whole >> 24), byte(whole >> 16), byte(whole >> 8), byte(whole)}), true
}

// oldNumber reads a number as C writes it.
func oldNumber(text string) (n uint64, ok bool) {
	base := 10
	if digits, hex := strings.CutPrefix(text, "0x"); hex {
		text, base = digits, 16
	} else if len(text) > 1 && text[0] == '0' {
		base = 8
	}
	n, err := strconv.ParseUint(text, base, 32)
	return n, err == nil
}

// specialRanges are what Python's ipaddress module counts as private, reserved,
// link-local, multicast or unspecified, and the carrier-grade NAT range.
var specialRanges = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
	"192.0.0.0/29", "192.0.0.170/31", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"::/8", "100::/64", "2001::/23", "2001:db8::/32", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
)

func prefixes(list ...string) []netip.Prefix {
	parsed := make([]netip.Prefix, len(list))
	for i, text := range list {
		parsed[i] = netip.MustParsePrefix(text)
	}
	return parsed
}

func special(ip netip.Addr) bool {
	for _, prefix := range specialRanges {
		if prefix.Contains(ip) {
			return true
		}
	}
	return false
}
