package suite

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/understudy-dev/understudy/conformance/target"
)

// Client talks to a target for all scenarios of a run: it keeps below the
// target's limits, waits when it is told to, and remembers sessions and secrets.
// It is safe for concurrent use.
type Client struct {
	Target   *target.Profile
	Secrets  *Secrets
	Contract *Contract

	http     *http.Client
	now      func() time.Time // paces requests; so does wait
	wait     func(context.Context, time.Duration) error
	names    atomic.Int64 // counts the names that were given out
	mu       sync.Mutex
	limiters map[string][]*rate.Limiter
	sessions map[string]http.Header
}

const (
	requestTimeout = 30 * time.Second
	maxAnswer      = 16 << 20 // bytes
	maxWaits       = 3        // how often one request waits after 429
	longestWait    = 2 * time.Minute
	cleanUpTimeout = 2 * time.Minute // for all that one scenario made; pacing counts
)

// Option changes how a client is made.
type Option func(*Client)

// Through sends every request another way than over the network.
func Through(transport http.RoundTripper) Option {
	return func(c *Client) { c.http.Transport = transport }
}

// NewClient makes a client for a target.
func NewClient(t *target.Profile, options ...Option) (*Client, error) {
	contract, err := NewContract(t.BaseURL)
	if err != nil {
		return nil, err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	c := &Client{
		Target: t, Secrets: NewSecrets(t), Contract: contract,
		http: &http.Client{
			Transport:     transport,
			Timeout:       requestTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		now: time.Now, wait: sleep,
		limiters: map[string][]*rate.Limiter{}, sessions: map[string]http.Header{},
	}
	for _, option := range options {
		option(c)
	}
	return c, nil
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// trusts tells whether an address is on the target's host or its control plane's,
// by the same protocol. Links in answers may lead anywhere.
func (c *Client) trusts(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	return slices.ContainsFunc([]string{c.Target.BaseURL, c.Target.Control}, func(own string) bool {
		o, err := url.Parse(own)
		return err == nil && o.Host != "" && o.Scheme == u.Scheme && o.Host == u.Host
	})
}

// do sends one request. who names the credential that the limits count for. It
// fails when the target keeps asking to wait: that says nothing about the rule.
func (c *Client) do(ctx context.Context, who string, e *Exchange) error {
	for {
		if err := c.pace(ctx, who); err != nil {
			return err
		}
		if err := c.send(ctx, e); err != nil {
			return err
		}
		if e.Status != http.StatusTooManyRequests {
			return nil
		}
		after := retryAfter(e.ResponseHeader)
		if after > longestWait || e.Waited == maxWaits {
			return fmt.Errorf("the target asks to wait %s more, after %d waits; set limits in its profile, or use fewer at a time (--parallel)", after, e.Waited)
		}
		e.Waited++
		if err := c.wait(ctx, after); err != nil {
			return err
		}
	}
}

// send sends the request once. What is under way is not cut off when ctx ends:
// the answer may name something that must be deleted. The client's time-out
// bounds it.
func (c *Client) send(ctx context.Context, e *Exchange) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(context.WithoutCancel(ctx), e.Method, e.URL, bytes.NewReader(e.RequestBody))
	if err != nil {
		return err
	}
	request.Header = e.RequestHeader.Clone()
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", "understudy-conformance")
	}
	started := time.Now()
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	e.Status, e.ResponseHeader = response.StatusCode, response.Header
	e.ResponseBody, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	e.Duration = time.Since(started)
	return err
}

// pace waits until the limits of the target allow another request. It fails at
// once when ctx would end before.
func (c *Client) pace(ctx context.Context, who string) error {
	for _, limiter := range c.limitersOf(who) {
		now := c.now()
		turn := limiter.ReserveN(now, 1)
		delay := turn.DelayFrom(now)
		if end, limited := ctx.Deadline(); limited && time.Until(end) < delay {
			turn.CancelAt(now)
			return context.DeadlineExceeded
		}
		if err := c.wait(ctx, delay); err != nil {
			turn.CancelAt(c.now())
			return err
		}
	}
	return nil
}

func (c *Client) limitersOf(who string) []*rate.Limiter {
	limits := c.Target.Limits
	if limits == (target.Limits{}) {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.limiters[who]
	if !ok {
		for _, window := range []struct {
			requests int
			length   time.Duration
			part     int // of the requests may go at once
		}{{limits.RequestsPerMinute, time.Minute, 20}, {limits.RequestsPerHour, time.Hour, 2}} {
			if window.requests > 0 {
				// Some at once, the rest spread: never more than allowed in any window.
				// Half of an hour's, since a run is often over long before the hour.
				burst := max(1, window.requests/window.part)
				even := rate.Every(window.length / time.Duration(max(1, window.requests-burst)))
				found = append(found, rate.NewLimiter(even, burst))
			}
		}
		c.limiters[who] = found
	}
	return found
}

func retryAfter(header http.Header) time.Duration {
	seconds, err := strconv.Atoi(header.Get("Retry-After"))
	if err != nil || seconds < 1 {
		seconds = 1
	}
	return time.Duration(seconds) * time.Second
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// session returns the headers of a session of a role: by logging in where the
// profile has e-mail and password, else the one that the profile has. It is made
// once for a run.
func (c *Client) session(ctx context.Context, role string) (http.Header, error) {
	c.mu.Lock()
	known, ok := c.sessions[role]
	c.mu.Unlock()
	if ok {
		return known, nil
	}
	credential := c.Target.Credentials[role]
	header, err := c.logIn(ctx, role, credential)
	if err != nil {
		if credential.Session == nil {
			return nil, err
		}
		header = http.Header{"Cookie": {credential.Session.Cookie}, "X-Csrftoken": {credential.Session.CSRFToken}}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sessions[role] = header
	return header, nil
}

// refusedLogin is that the target does not take what the profile has.
type refusedLogin struct {
	role   string
	status int
}

func (r *refusedLogin) Error() string {
	return fmt.Sprintf("the target refuses the email and password of credentials.%s with status %d", r.role, r.status)
}

// logIn logs in by password, as a browser does.
func (c *Client) logIn(ctx context.Context, role string, credential target.Credential) (http.Header, error) {
	if credential.Email == "" || credential.Password == "" {
		return nil, fmt.Errorf("credentials.%s has no email and password", role)
	}
	e := &Exchange{
		Method: http.MethodPost, URL: c.Target.BaseURL + "/api/login/",
		RequestHeader: http.Header{"Content-Type": {"application/json"}},
		RequestBody:   encode(JSON{"email": credential.Email, "password": credential.Password}),
	}
	if err := c.do(ctx, role, e); err != nil {
		return nil, err
	}
	if e.Status != http.StatusOK {
		return nil, &refusedLogin{role, e.Status}
	}
	return c.sessionFrom(e, role), nil
}

// sessionFrom takes a session from the cookies of an answer.
func (c *Client) sessionFrom(e *Exchange, role string) http.Header {
	header := http.Header{}
	cookies := ""
	for _, cookie := range (&http.Response{Header: e.ResponseHeader}).Cookies() {
		if cookies != "" {
			cookies += "; "
		}
		cookies += cookie.Name + "=" + cookie.Value
		if cookie.Name == "posthog_csrftoken" {
			header.Set("X-Csrftoken", cookie.Value)
		}
	}
	header.Set("Cookie", cookies)
	c.Secrets.AddCookie(cookies, "UNDERSTUDY_"+role)
	return header
}
