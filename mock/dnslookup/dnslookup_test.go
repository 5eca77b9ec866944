package dnslookup_test

import (
	"context"
	"net"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miekg/dns"
	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/dnslookup"
)

// nameServer answers on a free loopback port, over UDP and TCP, and returns its
// address.
func nameServer(t *testing.T, answer dns.HandlerFunc) string {
	t.Helper()
	// The port must be free for both.
	var packets net.PacketConn
	var streams net.Listener
	var err error
	for range 10 {
		if streams, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			continue
		}
		if packets, err = net.ListenPacket("udp", streams.Addr().String()); err == nil {
			break
		}
		_ = streams.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, server := range []*dns.Server{{PacketConn: packets, Handler: answer}, {Listener: streams, Handler: answer}} {
		started := make(chan struct{})
		server.NotifyStartedFunc = func() { close(started) }
		go func() { _ = server.ActivateAndServe() }()
		<-started
		t.Cleanup(func() { _ = server.Shutdown() })
	}
	return streams.Addr().String()
}

func record(text string) dns.RR {
	rr, err := dns.NewRR(text)
	if err != nil {
		panic(err)
	}
	return rr
}

func overTCP(w dns.ResponseWriter) bool { return w.RemoteAddr().Network() == "tcp" }

func TestNameServer(t *testing.T) {
	long := strings.Repeat("long ", 400)
	var halves []string
	for rest := long; rest != ""; {
		n := min(255, len(rest))
		halves, rest = append(halves, rest[:n]), rest[n:]
	}
	zone := map[string]func(w dns.ResponseWriter, reply *dns.Msg){
		"one.example.com.": func(_ dns.ResponseWriter, reply *dns.Msg) {
			reply.Answer = []dns.RR{record(`one.example.com. 60 IN TXT "the-challenge_1"`)}
		},
		"several.example.com.": func(_ dns.ResponseWriter, reply *dns.Msg) {
			reply.Answer = []dns.RR{record(`several.example.com. 60 IN TXT "first"`), record(`several.example.com. 60 IN TXT "second " "part"`)}
		},
		"odd.example.com.": func(_ dns.ResponseWriter, reply *dns.Msg) {
			reply.Answer = []dns.RR{record(`odd.example.com. 60 IN TXT "a\"b\\c\195\169"`)}
		},
		"empty.example.com.":   func(_ dns.ResponseWriter, _ *dns.Msg) {},
		"missing.example.com.": func(_ dns.ResponseWriter, reply *dns.Msg) { reply.Rcode = dns.RcodeNameError },
		"broken.example.com.":  func(_ dns.ResponseWriter, reply *dns.Msg) { reply.Rcode = dns.RcodeServerFailure },
		"refused.example.com.": func(_ dns.ResponseWriter, reply *dns.Msg) { reply.Rcode = dns.RcodeRefused },
		"alias.example.com.": func(_ dns.ResponseWriter, reply *dns.Msg) {
			reply.Answer = []dns.RR{record(`alias.example.com. 60 IN CNAME one.example.com.`), record(`one.example.com. 60 IN TXT "the-challenge_1"`)}
		},
		"large.example.com.": func(w dns.ResponseWriter, reply *dns.Msg) {
			if !overTCP(w) {
				reply.Truncated = true
				return
			}
			reply.Answer = []dns.RR{&dns.TXT{
				Hdr: dns.RR_Header{Name: "large.example.com.", Rrtype: dns.TypeTXT, Class: dns.ClassINET, Ttl: 60}, Txt: halves,
			}}
		},
	}
	server, err := dnslookup.Server(nameServer(t, func(w dns.ResponseWriter, question *dns.Msg) {
		reply := new(dns.Msg).SetReply(question)
		zone[question.Question[0].Name](w, reply)
		_ = w.WriteMsg(reply)
	}))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	for _, tc := range []struct {
		name, problem string
		want          []string
	}{
		{"one.example.com", "", []string{"the-challenge_1"}},
		{"one.example.com.", "", []string{"the-challenge_1"}},
		{"several.example.com", "", []string{"first", "second part"}},
		{"odd.example.com", "", []string{`a"b\cé`}},
		{"empty.example.com", "", nil},
		{"missing.example.com", "", nil},
		{"large.example.com", "", []string{long}},
		{"broken.example.com", "SERVFAIL", nil},
		{"refused.example.com", "REFUSED", nil},
		{"alias.example.com", "alias", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			got, err := server.LookupTXT(t.Context(), tc.name)
			if tc.problem != "" {
				g.Expect(err).To(MatchError(ContainSubstring(tc.problem)))
			} else {
				g.Expect(err).NotTo(HaveOccurred())
			}
			g.Expect(got).To(Equal(tc.want))
		})
	}
}

