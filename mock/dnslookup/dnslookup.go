// Package dnslookup answers the fake's domain verification from real DNS:
//
//	server, err := dnslookup.Server("127.0.0.1:5353")
//	fake, err := mock.New(mock.WithResolver(server))
//
// A name that does not exist and a name without TXT records are no records and
// no error, as they are to the real server. Everything else that is no answer is
// an error, on which the real server answers with status 500.
// Source: attempt_verification in posthog/models/organization_domain.py.
//
// A TXT record of several parts, as long ones have, is one text here. The real
// server compares the first part alone, in which every challenge fits.
package dnslookup

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// System asks the resolver of the machine.
type System struct{}

// LookupTXT returns the TXT records under a name.
func (System) LookupTXT(ctx context.Context, name string) ([]string, error) {
	// With its final dot the name is not tried in the machine's search domains.
	values, err := net.DefaultResolver.LookupTXT(ctx, dns.Fqdn(name))
	var problem *net.DNSError
	if errors.As(err, &problem) && problem.IsNotFound {
		return nil, nil
	}
	return values, err
}

// NameServer asks one name server. It is safe for concurrent use.
type NameServer struct {
	address  string
	udp, tcp *dns.Client
}

const (
	// attempts is how often a question is asked over UDP, which loses packets.
	attempts = 3
	// attemptTimeout is how long each may take; the caller's context ends it earlier.
	attemptTimeout = 1500 * time.Millisecond
	// udpSize is the largest answer over UDP that networks pass without trouble.
	udpSize = 1232
)

// Server returns the name server at HOST or HOST:PORT; the port is 53 without
// it. It fails when that is no address; the server need not be there yet.
func Server(address string) (*NameServer, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		host, service = strings.Trim(address, "[]"), "53"
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil || port == 0 || !isHost(host) {
		return nil, fmt.Errorf("name server %q: want HOST or HOST:PORT, with a port from 1 to 65535", address)
	}
	return &NameServer{
		address: net.JoinHostPort(host, service),
		udp:     &dns.Client{Net: "udp", Timeout: attemptTimeout, UDPSize: udpSize},
		tcp:     &dns.Client{Net: "tcp", Timeout: 2 * attemptTimeout},
	}, nil
}

// isHost tells whether a text is an IP address or could be the name of a host.
func isHost(text string) bool {
	if net.ParseIP(text) != nil {
		return true
	}
	_, valid := dns.IsDomainName(text)
	return valid && text != "" && !strings.ContainsAny(text, " \t/:@")
}

// LookupTXT returns the TXT records under a name.
//
// It does not follow an alias (CNAME): the real server takes the first part of
// the answer for the TXT records and fails when that is an alias.
func (s *NameServer) LookupTXT(ctx context.Context, name string) ([]string, error) {
	question := new(dns.Msg).SetQuestion(dns.Fqdn(name), dns.TypeTXT)
	question.SetEdns0(udpSize, false)
	answer, err := s.ask(ctx, question)
	if err != nil {
		return nil, fmt.Errorf("name server %s: %w", s.address, err)
	}
	switch answer.Rcode {
	case dns.RcodeSuccess:
		return texts(answer)
	case dns.RcodeNameError:
		return nil, nil
	}
	return nil, fmt.Errorf("name server %s answers %s", s.address, dns.RcodeToString[answer.Rcode])
}

// ask asks over UDP, again when an answer fails to come, and over TCP when the
// answer does not fit.
func (s *NameServer) ask(ctx context.Context, question *dns.Msg) (answer *dns.Msg, err error) {
	for range attempts {
		answer, _, err = s.udp.ExchangeContext(ctx, question, s.address)
		if err == nil && answer.Truncated {
			answer, _, err = s.tcp.ExchangeContext(ctx, question, s.address)
		}
		var late net.Error
		if err == nil || ctx.Err() != nil || !errors.As(err, &late) || !late.Timeout() {
			break
		}
	}
	return answer, err
}

// errAlias is an answer that leads to another name.
var errAlias = errors.New("the name is an alias (CNAME), which the real server cannot read")

// texts takes the TXT records from an answer, each in one piece.
func texts(answer *dns.Msg) (values []string, err error) {
	for _, record := range answer.Answer {
		switch record := record.(type) {
		case *dns.TXT:
			values = append(values, unescape(strings.Join(record.Txt, "")))
		case *dns.CNAME:
			return nil, errAlias
		}
	}
	return values, nil
}

// unescape undoes how the library writes bytes that are not printable (\DDD) and
// quotes and backslashes (\").
func unescape(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var plain strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			plain.WriteByte(text[i])
			continue
		}
		if i+3 < len(text) {
			if code, err := strconv.ParseUint(text[i+1:i+4], 10, 8); err == nil {
				plain.WriteByte(byte(code))
				i += 3
				continue
			}
		}
		i++
		plain.WriteByte(text[i])
	}
	return plain.String()
}
