package suite

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"github.com/understudy-dev/understudy/conformance/journal"
	"github.com/understudy-dev/understudy/conformance/target"
)

// Client talks to a target for all scenarios of a run: it keeps below the
// target's limits, waits when it is told to, and remembers sessions and secrets.
// It is safe for concurrent use.
type Client struct {
	Target   *target.Profile
	Secrets  *Secrets
	Contract *Contract
	// Journal is told about everything that is about to be created; nil is nobody.
	Journal *journal.Journal

	http       *http.Client
	hooks      HookRunner
	now        func() time.Time // paces requests; so does wait
	wait       func(context.Context, time.Duration) error
	names      atomic.Int64 // counts the names that were given out
	connection connection
	breaker    breaker
	footing    footing
	notice     func(string) // told what the run waits for; nil is nobody
	mu         sync.Mutex
	paces      map[string]*pace
	sessions   map[string]http.Header
	owned      map[string]*Creation // what the run made by its identifier, and by kind and identifier
	labels     map[string]string    // and what it was marked with
	unanswered map[string]int       // counts requests without an answer by what they made
	unwell     map[string]int       // counts requests in vain, by operation, while the target was well
	scim       map[string]*Caller   // whose token a domain accepted last
	// observedFeatures are those of the organization, nil if it shows none.
	observedFeatures []string
	accounts         accounts

	// unlabelled is held while something without a label is created, borrowed while
	// a story changes what the target has.
	unlabelled, borrowed sync.Mutex
	loans                *flock.Flock // held with borrowed; nil where runs are not kept apart
}

const (
	requestTimeout = 30 * time.Second
	maxAnswer      = 16 << 20 // bytes
	longestWait    = 2 * time.Minute
	hungTimeout    = 5 * time.Second // for an operation that had no answer in time before
	cleanUpTimeout = 2 * time.Minute // for all that one scenario made; pacing counts
)