func TestNameServerThatIsSilent(t *testing.T) {
	g := NewWithT(t)
	server, err := dnslookup.Server(nameServer(t, func(dns.ResponseWriter, *dns.Msg) {}))
	g.Expect(err).NotTo(HaveOccurred())
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err = server.LookupTXT(ctx, "one.example.com")
	g.Expect(err).To(MatchError(ContainSubstring("timeout")))
}

func TestNameServerThatIsNotThere(t *testing.T) {
	g := NewWithT(t)
	free, err := net.ListenPacket("udp", "127.0.0.1:0")
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(free.Close()).To(Succeed())
	server, err := dnslookup.Server(free.LocalAddr().String())
	g.Expect(err).NotTo(HaveOccurred())
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = server.LookupTXT(ctx, "one.example.com")
	g.Expect(err).To(HaveOccurred())
}

func TestAddresses(t *testing.T) {
	for _, address := range []string{"", ":53", "a b", "a b:53", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:dns", "http://127.0.0.1", "a:b:c"} {
		_, err := dnslookup.Server(address)
		NewWithT(t).Expect(err).To(MatchError(ContainSubstring("want HOST or HOST:PORT")), address)
	}
	for _, address := range []string{"127.0.0.1", "127.0.0.1:5353", "::1", "[::1]", "[::1]:53", "ns1.example.com", "localhost:5353"} {
		_, err := dnslookup.Server(address)
		NewWithT(t).Expect(err).NotTo(HaveOccurred(), address)
	}
}

// The whole way: a domain is verified by what a name server says, stays as it is
// without a record, and the request fails when nobody can tell.
func TestVerification(t *testing.T) {
	g := NewWithT(t)
	var challenge atomic.Value
	challenge.Store("")
	server, err := dnslookup.Server(nameServer(t, func(w dns.ResponseWriter, question *dns.Msg) {
		reply := new(dns.Msg).SetReply(question)
		switch question.Question[0].Name {
		case "_posthog-challenge.good.example.com.":
			reply.Answer = []dns.RR{record(`_posthog-challenge.good.example.com. 60 IN TXT "` + challenge.Load().(string) + `"`)}
		case "_posthog-challenge.broken.example.com.":
			reply.Rcode = dns.RcodeServerFailure
		default:
			reply.Rcode = dns.RcodeNameError
		}
		_ = w.WriteMsg(reply)
	}))
	g.Expect(err).NotTo(HaveOccurred())
	fake, err := mock.New(mock.WithResolver(server), mock.WithPersonalKeysEverywhere())
	g.Expect(err).NotTo(HaveOccurred())
	call := func(method, path, body string) (int, gjson.Result) {
		request := httptest.NewRequest(method, "http://fake.test"+path, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer phx_understudy_admin_00000000000000000000000000")
		recorder := httptest.NewRecorder()
		fake.ServeHTTP(recorder, request)
		return recorder.Code, gjson.ParseBytes(recorder.Body.Bytes())
	}
	const domains = "/api/organizations/@current/domains/"
	for name, want := range map[string]struct {
		status   int
		verified bool
	}{"good.example.com": {200, true}, "missing.example.com": {200, false}, "broken.example.com": {500, false}} {
		_, created := call("POST", domains, `{"domain": "`+name+`"}`)
		challenge.Store(created.Get("verification_challenge").String())
		path := domains + created.Get("id").String() + "/"
		status, _ := call("POST", path+"verify/", "")
		g.Expect(status).To(Equal(want.status), name)
		_, shown := call("GET", path, "")
		g.Expect(shown.Get("is_verified").Bool()).To(Equal(want.verified), name)
	}
	status, refused := call("PUT", "/_understudy/dns/a.example.com", `{"values": ["x"]}`)
	g.Expect(status).To(Equal(409))
	g.Expect(refused.Get("understudy").String()).To(Equal("other_resolver"))
}
