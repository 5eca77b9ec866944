package target_test

import (
	"os"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

// The profile to copy is one that is read without complaint once its variables are
// set.
func TestExampleProfile(t *testing.T) {
	g := NewWithT(t)
	text, err := os.ReadFile("example.yaml")
	g.Expect(err).NotTo(HaveOccurred())
	profile, err := target.Parse(text, "example.yaml", func(string) (string, bool) { return "value", true })
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(profile.Credentials).To(HaveLen(len(target.Roles)))
	_, err = target.Parse(text, "example.yaml", func(string) (string, bool) { return "", false })
	g.Expect(err).To(MatchError(ContainSubstring("STAGING_ADMIN_KEY")))
}
