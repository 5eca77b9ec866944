package main

import (
	"crypto/rand"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/mock"
)

// controlTokenVariable holds the token of the control plane. No flag does: a command
// line can be read by everybody on the machine.
const controlTokenVariable = "UNDERSTUDY_CONTROL_TOKEN"

// controlToken is what the control plane asks for, "" for nothing. Where more than
// the programs of this machine reach it there is always one.
func (cmd *serveCommand) controlToken(address *net.TCPAddr) string {
	if token := strings.TrimSpace(os.Getenv(controlTokenVariable)); token != "" {
		return token
	}
	if cmd.exposed(address) {
		return rand.Text()
	}
	return ""
}

// exposed tells whether others than the programs of this machine reach the server:
// other machines, or pages under a name that somebody pointed at this machine.
func (cmd *serveCommand) exposed(address *net.TCPAddr) bool {
	return !address.IP.IsLoopback() || slices.Contains(cmd.AllowHost, "*")
}

// hosts are the names to answer for, nil for any: those of this machine, the address
// that was asked for, and those that were named.
func (cmd *serveCommand) hosts(address *net.TCPAddr) []string {
	if slices.Contains(cmd.AllowHost, "*") {
		return nil
	}
	hosts := append(slices.Clone(mock.LoopbackHosts), cmd.AllowHost...)
	if name, _, err := net.SplitHostPort(cmd.Addr); err == nil && name != "" && !address.IP.IsUnspecified() {
		hosts = append(hosts, strings.ToLower(name), address.IP.String())
	}
	return hosts
}

// siteAt is the address of a server for this machine: one that listens everywhere is
// reached like one that does not.
func siteAt(address net.Addr) string {
	tcp, ok := address.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return "http://" + address.String()
	}
	return "http://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
}
