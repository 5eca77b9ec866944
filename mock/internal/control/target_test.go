package control_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// The profile says how to come back to where it was asked for, and its keys work there.
func TestTarget(t *testing.T) {
	for _, tc := range []struct{ name, path, sandbox, base string }{
		{"the default sandbox", "", "", "http://fake.test"},
		{"the default sandbox by its name", "", "default", "http://fake.test"},
		{"a sandbox by its path", "/_sandbox/a", "", "http://fake.test/_sandbox/a"},
		{"a sandbox by its header", "", "a", "http://fake.test/_sandbox/a"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := mocktest.New(t)
			caller := f.Anonymous()
			if tc.sandbox != "" {
				caller = f.With(mocktest.SandboxHeader, tc.sandbox)
			}
			answer := caller.Get(tc.path+"/_understudy/target").Status(200).
				Has("base_url", `"`+tc.base+`"`).Has("control", `"`+tc.base+`/_understudy"`)
			key := answer.Get("credentials.admin.personal_api_key").String()
			id := answer.Get("organization.id")
			f.With("Authorization", "Bearer "+key).Get(tc.base[len("http://fake.test"):]+"/api/organizations/@current/").
				Status(200).Has("id", id.Raw)
		})
	}
}

func TestTargetOfAWorldWithoutOne(t *testing.T) {
	w, err := fixtures.Named("empty")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	w.Target = nil
	server, err := mock.New(mock.WithWorld(w))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	f := &mocktest.Fake{Server: server, T: t}
	f.Anonymous().Get("/_understudy/target").Status(404).Has("understudy", `"no_target"`)
}

func TestHealth(t *testing.T) {
	answer := mocktest.New(t).Anonymous().Get("/_understudy/health").Bytes(200, `{"status":"ok"}`)
	NewWithT(t).Expect(answer.Header).To(HaveKeyWithValue("Understudy-Version", []string{mock.Version()}))
}
