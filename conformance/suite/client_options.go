package suite

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/understudy-dev/understudy/conformance/journal"
)

// ClientOption changes how a client reaches its target.
type ClientOption func(*Client) error

// WithTimeout bounds every request, from its first byte to the last of its answer;
// 0 leaves 30 seconds.
func WithTimeout(d time.Duration) ClientOption {
	return func(c *Client) error {
		if d > 0 {
			c.http.Timeout = d
		}
		return nil
	}
}

// WithPatience bounds how long the run waits for a target that is in trouble; 0 leaves two
// minutes.
func WithPatience(d time.Duration) ClientOption {
	return func(c *Client) error {
		if d > 0 {
			c.breaker.patience = d
		}
		return nil
	}
}

// WithNotices tells somebody, in a sentence, what the run waits for and what it has lost.
func WithNotices(notice func(string)) ClientOption {
	return func(c *Client) error {
		c.notice = notice
		return nil
	}
}

// WithJournal has everything written to a journal that is about to be created.
func WithJournal(j *journal.Journal) ClientOption {
	return func(c *Client) error {
		c.Journal = j
		return nil
	}
}

// Through sends every request another way than over the network.
func Through(transport http.RoundTripper) ClientOption {
	return func(c *Client) error {
		c.http.Transport = transport
		return nil
	}
}

// WithCAFile trusts the certificates of a PEM file as well as the system's; "" is
// none.
func WithCAFile(path string) ClientOption {
	return func(c *Client) error {
		if path == "" {
			return nil
		}
		pem, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("the file of certificates: %w", err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return fmt.Errorf("%s holds no certificate in PEM form", path)
		}
		c.tls().RootCAs = pool
		return nil
	}
}

// WithCertificate shows a certificate to targets that ask for one; "" is none. The files
// are in PEM form.
func WithCertificate(certFile, keyFile string) ClientOption {
	return func(c *Client) error {
		if certFile == "" {
			return nil
		}
		pair, err := tls.LoadX509KeyPair(certFile, keyFile)
		if err != nil {
			return fmt.Errorf("the certificate of the profile's tls: %w", err)
		}
		c.tls().Certificates = []tls.Certificate{pair}
		return nil
	}
}

// tls is how the client speaks TLS, to be changed before it is used.
func (c *Client) tls() *tls.Config {
	transport := c.http.Transport.(*http.Transport)
	if transport.TLSClientConfig == nil {
		transport.TLSClientConfig = &tls.Config{}
	}
	transport.TLSClientConfig.MinVersion = tls.VersionTLS12
	return transport.TLSClientConfig
}

// userAgent is what requests call the client, and whom to ask about it.
func (c *Client) userAgent() string {
	if c.Target.Contact == "" {
		return "understudy-conformance"
	}
	return "understudy-conformance (" + c.Target.Contact + ")"
}
