package main

import (
	"bytes"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// The lists are of all revisions, or of the one that is named.
func TestVerifyListsOfARevision(t *testing.T) {
	printed := func(args ...string) string {
		var out, errs bytes.Buffer
		NewWithT(t).Expect(run(t.Context(), append([]string{"verify"}, args...), streams{nil, &out, &errs})).To(Equal(exitOK), errs.String())
		return out.String()
	}
	const onlyNewest, onlyOlder = "organizations.restriction.default ", "invites.create.with_plus "
	for _, tc := range []struct {
		name, revision string
		newest, older  bool
	}{
		{"all", "", true, true}, {"the earlier", "2026-03", false, true}, {"the documented", "2026-06", false, true}, {"the newest", "2026-09", true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			var args []string
			if tc.revision != "" {
				args = []string{"--revision", tc.revision}
			}
			list := printed(append(args, "--list")...)
			g.Expect([]bool{strings.Contains(list, onlyNewest), strings.Contains(list, onlyOlder)}).To(Equal([]bool{tc.newest, tc.older}))
			full := strings.Fields(lastLine(printed(append(args, "--list-profiles")...)))
			g.Expect(full[:2]).To(HaveExactElements("full", Equal(strconv.Itoa(strings.Count(list, "\n")))))
		})
	}
	var out, errs bytes.Buffer
	NewWithT(t).Expect(run(t.Context(), []string{"verify", "--list", "--revision", "2026-1"}, streams{nil, &out, &errs})).To(Equal(exitUsage))
	NewWithT(t).Expect(errs.String()).To(ContainSubstring("use one of 2026-03"))
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
