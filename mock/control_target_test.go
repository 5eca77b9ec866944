package mock_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
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
			f := newFake(t)
			caller := f.anonymous()
			if tc.sandbox != "" {
				caller = f.with("Understudy-Sandbox", tc.sandbox)
			}
			answer := caller.get(tc.path+"/_understudy/target").status(200).
				has("base_url", `"`+tc.base+`"`).has("control", `"`+tc.base+`/_understudy"`)
			key := answer.get("credentials.admin.personal_api_key").String()
			id := answer.get("organization.id")
			f.with("Authorization", "Bearer "+key).get(tc.base[len("http://fake.test"):]+"/api/organizations/@current/").
				status(200).has("id", id.Raw)
		})
	}
}

func TestTargetOfAWorldWithoutOne(t *testing.T) {
	w, err := fixtures.Named("empty")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	w.Target = nil
	server, err := mock.New(mock.WithWorld(w))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	f := &fake{Server: server, t: t}
	f.anonymous().get("/_understudy/target").status(404).has("understudy", `"no_target"`)
}

func TestHealth(t *testing.T) {
	answer := newFake(t).anonymous().get("/_understudy/health").bytes(200, `{"status":"ok"}`)
	NewWithT(t).Expect(answer.header).To(HaveKeyWithValue("Understudy-Version", []string{mock.Version()}))
}
