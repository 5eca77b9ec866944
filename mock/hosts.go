package mock

import (
	"net"
	"slices"
	"strings"
)

// LoopbackHosts are the names of the own machine. A server that answers only to
// them cannot be reached by a foreign page through a DNS name of its own.
var LoopbackHosts = []string{"localhost", "127.0.0.1", "::1"}

func (k *core) expects(host string) bool {
	if len(k.config.hosts) == 0 {
		return true
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	return slices.Contains(k.config.hosts, name) || strings.HasSuffix(name, ".localhost")
}
