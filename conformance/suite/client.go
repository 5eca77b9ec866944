package suite

import (
	"context"
	"net/http"
	"net/url"
	"slices"
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
	lateness   lateness
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
	unshown          unshown
	current          struct {
		mu     sync.Mutex
		before map[string]current // to whom, before the run
	}

	// unlabelled is held while something without a label is created, borrowed while
	// a story changes what the target has.
	unlabelled, borrowed sync.Mutex
	loans                *flock.Flock // held with borrowed; nil where runs are not kept apart
	loanMoves            atomic.Int64 // counts when borrowed was taken and let go: odd while it is held
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

// pathOf is the path of an address below the target's own, without its query, and whether it is
// there.
func (c *Client) pathOf(address string) (path string, ours bool) {
	path, ours = strings.CutPrefix(address, c.Target.BaseURL)
	path, _, _ = strings.Cut(path, "?")
	return path, ours
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
