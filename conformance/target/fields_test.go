package target_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

// commentedField matches a field of the example that is not taken in.
var commentedField = regexp.MustCompile(`(?m)^( *)#(\S)`)

func whole(t *testing.T) *target.Profile {
	t.Helper()
	text, err := os.ReadFile("example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := commentedField.ReplaceAllString(string(text), "$1$2")
	profile, err := target.Parse([]byte(all), "example.yaml", func(string) (string, bool) { return "value", true })
	if err != nil {
		t.Fatal(err)
	}
	return profile
}

// ofRoles are the parts of credentials: the example and the guide show those of the administrator.
var ofRoles = regexp.MustCompile(`^credentials\.(\w+)\.`)

// TestEveryFieldIsShown: the profile to copy has every field there is, in a form that is
// read, and the guide for vendors says of each how to make it.
func TestEveryFieldIsShown(t *testing.T) {
	g := NewWithT(t)
	guide, err := os.ReadFile("../README.md")
	g.Expect(err).NotTo(HaveOccurred())
	example := whole(t)
	fields := target.Fields()
	g.Expect(len(fields)).To(BeNumerically(">", 80))
	for _, field := range fields {
		role := ""
		if found := ofRoles.FindStringSubmatch(field.Path); len(found) > 1 {
			role = found[1]
			g.Expect(string(guide)).To(ContainSubstring("`credentials."+role+"`"), "the guide")
		}
		if role == "" || role == "admin" {
			g.Expect(field.In(example)).To(BeTrue(), "example.yaml does not show %s", field.Path)
			g.Expect(string(guide)).To(ContainSubstring("`"+strings.Replace(field.Path, "credentials.admin.", "", 1)+"`"), "the guide")
		}
	}
}

// Fields are taken away and given back one by one.
func TestFields(t *testing.T) {
	full := whole(t)
	for _, field := range target.Fields() {
		t.Run(field.Path, func(t *testing.T) {
			g := NewWithT(t)
			changed := full.Copy()
			field.Set(changed, false)
			g.Expect(field.In(changed)).To(BeFalse())
			for _, other := range target.Fields() {
				if other.Path != field.Path {
					g.Expect(other.In(changed)).To(Equal(other.In(full)), other.Path)
				}
			}
			field.Set(changed, true)
			g.Expect(field.In(changed)).To(BeTrue())
			g.Expect(field.In(&target.Profile{})).To(BeFalse())
			empty := &target.Profile{}
			field.Set(empty, true)
			g.Expect(field.In(empty)).To(BeTrue())
		})
	}
	g := NewWithT(t)
	g.Expect(whole(t)).To(Equal(full), "a copy shares nothing")
}
