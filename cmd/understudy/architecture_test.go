package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

// house is the plan of the module: each package, what it is for, and which packages of the
// module it imports. A package stands above all that it imports. Tests are no part of it.
//
// To import something else, change the row in the same commit, and think twice: the fake and
// the kit meet over HTTP, the document and the target profile alone; control, api and
// scimserver know nothing of each other; nothing knows what is above it.
var house = []struct{ name, purpose, imports string }{
	{"cmd/understudy", "the command line: one file for each subcommand", "conformance conformance/scenarios conformance/strength conformance/rules conformance/suite conformance/journal conformance/target mock/smtprelay mock mock/dnslookup fixtures spec"},
	{"conformance", "the kit's face: Run, Execute, Sweep and their options", "conformance/internal/runner conformance/detect conformance/plan conformance/scenarios conformance/report conformance/suite conformance/coverage conformance/journal conformance/target"},
	{"conformance/trouble", "the tests of targets that are not well, which take long", ""},
	{"conformance/internal/kittest", "what the kit's tests in several packages share", "conformance/target"},
	{"conformance/internal/runner", "plays a plan and tells what happened as events", "conformance/detect conformance/plan conformance/scenarios conformance/rules conformance/report conformance/suite conformance/journal conformance/target spec"},
	{"conformance/plan", "what to run: selection, shards, preflight, profiles", "./scenarios ./report ./suite ./target spec"},
	{"conformance/detect", "which revision of the API a target runs", "./suite ./target spec"},
	{"conformance/scenarios", "the scenarios, one file for each resource and topic", "conformance/scenarios/generated conformance/scenarios/wording ./rules ./suite ./target spec"},
	{"conformance/scenarios/generated", "the scenarios that are made of the document, one file for each family", "./wording conformance/suite conformance/target spec"},
	{"conformance/scenarios/wording", "the words of refusals that resources share", ""},
	{"conformance/strength", "what the suite misses: mutants, and who killed them", "./suite ./target"},
	{"conformance/rules", "what the scenarios check, in words", "./suite fixtures/strictyaml spec"},
	{"conformance/report", "what a run found: results, verdict, and each form of a report", "./suite ./coverage ./target fixtures/strictyaml"},
	{"conformance/suite", "the language of scenarios", "./coverage ./journal ./target spec"},
	{"conformance/coverage", "which operations, properties and statuses were asserted", "fixtures/strictyaml spec"},
	{"conformance/journal", "what a run has made on a target, to be swept after it died", ""},
	{"conformance/target", "target profiles", "fixtures/strictyaml spec"},
	{"mock/internal/mocktest/moves", "random players, for tests of rewinds and exports", "mock/internal/mocktest mock fixtures"},
	{"mock/internal/mocktest", "what the tests of the fake share", "mock fixtures spec"},
	{"mock/smtprelay", "hands mail on to a mail server", "mock"},
	{"mock", "the fake's public face: New, Start, Server, Sandbox, options", "mock/internal/server mock/internal/api mock/internal/sandbox mock/internal/guard mock/internal/fault mock/internal/journal mock/internal/ratelimit mock/internal/clock fixtures spec"},
	{"mock/dnslookup", "asks real DNS", ""},
	{"mock/internal/server", "composition, the door, and what surrounds a request", "./advice ./control ./api ./scimserver ./exchange ./mutant ./sandbox ./refusal ./address ./world ./buffered ./guard ./fault ./scim ./rest ./route ./journal ./trigram spec"},
	{"mock/internal/control", "the control plane, one file for each topic of its document", "./advice ./exchange ./sandbox ./refusal ./address ./worldfile ./world ./dashboard ./fault ./rest ./journal ./ratelimit ./clock ./pyjson fixtures spec"},
	{"mock/internal/api", "the REST API: the way of a request, one file for each resource", "./exchange ./mutant ./sandbox ./world ./rest ./route ./scimmask ./ratelimit ./fetchable ./safetext ./timezones ./trigram ./pyjson ./pytext spec"},
	{"mock/internal/scimserver", "the SCIM server's operations", "./exchange ./mutant ./sandbox ./world ./scim ./rest ./route ./scimmask ./pyjson ./pytext spec"},
	{"mock/internal/exchange", "what travels with a request", "./sandbox ./world ./guard ./fault ./journal spec"},
	{"mock/internal/mutant", "what a planted defect is", "./buffered ./pyjson spec"},
	{"mock/internal/sandbox", "what has state: sandboxes and their registry", "./refusal ./worldfile ./world ./guard ./fault ./journal ./metrics ./ratelimit ./clock ./ids fixtures spec"},
	{"mock/internal/refusal", "the fake's own refusals, on one page", "./address"},
	{"mock/internal/address", "paths and headers that are the fake's own", ""},
	{"mock/internal/worldfile", "fixtures into rows, and back", "./world ./ratelimit ./clock ./ids ./pyjson fixtures spec"},
	{"mock/internal/world", "tables, and the rules of the models", "./pyjson spec"},
	{"mock/internal/dashboard", "the web page over the control plane", "fixtures spec"},
	{"mock/internal/buffered", "answers kept back until they are whole", "./fault"},
	{"mock/internal/advice", "what another revision costs the requests of a journal", "./guard spec"},
	{"mock/internal/guard", "holds requests and answers against the document", "./rest ./pytext spec"},
	{"mock/internal/fault", "calls that go wrong on purpose", "./scim ./rest ./trigram"},
	{"mock/internal/scim", "the SCIM protocol, whoever speaks it", "./rest ./pyjson ./pytext"},
	{"mock/internal/rest", "the framework's dialect: bodies, fields, errors, pages", "./pyjson ./pytext spec"},
	{"mock/internal/route", "documented paths and their handlers", "spec"},
	{"mock/internal/scimmask", "what the SCIM log hides", "./pyjson"},
	{"mock/internal/journal", "what was asked and answered", "./pytext spec"},
	{"mock/internal/metrics", "counters for Prometheus", ""},
	{"mock/internal/ratelimit", "requests and logins that are too many", ""},
	{"mock/internal/clock", "a clock that can be shifted and stopped", ""},
	{"mock/internal/ids", "identifiers and secrets from a seed", ""},
	{"mock/internal/fetchable", "addresses that a server must not fetch", ""},
	{"mock/internal/safetext", "texts that phishing by mail could use", ""},
	{"mock/internal/timezones", "names of time zones", ""},
	{"mock/internal/trigram", "texts that are alike", ""},
	{"mock/internal/pyjson", "JSON as CPython reads and writes it", "./pytext"},
	{"mock/internal/pytext", "texts, numbers and times as Python reads them", ""},
	{"mock/internal/browsertest", "Chromium in tests", ""},
	{"fixtures", "worlds: typed, embedded, loaded, checked, written, generated", "fixtures/strictyaml"},
	{"fixtures/strictyaml", "YAML and JSON, strictly, with positions", ""},
	{"spec", "the OpenAPI document, indexed", ""},
}

