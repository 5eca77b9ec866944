package conformance_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/conformance"
)

// TestFakeAndKitDoNotKnowEachOther: they meet over HTTP, the OpenAPI document
// and the target profile. Tests may use both. How a document is decoded is nobody's
// knowledge: strictyaml knows nothing of the module, so that everybody may use it.
func TestFakeAndKitDoNotKnowEachOther(t *testing.T) {
	const module = "github.com/understudy-dev/understudy/"
	for folder, forbidden := range map[string][]string{
		"../mock":        {module + "conformance", module + "cmd"},
		"../conformance": {module + "mock", module + "fixtures", module + "cmd"},
		"../fixtures":    {module + "mock", module + "conformance", module + "cmd"},
		"../spec":        {module},

		"../fixtures/strictyaml": {module},
	} {
		files := 0
		err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files++
			parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, imported := range parsed.Imports {
				if imported.Path.Value == strconv.Quote(module+"fixtures/strictyaml") {
					continue
				}
				for _, prefix := range forbidden {
					if strings.HasPrefix(strings.Trim(imported.Path.Value, `"`), prefix) {
						t.Errorf("%s imports %s", path, imported.Path.Value)
					}
				}
			}
			return nil
		})
		if err != nil || files == 0 {
			t.Fatalf("%s: %d files, %v", folder, files, err)
		}
	}
}

// TestTargetListsItsFields: [conformance.Target] is defined in another package, so its
// documentation lists the fields.
func TestTargetListsItsFields(t *testing.T) {
	parsed, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	listed := ""
	for _, group := range parsed.Comments {
		listed += group.Text()
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[conformance.Target]()) {
		line := regexp.MustCompile(`(?m)^\t` + field.Name + ` +` + regexp.QuoteMeta(field.Type.String()) + ` `)
		if !line.MatchString(listed) {
			t.Errorf("the documentation of Target does not list %s %s", field.Name, field.Type)
		}
	}
}
