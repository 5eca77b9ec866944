// Package smtprelay hands the fake's mail on to a mail server, so that it can be
// seen in a real mail client:
//
//	relay, err := smtprelay.New("127.0.0.1:1025")
//	fake, err := mock.New(mock.WithMailer(relay))
//
// Use a server that catches mail, such as Mailpit: one that delivers it would
// write to the people whose addresses were sent to the fake.
package smtprelay

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/understudy-dev/understudy/mock"
)

// Relay hands mail on over SMTP. It makes a connection for each mail and uses
// TLS where the server offers it. It is safe for concurrent use.
type Relay struct {
	client *mail.Client
}

const (
	// sender is whom the mail says it is from.
	sender     = "understudy@localhost"
	senderName = "understudy"
	// connectionTimeout is how long the whole exchange about one mail may take.
	connectionTimeout = 10 * time.Second
)

// New returns a relay to the SMTP server at an address, HOST:PORT. It fails when
// that is none; the server need not be there yet.
func New(address string) (*Relay, error) {
	host, service, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("SMTP server %q: want HOST:PORT", address)
	}
	port, err := strconv.ParseUint(service, 10, 16)
	if err != nil || port == 0 || host == "" {
		return nil, fmt.Errorf("SMTP server %q: want HOST:PORT, with a port from 1 to 65535", address)
	}
	client, err := mail.NewClient(host,
		mail.WithPort(int(port)),
		mail.WithTLSPolicy(mail.TLSOpportunistic),
		mail.WithTimeout(connectionTimeout),
		mail.WithHELO("localhost"))
	if err != nil {
		return nil, fmt.Errorf("SMTP server %q: %w", address, err)
	}
	return &Relay{client}, nil
}

// Deliver hands a mail on.
func (r *Relay) Deliver(ctx context.Context, m mock.Message) error {
	message, err := compose(m)
	if err != nil {
		return err
	}
	return r.client.DialAndSendWithContext(ctx, message)
}

// compose writes a mail as text with an HTML alternative, dated by the fake's clock.
func compose(m mock.Message) (*mail.Msg, error) {
	message := mail.NewMsg()
	if err := message.FromFormat(senderName, sender); err != nil {
		return nil, fmt.Errorf("sender: %w", err)
	}
	if err := message.To(m.Recipient); err != nil {
		return nil, fmt.Errorf("recipient: %w", err)
	}
	if m.ReplyTo != "" {
		if err := message.ReplyTo(m.ReplyTo); err != nil {
			return nil, fmt.Errorf("reply to: %w", err)
		}
	}
	message.Subject(m.Subject)
	message.SetDateWithValue(m.SentAt)
	message.SetMessageID()
	message.SetBodyString(mail.TypeTextPlain, m.Text)
	message.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	return message, nil
}
