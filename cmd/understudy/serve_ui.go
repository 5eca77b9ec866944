package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
)

//go:embed serve_ui.html
var frontendFile embed.FS

var frontendPage = template.Must(template.ParseFS(frontendFile, "serve_ui.html"))

// frontend is a reverse proxy for a development server, including web sockets and streams.
// It answers with an explanation when there is none.
type frontend struct {
	proxy    *httputil.ReverseProxy
	serving  context.Context // when it is done, open requests end
	upstream string
}

func newFrontend(serving context.Context, upstream *url.URL, own *net.TCPAddr) (*frontend, error) {
	if (upstream.Scheme != "http" && upstream.Scheme != "https") || upstream.Hostname() == "" {
		return nil, fmt.Errorf("want the address of a development server, such as http://localhost:5173, got %q", upstream.Redacted())
	}
	if upstream.Port() == strconv.Itoa(own.Port) && isThisMachine(upstream.Hostname()) {
		return nil, fmt.Errorf("%s is the fake itself: want the address of the development server, or another --addr", upstream.Redacted())
	}
	f := &frontend{serving: serving, upstream: upstream.Redacted()}
	f.proxy = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			r.SetXForwarded()
			if upstream.Scheme == "http" {
				// Development servers take a web socket only from a page of their own
				// host, and send redirects to it. One behind TLS is known by its name.
				r.Out.Host = r.In.Host
			}
		},
		ErrorHandler: f.explain,
		ErrorLog:     log.New(io.Discard, "", 0), // a browser that goes away is no error
	}
	return f, nil
}

func isThisMachine(name string) bool {
	return name == "localhost" || net.ParseIP(name).IsLoopback()
}

// ServeHTTP passes one request on.
func (f *frontend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(f.serving, cancel)()
	f.proxy.ServeHTTP(w, r.WithContext(ctx))
}

// explain answers when the development server does not. Pages reload by themselves.
func (f *frontend) explain(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // nobody waits for the answer
	}
	said := "The frontend development server at " + f.upstream + " broke off: " + err.Error() + "."
	if failed := new(net.OpError); errors.As(err, &failed) && failed.Op == "dial" {
		said = "There is no frontend development server at " + f.upstream + ". Start it (npm run dev, or whatever your project has), or give another --proxy-ui."
	}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		header.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = fmt.Fprintln(w, "understudy:", said)
		return
	}
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	header.Set("Refresh", "2")
	w.WriteHeader(http.StatusBadGateway)
	_ = frontendPage.Execute(w, map[string]string{"Said": said})
}
