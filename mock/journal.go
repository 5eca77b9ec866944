package mock

import (
	"context"
	"iter"

	"github.com/understudy-dev/understudy/mock/internal/journal"
)

// Request is a request of the journal: what was asked, what was answered, who called,
// why it was refused. Secrets in it are masked.
type Request = journal.Detail

// Requests are the requests that the sandbox remembers, oldest first.
func (b *Sandbox) Requests() []Request {
	requests := []Request{}
	for _, e := range b.journal.Select(journal.Query{}) {
		requests = append(requests, e.Detail())
	}
	return requests
}

// Watch are the requests to come, until the context ends or the sandbox is dropped.
func (b *Sandbox) Watch(ctx context.Context) iter.Seq[Request] {
	return func(yield func(Request) bool) {
		for batch := range b.journal.Subscribe(ctx, b.journal.Last()) {
			for _, e := range batch.Entries {
				if !yield(e.Detail()) {
					return
				}
			}
		}
	}
}
