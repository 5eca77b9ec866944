package server

import (
	"net"
	"slices"
	"strings"
)

// expectsHost reports whether the server answers for a host.
func (s *Server) expectsHost(host string) bool {
	if len(s.config.Hosts) == 0 {
		return true
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	return slices.Contains(s.config.Hosts, name) || strings.HasSuffix(name, ".localhost")
}
