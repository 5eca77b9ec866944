package mock

import (
	"slices"
	"sync"
)

// mostFlaws is how many differing answers are remembered.
const mostFlaws = 100

// flaws are the answers of the fake itself that differed from the document, each once.
type flaws struct {
	mu   sync.Mutex
	list []string
}

func (f *flaws) add(flaw string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.list) < mostFlaws && !slices.Contains(f.list, flaw) {
		f.list = append(f.list, flaw)
	}
}

// Flaws are the answers of the server that differed from the OpenAPI document, each
// once; see [WithSelfCheck]. They are bugs of understudy.
func (s *Server) Flaws() []string {
	s.core.flaws.mu.Lock()
	defer s.core.flaws.mu.Unlock()
	return slices.Clone(s.core.flaws.list)
}
