package smtprelay_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/smtprelay"
)

// mailServer is an SMTP server that keeps what it gets.
type mailServer struct {
	refuse error // of every recipient

	mu   sync.Mutex
	got  []string
	from []string
	to   []string
}

func (s *mailServer) NewSession(*smtp.Conn) (smtp.Session, error) { return s, nil }
func (s *mailServer) Reset()                                      {}
func (s *mailServer) Logout() error                               { return nil }

func (s *mailServer) Mail(from string, _ *smtp.MailOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from = append(s.from, from)
	return nil
}

func (s *mailServer) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = append(s.to, to)
	return s.refuse
}

func (s *mailServer) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, string(data))
	return err
}

// listen starts the server and returns a relay to it.
func (s *mailServer) listen(t *testing.T) *smtprelay.Relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(s)
	server.Domain = "localhost"
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	relay, err := smtprelay.New(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return relay
}

func TestRelayedMail(t *testing.T) {
	g := NewWithT(t)
	server := &mailServer{}
	relay := server.listen(t)
	sent := mock.Message{
		Recipient: "Somebody@example.com", ReplyTo: "admin@hedgerow.example", Subject: "Zoë invited you: 1 < 2 \r\nBcc: evil@example.com",
		Text: "Schön\n.\nlast", HTML: "<p>Schön</p>", SentAt: time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC),
	}
	g.Expect(relay.Deliver(t.Context(), sent)).To(Succeed())
	g.Expect(server.from).To(Equal([]string{"understudy@localhost"}))
	g.Expect(server.to).To(Equal([]string{"Somebody@example.com"}))

	message, err := mail.ReadMessage(strings.NewReader(server.got[0]))
	g.Expect(err).NotTo(HaveOccurred())
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(strings.Join(strings.Fields(subject), " ")).To(Equal("Zoë invited you: 1 < 2 Bcc: evil@example.com"))
	g.Expect(message.Header.Get("Bcc")).To(BeEmpty())
	g.Expect(message.Header.Get("Reply-To")).To(Equal("<admin@hedgerow.example>"))
	g.Expect(message.Header.Date()).To(BeTemporally("==", sent.SentAt), "the fake's clock")
	g.Expect(message.Header.Get("Message-Id")).NotTo(BeEmpty())
	g.Expect(parts(g, message)).To(Equal(map[string]string{"text/plain": "Schön\n.\nlast", "text/html": "<p>Schön</p>"}))
}

// parts are the bodies of a message by media type.
func parts(g *WithT, message *mail.Message) map[string]string {
	kind, params, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(kind).To(Equal("multipart/alternative"))
	found := map[string]string{}
	for reader := multipart.NewReader(message.Body, params["boundary"]); ; {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return found
		}
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(part.Header.Get("Content-Transfer-Encoding")).To(Equal("quoted-printable"))
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		g.Expect(err).NotTo(HaveOccurred())
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		found[kind] = strings.ReplaceAll(string(body), "\r\n", "\n")
	}
}

// The whole way: an invite over the API arrives at the mail server.
func TestInvitesArrive(t *testing.T) {
	g := NewWithT(t)
	server := &mailServer{}
	fake, err := mock.New(mock.WithMailer(server.listen(t)))
	g.Expect(err).NotTo(HaveOccurred())
	for _, body := range []string{`{"target_email": "one@example.com"}`, `{"target_email": "two@example.com", "message": "Hello"}`} {
		request := httptest.NewRequest(http.MethodPost, "http://fake.test/api/organizations/@current/invites/", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Authorization", "Bearer phx_understudy_admin_00000000000000000000000000")
		recorder := httptest.NewRecorder()
		fake.ServeHTTP(recorder, request)
		g.Expect(recorder.Code).To(Equal(201), recorder.Body.String())
	}
	g.Expect(fake.Close(t.Context())).To(Succeed())
	g.Expect(server.to).To(Equal([]string{"one@example.com", "two@example.com"}))
	g.Expect(server.got[1]).To(And(ContainSubstring("Hello"), ContainSubstring("fake.test/signup/")))
}

func TestWhatCannotBeRelayed(t *testing.T) {
	g := NewWithT(t)
	fine := mock.Message{Recipient: "a@example.com", Subject: "s", Text: "t", HTML: "h"}
	g.Expect((&mailServer{refuse: errors.New("no such mailbox")}).listen(t).Deliver(t.Context(), fine)).To(MatchError(ContainSubstring("no such mailbox")))
	relay := (&mailServer{}).listen(t)
	g.Expect(relay.Deliver(t.Context(), mock.Message{Recipient: "nobody"})).To(MatchError(ContainSubstring("recipient")))
	g.Expect(relay.Deliver(t.Context(), mock.Message{Recipient: "a@example.com", ReplyTo: "x@"})).To(MatchError(ContainSubstring("reply to")))
	ended, end := context.WithCancel(t.Context())
	end()
	g.Expect(relay.Deliver(ended, fine)).NotTo(Succeed())

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	g.Expect(err).NotTo(HaveOccurred())
	gone := listener.Addr().String()
	g.Expect(listener.Close()).To(Succeed())
	relay, err = smtprelay.New(gone)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(relay.Deliver(t.Context(), fine)).To(MatchError(ContainSubstring("dial failed")))
}

func TestAddresses(t *testing.T) {
	for _, address := range []string{"", "localhost", ":25", "localhost:", "localhost:smtp", "localhost:0", "localhost:65536", "::1:25"} {
		_, err := smtprelay.New(address)
		NewWithT(t).Expect(err).To(MatchError(ContainSubstring("want HOST:PORT")), address)
	}
	for _, address := range []string{"localhost:1025", "127.0.0.1:25", "[::1]:25", "mail.example.com:587"} {
		_, err := smtprelay.New(address)
		NewWithT(t).Expect(err).NotTo(HaveOccurred(), address)
	}
}