// NewClient makes a client for a target. It goes through the proxy that the
// variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY name.
func NewClient(t *target.Profile, options ...ClientOption) (*Client, error) {
	contract, err := NewContract(t.BaseURL, t.Revision)
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
		hooks: runProgram, now: time.Now, wait: sleep,
		paces: map[string]*pace{}, sessions: map[string]http.Header{}, owned: map[string]*Creation{}, labels: map[string]string{}, unanswered: map[string]int{},
		scim: map[string]*Caller{}, unwell: map[string]int{}, accounts: accounts{shares: t.Control == ""},
		breaker: breaker{patience: defaultPatience},
		footing: footing{known: map[string]read{}, lost: map[string]string{}},
	}
	for _, option := range append([]ClientOption{WithCAFile(t.TLS.CAFile), WithCertificate(t.TLS.CertFile, t.TLS.KeyFile)}, options...) {
		if err := option(c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// ClientOption changes how a client reaches its target.
type ClientOption func(*Client) error

// WithTimeout bounds every request, from its first byte to the last of its answer;
// 0 leaves 30 seconds.
func WithTimeout(d time.Duration) ClientOption {
	return func(c *Client) error {
		if d > 0 {
			c.http.Timeout = d
		}
		return nil
	}
}

// WithPatience bounds how long the run waits for a target that is in trouble; 0 leaves two
// minutes.
func WithPatience(d time.Duration) ClientOption {
	return func(c *Client) error {
		if d > 0 {
			c.breaker.patience = d
		}
		return nil
	}
}

// WithNotices tells somebody, in a sentence, what the run waits for and what it has lost.
func WithNotices(notice func(string)) ClientOption {
	return func(c *Client) error {
		c.notice = notice
		return nil
	}
}

// WithJournal has everything written to a journal that is about to be created.
func WithJournal(j *journal.Journal) ClientOption {
	return func(c *Client) error {
		c.Journal = j
		return nil
	}
}

// Through sends every request another way than over the network.
func Through(transport http.RoundTripper) ClientOption {
	return func(c *Client) error {
		c.http.Transport = transport
		return nil
	}
}

// WithCAFile trusts the certificates of a PEM file as well as the system's; "" is
// none.
func WithCAFile(path string) ClientOption {
	return func(c *Client) error {
		if path == "" {
			return nil
		}
		pem, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("the file of certificates: %w", err)
		}
		pool, err := x509.SystemCertPool()
		if err != nil {
			pool = x509.NewCertPool()
		}
		if !pool.AppendCertsFromPEM(pem) {
			return fmt.Errorf("%s holds no certificate in PEM form", path)
		}
		c.tls().RootCAs = pool
		return nil
	}
}

// remember keeps what the run made, and its label.
func (c *Client) remember(made *Creation, label string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.owned[made.ID] = made
	c.owned[made.Kind.Name+" "+made.ID] = made
	c.labels[made.ID] = label
}

// labelOf is the label of something that the run made, and its organization.
func (c *Client) labelOf(id string) (label, organization string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if made := c.owned[id]; made != nil {
		return c.labels[id], made.In["organization"]
	}
	return "", ""
}

// owns reports whether the run is known to have made something.
func (c *Client) owns(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.owned[id] != nil
}

// countUnanswered adds to the number of requests without an answer that would have made
// the same, and returns it.
func (c *Client) countUnanswered(made *Creation, sent string, more int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := made.Kind.Name + " " + made.collection() + " " + sent
	c.unanswered[key] += more
	return c.unanswered[key]
}

// ownsHolder reports whether a thing is in an organization or a role that the run made,
// with which it goes.
func (c *Client) ownsHolder(made *Creation) bool {
	if role := made.In["role"]; role != "" && c.owns(roleKind+" "+role) {
		return true
	}
	return made.Kind.Name != organizationKind && c.owns(organizationKind+" "+made.In["organization"])
}

// Close lets go of idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// trusts reports whether an address is on the target's host or its control plane's,
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

// do sends one request. who names the credential that the limits count for. It waits while
// the target is in trouble, or puts the request off, and fails when that does not end: that
// says nothing about the rule. Requests that are safe to repeat are, a few times, when there
// is no answer. An answer that is not the target's is returned as it is.
func (c *Client) do(ctx context.Context, who string, e *Exchange) error {
	e.who = who
	for waited := time.Duration(0); ; {
		if err := c.breaker.pass(ctx, c); err != nil {
			return err
		}
		if err := c.pace(ctx, who); err != nil {
			return err
		}
		if e.before != nil {
			if err := e.before(); err != nil {
				return err
			}
		}
		err := c.send(ctx, e)
		switch originOf(e, err) {
		case ofTarget:
			c.noteAnswer(who, e)
			return nil
		case ofThrottle:
			after := retryAfter(e.ResponseHeader)
			c.connection.noteAnswer()
			if waited += after; waited > longestWait {
				c.giveUp(fmt.Sprintf("the target asks %s to wait %s more, after %s; set limits in its profile, or use fewer at a time (--parallel)", who, after, waited-after))
				return &GoneError{c.Gone()}
			}
			if err := c.putOff(ctx, who, e, after); err != nil {
				return err
			}
		case ofWay:
			if ctx.Err() != nil {
				return c.inVain(e, err) // it was cut off
			}
			c.breaker.noteTrouble(c, e, err)
			if !shouldRetry(e, err) {
				return c.inVain(e, err)
			}
			e.Retried++
			if err := c.wait(ctx, backoff(e)); err != nil {
				return err
			}
		}
	}
}

// noteAnswer notes an answer of the target.
func (c *Client) noteAnswer(who string, e *Exchange) {
	c.connection.noteAnswer()
	c.breaker.noteAnswer()
	c.paceOf(who).noteAccepted(c.now())
	c.learn(who, e)
}

// putOff waits as long as the target asks to.
func (c *Client) putOff(ctx context.Context, who string, e *Exchange, after time.Duration) error {
	e.Waited++
	if c.paceOf(who).noteThrottled(c.now(), after) {
		c.notify("the target puts off requests of %s (429): slower from now on, and %s until the next", who, after)
	}
	return c.wait(ctx, after)
}

// inVain is the error of a request that the target has not answered; nil where a gateway, or
// who speaks for the target, has.
func (c *Client) inVain(e *Exchange, err error) error {
	if err == nil {
		return nil
	}
	if timedOut(err) && c.Gone() == "" {
		c.countUnwell(hung, e)
	}
	return &lostError{err}
}

// countUnwell counts requests in vain of an operation by what came of them, and wasUnwell tells
// how many there were before. What one operation always does while all others are well is
// not waited for, or asked, again and again.
func (c *Client) countUnwell(what string, e *Exchange) {
	key := what + " " + c.shapeOf(e)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.unwell[key]++
}

func (c *Client) wasUnwell(what string, e *Exchange) int {
	c.mu.Lock()
	none := len(c.unwell) == 0
	c.mu.Unlock()
	if none {
		return 0 // which operation it is need not be found out for each request
	}
	key := what + " " + c.shapeOf(e)
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.unwell[key]
}

// What requests in vain are counted by.
const (
	hung        = "hung"
	unreachable = "unreachable"
)

// shapeOf is what requests for one operation have in common.
func (c *Client) shapeOf(e *Exchange) string {
	path, _, _ := strings.Cut(strings.TrimPrefix(e.URL, c.Target.BaseURL), "?")
	if operation := c.Contract.operation(e.Method, path); operation != nil {
		return operation.ID
	}
	return e.Method + " " + path
}

// cutOffAfter is how long what is under way may still take when its context ends: the answer
// may name something that must be deleted.
const cutOffAfter = 1500 * time.Millisecond

// lingering is a context that ends a moment after another does, at once for what may be cut off.
func lingering(ctx context.Context, e *Exchange) (context.Context, context.CancelFunc) {
	if e.cutOff {
		return context.WithCancel(ctx)
	}
	return endingAfter(ctx, func() time.Duration { return cutOffAfter })
}

// send sends the request once. What is under way is given a moment when ctx ends. The
// client's time-out bounds it.
func (c *Client) send(ctx context.Context, e *Exchange) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.useControlToken(e)
	c.useHeaders(e)
	sending, cancel := lingering(ctx, e)
	defer cancel()
	if c.wasUnwell(hung, e) > 1 {
		var stop context.CancelFunc
		sending, stop = context.WithTimeout(sending, hungTimeout)
		defer stop()
	}
	var written atomic.Int32 // net/http itself sends again what it thinks harmless
	trace := &httptrace.ClientTrace{WroteHeaders: func() { written.Add(1) }}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(sending, trace), e.Method, e.URL, bytes.NewReader(e.RequestBody))
	if err != nil {
		return err
	}
	request.Header = e.RequestHeader.Clone()
	if request.Header.Get("User-Agent") == "" {
		request.Header.Set("User-Agent", c.userAgent())
	}
	e.Status, e.ResponseHeader, e.ResponseBody = 0, nil, nil // those of an earlier try
	started := time.Now()
	response, err := c.http.Do(request)
	e.Retried += max(0, int(written.Load())-1)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	e.Status, e.ResponseHeader = response.StatusCode, response.Header
	c.connection.learnTime(response.Header, started)
	e.ResponseBody, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	e.Duration = time.Since(started)
	return err
}

