package suite

import (
	"context"
	"time"
)

// GoBy has the client pace its requests by another clock.
func (c *Client) GoBy(now func() time.Time, wait func(context.Context, time.Duration) error) {
	c.now, c.wait = now, wait
}
