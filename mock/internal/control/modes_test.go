package control_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// A DNS that fails makes verifying a domain fail, as the real server does.
func TestDNSThatFails(t *testing.T) {
	f := mocktest.New(t)
	id := f.NewDomain("dns.example.com")
	verify := func() *mocktest.Answer { return f.Session("admin").Post(f.Org("domains", id, "verify"), "") }
	f.Anonymous().Get(control+"/dns-mode").Bytes(200, `{"mode":"up"}`)
	for _, mode := range []string{"servfail", "timeout", "no_server"} {
		f.Anonymous().Put(control+"/dns-mode", `{"mode": "`+mode+`"}`).Bytes(200, `{"mode":"`+mode+`"}`)
		verify().Refused(500, "server_error", "error", "A server error occurred.", "")
	}
	f.Anonymous().Put(control+"/dns-mode", `{"mode": "slow"}`).Status(400)
	f.SetDNS(mock.DNSUp)
	verify().Status(200).Has("is_verified", "false")
	f.SetDNS(mock.DNSNoServer)
	f.Reset()
	f.Anonymous().Get(control+"/dns-mode").Bytes(200, `{"mode":"up"}`)
}

// A mail server that is down takes no mail; who invites does not notice.
func TestMailServerThatIsDown(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	f.Anonymous().Put(control+"/mail-mode", `{"mode": "down"}`).Bytes(200, `{"mode":"down"}`)
	f.Invite(`{"target_email": "a@example.com"}`).Status(201).Has("emailing_attempt_made", "true")
	g.Expect(f.Outbox()).To(BeEmpty())
	f.Anonymous().Put(control+"/mail-mode", `{"mode": "late"}`).Status(400)
	f.SetMailDown(false)
	f.Anonymous().Get(control+"/mail-mode").Bytes(200, `{"mode":"up"}`)
	f.Invite(`{"target_email": "b@example.com"}`).Status(201)
	g.Expect(f.Outbox()).To(HaveLen(1))
}
