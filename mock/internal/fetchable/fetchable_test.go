package fetchable_test

import (
	"testing"

	"github.com/understudy-dev/understudy/mock/internal/fetchable"
)

func TestRefusal(t *testing.T) {
	const (
		scheme   = "URL must start with http:// or https://"
		loopback = "Local/Loopback host not allowed"
		private  = "Private IP address not allowed"
		metadata = "Local/metadata host"
	)
	for _, tc := range []struct{ name, address, want string }{
		{"public name", "https://idp.example.com", ""},
		{"plain http, port and path", "http://idp.example.com:8443/realms/a?b#c", ""},
		{"credentials before a public host", "https://user:pw@idp.example.com/", ""},
		{"public address", "https://93.184.216.34/", ""},
		{"public IPv6 address", "https://[2606:4700::1111]/", ""},
		{"no scheme", "idp.example.com", scheme},
		{"other scheme", "ftp://idp.example.com", scheme},
		{"script", "javascript:alert(1)", scheme},
		{"no host", "https://", "Missing host"},
		{"no slashes", "https:idp.example.com", "Missing host"},
		{"localhost", "http://localhost:8000/x", loopback},
		{"localhost in capitals with a root dot", "http://LOCALHOST./x", loopback},
		{"loopback address", "https://127.0.0.1", loopback},
		{"loopback IPv6", "https://[::1]:8000/", loopback},
		{"other loopback address", "https://127.0.0.2", private},
		{"ten", "https://10.1.2.3", private},
		{"one-seven-two", "https://172.16.0.1", private},
		{"one-nine-two", "https://192.168.1.1", private},
		{"link-local", "https://169.254.1.1", private},
		{"carrier-grade NAT", "https://100.64.0.1", private},
		{"unspecified", "https://0.0.0.0", private},
		{"IPv4 in IPv6", "https://[::ffff:10.0.0.1]/", private},
		{"one number", "https://2130706433/", private},
		{"two numbers", "https://127.1/", private},
		{"three numbers", "https://10.1.2/", private},
		{"hexadecimal", "https://0x7f.1/", private},
		{"octal", "https://0177.0.0.1/", private},
		{"one number of a public host", "https://1572395042/", ""},
		{"a number too large", "https://4294967296/", ""},
		{"a byte too large", "https://127.256.1/", ""},
		{"five numbers", "https://127.0.0.0.1/", ""},
		{"digits that are not octal", "https://0188.1/", ""},
		{"a label that is a number", "https://127.example.com/", ""},
		{"unique local IPv6", "https://[fd00::1]/", private},
		{"metadata address", "http://169.254.169.254/latest/meta-data", metadata},
		{"metadata name", "http://metadata.google.internal/", metadata},
		{"internal name", "https://idp.corp", "Internal domain pattern blocked: .corp"},
		{"cluster name matches its first pattern", "https://a.svc.cluster.local", "Internal domain pattern blocked: .local"},
		{"private behind credentials", "https://good.example@10.0.0.1/", private},
		{"backslash", `https://good.example\@evil.example/`, "Invalid URL: ambiguous authority"},
		{"encoded backslash", "https://good.example%5C@evil.example/", "Invalid URL: ambiguous authority"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := fetchable.Refusal(tc.address); got != tc.want {
				t.Errorf("Refusal(%q) = %q, want %q", tc.address, got, tc.want)
			}
		})
	}
}

func FuzzRefusal(f *testing.F) {
	f.Add("https://idp.example.com")
	f.Add(`https://[::1`)
	f.Fuzz(func(_ *testing.T, address string) { fetchable.Refusal(address) })
}
