package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// The fake asks whether a change has come, never which revision it is in: a revision that is added between two others would be in
// all those places.
func TestRulesAskForChanges(t *testing.T) {
	g := NewWithT(t)
	byName := regexp.MustCompile(`spec\.(January|February|March|April|May|June|July|August|September|October|November|December)20\d\d`)
	read := 0
	g.Expect(filepath.WalkDir("../../mock", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		read++
		text, err := os.ReadFile(path)
		g.Expect(byName.FindAllString(string(text), -1)).To(BeEmpty(), "%s: give the change an id in spec/changes.go and ask for that", path)
		return err
	})).To(Succeed())
	g.Expect(read).To(BeNumerically(">", 100))
}