// useControlToken shows the token to the control plane, and to nobody else.
func (c *Client) useControlToken(e *Exchange) {
	if t := c.Target; t.ControlToken != "" && t.Control != "" && strings.HasPrefix(e.URL, t.Control+"/") {
		e.RequestHeader.Set("Understudy-Control-Token", t.ControlToken)
	}
}

// useHeaders adds the headers of the profile. No other host sees them, and what a
// scenario sends itself stays.
func (c *Client) useHeaders(e *Exchange) {
	if len(c.Target.Headers) == 0 || !c.trusts(e.URL) {
		return
	}
	for name, value := range c.Target.Headers {
		if len(e.RequestHeader.Values(name)) == 0 {
			e.RequestHeader.Set(name, value)
		}
	}
}

func retryAfter(header http.Header) time.Duration {
	seconds, err := strconv.Atoi(header.Get("Retry-After"))
	if err != nil || seconds < 1 {
		seconds = 1
	}
	return time.Duration(seconds) * time.Second
}

// retryAfterIf is how long an answer asks to wait, 0 if it does not.
func retryAfterIf(e *Exchange) time.Duration {
	if e.ResponseHeader.Get("Retry-After") == "" {
		return 0
	}
	return retryAfter(e.ResponseHeader)
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

// loginError is that the target does not take what the profile has to log in with.
type loginError struct {
	role   string
	status int
}

func (e *loginError) Error() string {
	return fmt.Sprintf("the target refuses the email and password of credentials.%s with status %d", e.role, e.status)
}

// logIn logs in by password, as a browser does.
func (c *Client) logIn(ctx context.Context, role string, credential target.Credential) (http.Header, error) {
	if credential.Email == "" || credential.Password == "" {
		return nil, fmt.Errorf("credentials.%s has no email and password", role)
	}
	e := &Exchange{
		Method: http.MethodPost, URL: c.Target.BaseURL + loginPath,
		RequestHeader: http.Header{"Content-Type": {"application/json"}},
		RequestBody:   encode(JSON{"email": credential.Email, "password": credential.Password}),
		repeatable:    true, // a second login is only another session
	}
	if err := c.do(ctx, role, e); err != nil {
		return nil, err
	}
	if e.Status != http.StatusOK {
		return nil, &loginError{role, e.Status}
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

// sameProtocol is an address with the protocol of the target's own where it leads to
// its host: a server behind a proxy may not know by which it is called, and no
// credentials go another way than the profile says.
func (c *Client) sameProtocol(address string) string {
	own, err := url.Parse(c.Target.BaseURL)
	if err != nil {
		return address
	}
	for _, scheme := range []string{"http://", "https://"} {
		if rest, ok := strings.CutPrefix(address, scheme+own.Host); ok && (rest == "" || strings.ContainsRune("/?#", rune(rest[0]))) {
			return own.Scheme + "://" + own.Host + rest
		}
	}
	return address
}
