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

// remoteFlags say where a fake runs that somebody has started.
type remoteFlags struct {
	URL          string `name:"url" placeholder:"URL" help:"Where the fake is. Default: http://127.0.0.1:8010."`
	ControlToken string `placeholder:"TOKEN" help:"The fake's control token, if it has one."`
}

const (
	defaultURL    = "http://127.0.0.1:8010"
	sandboxPath   = "/_sandbox/"
	controlPath   = "/_understudy"
	remoteTimeout = 5 * time.Second
	mostAnswered  = 8 << 20 // bytes
)

// remote is a fake that runs in another process.
type remote struct {
	root    string // without the prefix of a sandbox
	sandbox string // "" is the one that answers whoever names none
	token   string
	client  *http.Client
}

// remote checks the flags. site is used when --url is not given, "" is the default.
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
	r := &remote{token: f.ControlToken, client: &http.Client{Timeout: remoteTimeout, CheckRedirect: stay}}
	r.root = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(site, "/"), controlPath), "/")
	if at := strings.LastIndex(r.root, sandboxPath); at >= 0 {
		r.root, r.sandbox = r.root[:at], r.root[at+len(sandboxPath):]
	}
	return r, r.choose(r.sandbox)
}

var sandboxName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// choose makes r about a sandbox; "" and "default" are the one that is always there.
func (r *remote) choose(sandbox string) error {
	if r.sandbox = sandbox; sandbox == "default" {
		r.sandbox = ""
	}
	if r.sandbox != "" && !sandboxName.MatchString(sandbox) {
		return fmt.Errorf("%q names no sandbox: use up to 100 letters, digits, dots, dashes and underscores, a letter or a digit first", sandbox)
	}
	return nil
}

// stay does not follow redirects: they would say that somebody else answers.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// site is what the paths of the API are appended to.
func (r *remote) site() string {
	if r.sandbox == "" {
		return r.root
	}
	return r.root + sandboxPath + r.sandbox
}

// reply is an answer, read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// refusal is what the control plane says when it refuses; "" is no such answer.
func (a *reply) refusal() (code, detail string) {
	var said struct{ Understudy, Detail string }
	_ = json.Unmarshal(a.body, &said)
	return said.Understudy, said.Detail
}

// send makes a request; pairs are names and values of headers.
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
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswered))
	return &reply{answer.StatusCode, answer.Header, body}, err
}

// control asks the control plane below a site.
func (r *remote) control(ctx context.Context, site, path string) (*reply, error) {
	if r.token == "" {
		return r.send(ctx, http.MethodGet, site+controlPath+path)
	}
	return r.send(ctx, http.MethodGet, site+controlPath+path, "Understudy-Control-Token", r.token)
}

// present tells whether the sandbox is there. Asking anything of one that is not
// there would make it.
func (r *remote) present(ctx context.Context) (bool, error) {
	if r.sandbox == "" {
		return true, nil
	}
	answer, err := r.control(ctx, r.root, "/sandboxes/"+url.PathEscape(r.sandbox))
	return err == nil && answer.status == http.StatusOK, err
}

// profile is the target profile of the sandbox; of the default one when the sandbox
// is not there, as it will start in the same way.
func (r *remote) profile(ctx context.Context) (*reply, bool, error) {
	present, err := r.present(ctx)
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
