package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/emersion/go-smtp"
	"github.com/miekg/dns"
	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"
)

// mailbox is an SMTP server that keeps what it gets.
type mailbox struct{ got chan string }

func (m mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return m, nil }
func (mailbox) Reset()                                        {}
func (mailbox) Logout() error                                 { return nil }
func (mailbox) Mail(string, *smtp.MailOptions) error          { return nil }
func (mailbox) Rcpt(string, *smtp.RcptOptions) error          { return nil }
func (m mailbox) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	m.got <- string(data)
	return err
}

// TestServeReachesOutside starts the fake with a mail server, a name server and
// real rate limits, and stops it right after a request: the mail arrives first.
func TestServeReachesOutside(t *testing.T) {
	g := NewWithT(t)
	mail, err := net.Listen("tcp", "127.0.0.1:0")
	g.Expect(err).NotTo(HaveOccurred())
	box := mailbox{make(chan string, 1)}
	mailServer := smtp.NewServer(box)
	go func() { _ = mailServer.Serve(mail) }()
	t.Cleanup(func() { _ = mailServer.Close() })

	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	g.Expect(err).NotTo(HaveOccurred())
	asked := make(chan string, 1)
	names := &dns.Server{PacketConn: packets, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, question *dns.Msg) {
		asked <- question.Question[0].Name
		_ = w.WriteMsg(new(dns.Msg).SetRcode(question, dns.RcodeNameError))
	})}
	ready := make(chan struct{})
	names.NotifyStartedFunc = func() { close(ready) }
	go func() { _ = names.ActivateAndServe() }()
	<-ready
	t.Cleanup(func() { _ = names.Shutdown() })

	file := filepath.Join(t.TempDir(), "target.json")
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan int, 1)
	listening := &signalWriter{told: make(chan struct{})}
	go func() {
		stopped <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--target-out", file, "--smtp", mail.Addr().String(),
			"--dns", packets.LocalAddr().String(), "--rate-limits", "real", "--personal-keys", "everywhere"}, streams{nil, listening, os.Stderr})
	}()
	<-listening.told
	data, err := os.ReadFile(file)
	g.Expect(err).NotTo(HaveOccurred())
	profile := gjson.ParseBytes(data)
	g.Expect(json.RawMessage(profile.Get("limits").Raw)).To(MatchJSON(`{"requests_per_minute": 480, "requests_per_hour": 4800}`))

	post := func(path, body string) gjson.Result {
		request, err := http.NewRequest(http.MethodPost, profile.Get("base_url").String()+"/api/organizations/@current/"+path, strings.NewReader(body))
		g.Expect(err).NotTo(HaveOccurred())
		request.Header.Set("Authorization", "Bearer "+profile.Get("credentials.admin.personal_api_key").String())
		request.Header.Set("Content-Type", "application/json")
		response, err := http.DefaultClient.Do(request)
		g.Expect(err).NotTo(HaveOccurred())
		answer, err := io.ReadAll(response.Body)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(response.Body.Close()).To(Succeed())
		g.Expect(response.StatusCode).To(BeNumerically("<", 300), string(answer))
		return gjson.ParseBytes(answer)
	}
	domain := post("domains/", `{"domain": "outside.example.com"}`)
	g.Expect(post("domains/"+domain.Get("id").String()+"/verify/", "").Get("is_verified").Bool()).To(BeFalse())
	g.Expect(<-asked).To(Equal("_posthog-challenge.outside.example.com."))
	post("invites/", `{"target_email": "outside@example.com"}`)
	stop()
	g.Expect(<-stopped).To(Equal(exitOK))
	g.Expect(box.got).To(Receive(ContainSubstring("outside@example.com")))
}

// TestServeRateLimits holds the choices of --rate-limits against what is in force then.
func TestServeRateLimits(t *testing.T) {
	for choice, mode := range map[string]string{"off": "off", "observe": "observe", "enforce": "enforce", "real": "enforce"} {
		t.Run(choice, func(t *testing.T) {
			g := NewWithT(t)
			file := filepath.Join(t.TempDir(), "target.json")
			ctx, stop := context.WithCancel(t.Context())
			stopped := make(chan int, 1)
			listening := &signalWriter{told: make(chan struct{})}
			go func() {
				stopped <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--target-out", file, "--rate-limits", choice}, streams{nil, listening, os.Stderr})
			}()
			<-listening.told
			profile, err := os.ReadFile(file)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(gjson.GetBytes(profile, "limits").Exists()).To(Equal(mode == "enforce"))

			response, err := http.Get(gjson.GetBytes(profile, "control").String() + "/rate-limits")
			g.Expect(err).NotTo(HaveOccurred())
			answer, err := io.ReadAll(response.Body)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(response.Body.Close()).To(Succeed())
			g.Expect(string(answer)).To(ContainSubstring(`{"mode":"` + mode + `","per_minute":480,"per_hour":4800,`))
			stop()
			g.Expect(<-stopped).To(Equal(exitOK))
		})
	}
}

// TestOpen has a program in the path that tells what it was asked to open.
func TestOpen(t *testing.T) {
	for _, tc := range []struct{ name, script, says string }{
		{"it works", "exit 0", ""},
		{"it fails", "exit 3", "cannot open a browser; open the dashboard yourself: exit status 3"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			folder := t.TempDir()
			opened := filepath.Join(folder, "opened")
			g.Expect(syscall.Mkfifo(opened, 0o600)).To(Succeed())
			script := "#!/bin/sh\necho \"$1\" > " + opened + "\n" + tc.script + "\n"
			g.Expect(os.WriteFile(filepath.Join(folder, "xdg-open"), []byte(script), 0o700)).To(Succeed())
			t.Setenv("PATH", folder)

			s := startServing(t, "--open")
			asked, err := os.ReadFile(opened)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(asked)).To(Equal(s.site + "/_understudy/\n"))
			if tc.says != "" {
				line, err := bufio.NewReader(s.stderr).ReadString('\n')
				g.Expect(err).NotTo(HaveOccurred())
				g.Expect(line).To(ContainSubstring(tc.says))
			}
			response, _ := s.get("/_understudy/health")
			g.Expect(response.StatusCode).To(Equal(http.StatusOK))
		})
	}
}

func TestOpenWithoutABrowser(t *testing.T) {
	g := NewWithT(t)
	t.Setenv("PATH", t.TempDir())
	s := startServing(t, "--open")
	line, err := bufio.NewReader(s.stderr).ReadString('\n')
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(line).To(ContainSubstring("cannot open a browser"))
	response, _ := s.get("/_understudy/health")
	g.Expect(response.StatusCode).To(Equal(http.StatusOK))
}
