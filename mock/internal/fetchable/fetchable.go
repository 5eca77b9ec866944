// Package fetchable decides which addresses the real server would agree to fetch. It
// never uses the network: names pass that the real server would refuse after a DNS
// look-up, because they do not exist or resolve to a private address. Numbers that the
// look-up takes for an address are checked here, too.
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

// host removes the credentials and the port from an authority.
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
	if ip, ok := address(host); ok && isReserved(ip) {
		return "Private IP address not allowed"
	}
	return ""
}

// address parses a host that is an IP address, in any form that a look-up accepts.
func address(host string) (netip.Addr, bool) {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Unmap(), true
	}
	return parseInetAton(host)
}

// parseInetAton parses an IPv4 address like inet_aton(3), which getaddrinfo(3)
// uses: up to four numbers, decimal, octal or hexadecimal, of which the last fills
// the remaining bytes. 127.1, 2130706433 and 0x7f.1 are one address.
func parseInetAton(host string) (netip.Addr, bool) {
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
		n, ok := parseCNumber(part)
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

// parseCNumber parses a number as C writes it.
func parseCNumber(text string) (n uint64, ok bool) {
	base := 10
	if digits, hex := strings.CutPrefix(text, "0x"); hex {
		text, base = digits, 16
	} else if len(text) > 1 && text[0] == '0' {
		base = 8
	}
	n, err := strconv.ParseUint(text, base, 32)
	return n, err == nil
}

// reservedRanges are what Python's ipaddress module counts as private, reserved,
// link-local, multicast or unspecified, and the carrier-grade NAT range.
var reservedRanges = prefixes(
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

func isReserved(ip netip.Addr) bool {
	for _, prefix := range reservedRanges {
		if prefix.Contains(ip) {
			return true
		}
	}
	return false
}
