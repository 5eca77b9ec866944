package mock

import (
	"encoding/json"
	"net"
	"net/http"
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

// refuseHost answers in the fake's own form: the real API has no such rule.
func refuseHost(w http.ResponseWriter, host string) {
	writeRefusal(w, http.StatusMisdirectedRequest, "refused_host",
		"understudy does not answer for the host "+host+". Add it with --allow-host.")
}

// writeRefusal refuses in the fake's own form before a request is routed.
func writeRefusal(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"understudy": code, "detail": detail})
}