const modulePath = "github.com/understudy-dev/understudy/"

// sourceFile is a file of the module that is no test.
type sourceFile struct {
	folder string // as in house
	*ast.File
}

// sources parses the module's own files.
func sources(g *WithT) (files []sourceFile) {
	const root = "../.."
	fset := token.NewFileSet()
	g.Expect(filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && name != root):
			return filepath.SkipDir
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(name))
		files = append(files, sourceFile{filepath.ToSlash(folder), file})
		return err
	})).To(Succeed())
	return files
}

// imported are the packages of the module that each package imports, sorted.
func imported(g *WithT) map[string][]string {
	all := map[string]map[string]bool{}
	for _, file := range sources(g) {
		if all[file.folder] == nil {
			all[file.folder] = map[string]bool{}
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			g.Expect(err).NotTo(HaveOccurred())
			if own, ok := strings.CutPrefix(name, modulePath); ok {
				all[file.folder][own] = true
			}
		}
	}
	sorted := map[string][]string{}
	for folder, names := range all {
		sorted[folder] = slices.Sorted(maps.Keys(names))
	}
	return sorted
}

// The plan is what is built, and imports run down only.
func TestImportsAreAsPlanned(t *testing.T) {
	g := NewWithT(t)
	built := imported(g)
	floor := map[string]int{}
	for i, row := range house {
		floor[row.name] = i
	}
	for _, row := range house {
		g.Expect(row.purpose).NotTo(BeEmpty(), row.name)
		planned := []string{}
		for name := range strings.FieldsSeq(row.imports) {
			// A name that begins with a dot lies beside the package.
			if beside, ok := strings.CutPrefix(name, "./"); ok {
				name = path.Join(path.Dir(row.name), beside)
			}
			planned = append(planned, name)
		}
		slices.Sort(planned)
		g.Expect(built).To(HaveKey(row.name), "the plan has a package that there is not")
		g.Expect(append([]string{}, built[row.name]...)).To(Equal(planned), "imports of %s: built, and planned", row.name)
		for _, name := range planned {
			g.Expect(floor).To(HaveKey(name), "imported by %s", row.name)
			g.Expect(floor[name]).To(BeNumerically(">", floor[row.name]), "%s imports %s, which stands above it", row.name, name)
		}
		delete(built, row.name)
	}
	g.Expect(built).To(BeEmpty(), "packages that the plan does not have")
}

