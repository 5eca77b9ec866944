package suite

import (
	"crypto/tls"
	"fmt"
	"net/http"
)

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
