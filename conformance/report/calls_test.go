package report

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestPercentiles(t *testing.T) {
	g := NewWithT(t)
	twenty := make([]float64, 20)
	for i := range twenty {
		twenty[i] = float64(i + 1)
	}
	g.Expect(percentile(twenty, 0.50)).To(Equal(10.0))
	g.Expect(percentile(twenty, 0.95)).To(Equal(19.0))
	g.Expect(percentile([]float64{7}, 0.50)).To(Equal(7.0))
}
