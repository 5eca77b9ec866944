package suite

import (
	"testing"

	. "github.com/onsi/gomega"
)

// TestLabelsOf: whatever a lost answer was about is looked for by a label that it may
// have.
func TestLabelsOf(t *testing.T) {
	s := &S{run: "r"}
	for _, tc := range []struct {
		name, kind, body string
		want             []marked
	}{
		{"the property has it", "config", `{"name": "us-r-1", "saml_entity_id": "us-r-2"}`, []marked{{"us-r-1", "us-r-1"}}},
		{"another property has it", "config", `{"name": "x", "saml_entity_id": "US-R-2"}`, []marked{{"us-r-2", "x"}}},
		{"one of two addresses will", "SCIM user", `{"emails": [{"value": "us-r-1@a"}, {"value": "us-r-2@a", "primary": true}]}`, []marked{{"us-r-1", ""}, {"us-r-2", ""}}},
		{"nothing has one", "config", `{"name": " y "}`, []marked{{"", "y"}}},
		{"no object", "config", `[1]`, []marked{{"", ""}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			NewWithT(t).Expect(s.labelsOf(kindNamed(tc.kind), []byte(tc.body))).To(Equal(tc.want))
		})
	}
}
