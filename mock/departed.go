package mock

import (
	"fmt"
	"slices"
	"sync"
)

// mostDeparted is of how many sandboxes that are gone something is kept.
const mostDeparted = 100

// departed is what sandboxes that are gone leave behind: who drops one does not mean
// to hide that its requests were wrong.
type departed struct {
	mu   sync.Mutex
	left []string // what it was, for people
	more int      // of how many more nothing is kept
}

func (d *departed) add(b *Sandbox) {
	text := sayViolations(b.name, b.violations.Findings())
	if text == "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.left) == mostDeparted {
		d.more++
		return
	}
	d.left = append(d.left, text)
}

func (d *departed) texts() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.more == 0 {
		return slices.Clone(d.left)
	}
	return append(slices.Clone(d.left), fmt.Sprintf("%d more sandboxes that are gone had violations.", d.more))
}
