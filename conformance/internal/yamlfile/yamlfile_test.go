package yamlfile_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/internal/yamlfile"
)

func TestDecode(t *testing.T) {
	type entry struct {
		Name string   `yaml:"name"`
		List []string `yaml:"list"`
	}
	for _, tc := range []struct {
		name, text string
		want       entry
		problem    string
	}{
		{"YAML", "name: a\nlist: [b]", entry{"a", []string{"b"}}, ""},
		{"JSON", `{"name": "a"}`, entry{Name: "a"}, ""},
		{"a date as text", "name: 2026-11-25", entry{Name: "2026-11-25"}, ""},
		{"nothing", "", entry{}, ""},
		{"a comment alone", "# nothing\n", entry{}, ""},
		{"only the first document", "name: a\n---\nname: b\n", entry{Name: "a"}, ""},
		{"unknown fields", "who: a\nname: b\nwhy: c", entry{}, "[1:1] unknown field \"who\"\n[3:1] unknown field \"why\""},
		{"a field twice", "name: a\nname: b", entry{}, `[2:1] mapping key "name" already defined at line 1`},
		{"a value of another kind", "name: a\nlist: 3", entry{}, "[2:7] cannot construct !!int `3` into []string"},
		{"no YAML", "name: [", entry{}, "[2:1] did not find expected node content"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			var got entry
			err := yamlfile.Decode([]byte(tc.text), &got)
			if tc.problem != "" {
				g.Expect(err).To(MatchError(tc.problem))
				return
			}
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(got).To(Equal(tc.want))
		})
	}
}
