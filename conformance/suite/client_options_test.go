package suite

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

// clientCertificate makes a certificate of its own, in files, and the pool that has it.
func clientCertificate(t *testing.T) (certFile, keyFile string, pool *x509.CertPool) {
	t.Helper()
	g := NewWithT(t)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	g.Expect(err).NotTo(HaveOccurred())
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "conformance"}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	g.Expect(err).NotTo(HaveOccurred())
	certificate, err := x509.ParseCertificate(der)
	g.Expect(err).NotTo(HaveOccurred())
	pool = x509.NewCertPool()
	pool.AddCert(certificate)
	secret, err := x509.MarshalECPrivateKey(key)
	g.Expect(err).NotTo(HaveOccurred())
	return writePEM(t, "CERTIFICATE", der), writePEM(t, "EC PRIVATE KEY", secret), pool
}

func writePEM(t *testing.T, kind string, der []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "file.pem")
	NewWithT(t).Expect(os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)).To(Succeed())
	return file
}

// A target that wants a certificate of its clients is shown that of the profile, and told
// whom to ask.
func TestMutualTLS(t *testing.T) {
	g := NewWithT(t)
	certFile, keyFile, pool := clientCertificate(t)
	agent := ""
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { agent = r.UserAgent() }))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
	server.StartTLS()
	t.Cleanup(server.Close)
	profile := &target.Profile{BaseURL: server.URL, Contact: "platform@example.com"}
	profile.TLS.CAFile = writePEM(t, "CERTIFICATE", server.Certificate().Raw)
	ask := func(options ...ClientOption) error {
		client, err := NewClient(profile, options...)
		if err != nil {
			return err
		}
		defer client.Close()
		client.wait = nil
		e := &Exchange{Method: http.MethodGet, URL: server.URL, RequestHeader: http.Header{}}
		return client.send(t.Context(), e)
	}
	g.Expect(ask()).To(MatchError(ContainSubstring("certificate required")))
	profile.TLS.CertFile, profile.TLS.KeyFile = certFile, keyFile
	g.Expect(ask(WithCAFile(profile.TLS.CAFile))).To(Succeed(), "a file of --ca-file does not take the certificate away")
	g.Expect(agent).To(Equal("understudy-conformance (platform@example.com)"))
	profile.TLS.KeyFile = certFile
	g.Expect(ask()).To(MatchError(ContainSubstring("the certificate of the profile's tls: ")))
}
