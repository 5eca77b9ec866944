package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// remoteFlags say where a running fake is.
type remoteFlags struct {
	URL          string `name:"url" placeholder:"URL" help:"Where the fake is. Default: http://127.0.0.1:8010."`
	ControlToken string `placeholder:"TOKEN" help:"The fake's control token, if it has one."`
}

const (
	defaultURL    = "http://127.0.0.1:8010"
	sandboxPath   = "/_sandbox/"
	controlPath   = "/_understudy"
	remoteTimeout = 5 * time.Second
	maxReplySize  = 8 << 20 // bytes
)

// remote is a client of a fake that runs in another process.
type remote struct {
	root    string // without the prefix of a sandbox
	sandbox string // "" is the default one
	token   string
	client  *http.Client
}

// remote checks the flags. Without --url the fake is at site, or at the default URL.
func (f *remoteFlags) remote(site string) (*remote, error) {
	if f.URL != "" {
		site = f.URL
	}
	if site == "" {
		site = defaultURL
	}
	u, err := url.Parse(site)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("--url %s: want an address such as %s", site, defaultURL)
	}
	r := &remote{token: f.ControlToken, client: &http.Client{Timeout: remoteTimeout, CheckRedirect: refuseRedirect}}
	r.root = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(site, "/"), controlPath), "/")
	if at := strings.LastIndex(r.root, sandboxPath); at >= 0 {
		r.root, r.sandbox = r.root[:at], r.root[at+len(sandboxPath):]
	}
	err = r.selectSandbox(r.sandbox)
	return r, err
}

var sandboxName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// selectSandbox has r address a sandbox; "" and "default" are the one that always exists.
func (r *remote) selectSandbox(sandbox string) error {
	if r.sandbox = sandbox; sandbox == "default" {
		r.sandbox = ""
	}
	if r.sandbox != "" && !sandboxName.MatchString(sandbox) {
		return fmt.Errorf("%q names no sandbox: use up to 100 letters, digits, dots, dashes and underscores, a letter or a digit first", sandbox)
	}
	return nil
}

// refuseRedirect returns redirects as responses: a fake sends none, so they identify another server.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// site returns the URL that paths of the API are appended to.
func (r *remote) site() string {
	if r.sandbox == "" {
		return r.root
	}
	return r.root + sandboxPath + r.sandbox
}

// reply is a response with its body.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// refusal returns code and text of an error of the control plane; code is "" for other responses.
func (r *reply) refusal() (code, detail string) {
	var said struct{ Understudy, Detail string }
	_ = json.Unmarshal(r.body, &said)
	return said.Understudy, said.Detail
}

// send sends a request; pairs are names and values of headers.
func (r *remote) send(ctx context.Context, method, address string, pairs ...string) (*reply, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return nil, err
	}
	for i := 0; i < len(pairs); i += 2 {
		request.Header.Set(pairs[i], pairs[i+1])
	}
	request.Host = request.Header.Get("Host") // "" is the one of the address
	request.Header.Del("Host")
	answer, err := r.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxReplySize))
	return &reply{answer.StatusCode, answer.Header, body}, err
}

// control sends a GET to the control plane of a site.
func (r *remote) control(ctx context.Context, site, path string) (*reply, error) {
	if r.token == "" {
		return r.send(ctx, http.MethodGet, site+controlPath+path)
	}
	return r.send(ctx, http.MethodGet, site+controlPath+path, "Understudy-Control-Token", r.token)
}

// sandboxExists reports whether the sandbox exists. It asks the default sandbox, as any
// request to one that does not exist creates it.
func (r *remote) sandboxExists(ctx context.Context) (bool, error) {
	if r.sandbox == "" {
		return true, nil
	}
	answer, err := r.control(ctx, r.root, "/sandboxes/"+url.PathEscape(r.sandbox))
	return err == nil && answer.status == http.StatusOK, err
}

// profile fetches the target profile of the sandbox, and reports whether that exists. If
// not, the profile is the default sandbox's, as a new sandbox starts in the same way.
func (r *remote) profile(ctx context.Context) (*reply, bool, error) {
	present, err := r.sandboxExists(ctx)
	if err != nil {
		return nil, false, err
	}
	site := r.root
	if present {
		site = r.site()
	}
	answer, err := r.control(ctx, site, "/target")
	return answer, present, err
}
