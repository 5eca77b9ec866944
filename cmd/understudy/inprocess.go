package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
)

// inProcess hands requests to a handler in this program, as if over the network: no
// port, no connection.
type inProcess struct{ handler http.Handler }

// RoundTrip answers a request.
func (p inProcess) RoundTrip(sent *http.Request) (*http.Response, error) {
	uri := sent.URL.RequestURI()
	received, err := url.ParseRequestURI(uri)
	if err != nil {
		return nil, err
	}
	request := sent.Clone(sent.Context())
	request.URL, request.RequestURI, request.RemoteAddr = received, uri, "127.0.0.1:1"
	if request.Host == "" {
		request.Host = sent.URL.Host
	}
	if request.Body == nil {
		request.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	p.handler.ServeHTTP(recorder, request)
	response := recorder.Result()
	response.Request = sent
	if sent.Method == http.MethodHead {
		response.Body = http.NoBody
	}
	return response, nil
}
