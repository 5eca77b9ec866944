package world_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/spec"
)

// A feature that a rule asks for and that fixtures does not know could be in no world,
// and would have no switch in the dashboard.
func TestFixturesKnowTheFeaturesThatRulesAskFor(t *testing.T) {
	g := NewWithT(t)
	asked := featuresAskedFor(g)
	g.Expect(asked).To(ConsistOf(fixtures.Features()))
	document, err := spec.Load()
	g.Expect(err).NotTo(HaveOccurred())
	for _, op := range document.Operations() {
		for _, feature := range op.Features {
			g.Expect(asked).To(ContainElement(feature), "x-features of %s", op.ID)
		}
	}
}

// featuresAskedFor reads the constants that rules name features by.
func featuresAskedFor(g Gomega) (features []string) {
	file, err := parser.ParseFile(token.NewFileSet(), "features.go", nil, 0)
	g.Expect(err).NotTo(HaveOccurred())
	ast.Inspect(file, func(n ast.Node) bool {
		constant, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(constant.Names[0].Name, "Feature") {
			return true
		}
		feature, err := strconv.Unquote(constant.Values[0].(*ast.BasicLit).Value)
		g.Expect(err).NotTo(HaveOccurred(), constant.Names[0].Name)
		features = append(features, feature)
		return true
	})
	return features
}