// stateful are package-level variables with a state, and why they must be.
var stateful = map[string]string{
	"fixtures.root":                "the path of a whole world, which is nil by its meaning",
	"mock/internal/server.ginMode": "gin keeps its mode for the whole program; this lock guards it while a router is made",
}

// No package does anything by being imported, and none has a state of its own.
func TestNoGlobalState(t *testing.T) {
	g := NewWithT(t)
	found := map[string]bool{}
	for _, file := range sources(g) {
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				g.Expect(decl.Recv == nil && decl.Name.Name == "init").To(BeFalse(), "%s has a function init", file.folder)
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					if value, ok := spec.(*ast.ValueSpec); ok && decl.Tok == token.VAR && !isEmbedded(decl.Doc) && !isEmbedded(value.Doc) && isStateful(value) {
						found[file.folder+"."+value.Names[0].Name] = true
					}
				}
			}
		}
	}
	g.Expect(slices.Sorted(maps.Keys(found))).To(Equal(slices.Sorted(maps.Keys(stateful))))
}

// isEmbedded reports whether the compiler fills a variable from a file, by its comment.
func isEmbedded(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool { return strings.HasPrefix(c.Text, "//go:embed ") })
}

// isStateful reports whether a variable is made to change: a lock, a pool, an atomic value,
// a channel, or nothing that a value was given to.
func isStateful(spec *ast.ValueSpec) bool {
	if len(spec.Values) == 0 {
		return true
	}
	stateful := false
	for _, value := range spec.Values {
		if call, ok := value.(*ast.CallExpr); ok {
			value = call.Fun
		}
		if literal, ok := value.(*ast.CompositeLit); ok {
			value = literal.Type
		}
		ast.Inspect(value, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncLit:
				return false
			case *ast.ChanType:
				stateful = true
			case *ast.SelectorExpr:
				if from, ok := n.X.(*ast.Ident); ok && (from.Name == "sync" || from.Name == "atomic") && !strings.HasPrefix(n.Sel.Name, "Once") {
					stateful = true
				}
			}
			return true
		})
	}
	return stateful
}

// maxSources is how many source files a folder may have, for a reader who looks for one.
const maxSources = 50

// A folder is a room, not a hall. Scenarios are looked for by their resource and topic.
func TestFoldersAreSmall(t *testing.T) {
	g := NewWithT(t)
	count := map[string]int{}
	for _, file := range sources(g) {
		count[file.folder]++
	}
	delete(count, "conformance/scenarios")
	for folder, files := range count {
		g.Expect(files).To(BeNumerically("<=", maxSources), folder)
	}
}
