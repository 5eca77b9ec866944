package mock

import (
	"context"
	"time"
)

// Clock tells the time. Everything that the fake dates, expires or throttles
// goes by it.
type Clock interface {
	Now() time.Time
}

// ClockFunc is a function that is a [Clock].
type ClockFunc func() time.Time

// Now calls f.
func (f ClockFunc) Now() time.Time { return f() }

// Resolver looks up TXT records for domain verification. A name without records
// is an empty list and no error; an error is a look-up that could not be made.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// worldResolver answers from the TXT records of the current world.
type worldResolver struct{ sandbox *Sandbox }

func (r worldResolver) LookupTXT(_ context.Context, name string) ([]string, error) {
	record, ok := r.sandbox.store.View().TXT(name)
	if !ok {
		return nil, nil
	}
	return record.Values, nil
}
