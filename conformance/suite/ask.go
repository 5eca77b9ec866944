package suite

import (
	"context"
	"errors"
)

// Ask has a few questions put to a target, outside of any scenario: what answers
// look like does not matter. It fails when there is no answer.
func Ask(ctx context.Context, client *Client, questions func(*S)) error {
	s := &S{client: client, ctx: ctx, sweeping: true}
	if end := s.tell(questions); end != (stop{}) {
		return errors.New(end.why())
	}
	return nil
}

// Try asks something that may fail, and says why it did; "" is that it did not.
func (s *S) Try(question func(*S)) string {
	return s.tell(question).why()
}
