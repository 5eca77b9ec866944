package runner

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/conformance/rules"
	"github.com/understudy-dev/understudy/conformance/scenarios"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// suiteHash identifies a list of scenarios: what they are called, what they say, and the
// document that they hold answers against. Runs with equal hashes can be compared.
func suiteHash(all []suite.Scenario) string {
	hash := sha256.New()
	_, _ = io.WriteString(hash, sourceHash())
	for i := range all {
		s := &all[i]
		fmt.Fprintln(hash, s.ID, s.Title, s.Covers, s.Access, s.Provisional, s.Rules)
	}
	return hex.EncodeToString(hash.Sum(nil))[:16]
}

// sourceHash is over the text of the stories, their language and their rules,
// without tests.
var sourceHash = sync.OnceValue(func() string {
	hash := sha256.New()
	hash.Write(spec.OpenAPI())
	for _, source := range []fs.FS{scenarios.Source, suite.Source, rules.Files} {
		names, _ := fs.Glob(source, "*.*") // the pattern is fine
		for _, name := range names {
			if !strings.HasSuffix(name, "_test.go") {
				text, _ := fs.ReadFile(source, name) // embedded
				fmt.Fprintln(hash, name, len(text))
				hash.Write(text)
			}
		}
	}
	return hex.EncodeToString(hash.Sum(nil))
})
