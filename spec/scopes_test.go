package spec_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/spec"
)

func TestGrants(t *testing.T) {
	for _, c := range []struct {
		name     string
		scopes   []string
		required string
		want     bool
	}{
		{"the scope itself", []string{"insight:read", "organization:read"}, "organization:read", true},
		{"writing includes reading", []string{"organization:write"}, "organization:read", true},
		{"reading does not include writing", []string{"organization:read"}, "organization:write", false},
		{"everything", []string{"*"}, "organization:write", true},
		{"another object whose name begins alike", []string{"organization_member:write"}, "organization:read", false},
		{"no scopes", nil, "organization:read", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			NewWithT(t).Expect(spec.Grants(c.scopes, c.required)).To(Equal(c.want))
		})
	}
}
