package mocktest

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
)

// SandboxHeader names the sandbox of a request.
const SandboxHeader = "Understudy-Sandbox"

// Caller makes requests with the same headers, its credentials among them.
type Caller struct {
	*Fake
	Header http.Header
}

// And is the caller with one more header.
func (c *Caller) And(name, value string) *Caller {
	more := &Caller{c.Fake, c.Header.Clone()}
	more.Header.Set(name, value)
	return more
}

// Get makes a GET request.
func (c *Caller) Get(path string) *Answer { return c.Do("GET", path, "", "") }

// Delete makes a DELETE request.
func (c *Caller) Delete(path string) *Answer { return c.Do("DELETE", path, "", "") }

// Post sends JSON.
func (c *Caller) Post(path, body string) *Answer { return c.Do("POST", path, "application/json", body) }

// Patch sends JSON.
func (c *Caller) Patch(path, body string) *Answer {
	return c.Do("PATCH", path, "application/json", body)
}

// Put sends JSON.
func (c *Caller) Put(path, body string) *Answer { return c.Do("PUT", path, "application/json", body) }

// Form sends the fields of a form.
func (c *Caller) Form(path, body string) *Answer {
	return c.Do("POST", path, "application/x-www-form-urlencoded", body)
}

// Do makes a request. An empty content type sends no such header.
func (c *Caller) Do(method, path, contentType, body string) *Answer {
	c.T.Helper()
	request := httptest.NewRequest(method, "http://fake.test"+path, strings.NewReader(body))
	maps.Copy(request.Header, c.Header)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	recorder := httptest.NewRecorder()
	c.ServeHTTP(recorder, request)
	result := recorder.Result()
	data, err := io.ReadAll(result.Body)
	if err != nil {
		c.T.Fatal(err)
	}
	if len(data) > 0 && strings.HasPrefix(result.Header.Get("Content-Type"), "application/json") && !json.Valid(data) {
		c.T.Fatalf("%s %s answers with invalid JSON: %s", method, path, data)
	}
	a := &Answer{c.T, method + " " + path + " " + body, result.StatusCode, result.Header, data}
	if !c.RandomInput {
		a.holdToControlDocument(method, path, contentType, body)
	}
	return a
}

// Page calls as a browser does for a page of an origin: what the page asks for comes
// from another site, unless a name of the same site is given.
func (f *Fake) Page(origin string) *Caller {
	return f.With("Origin", origin, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty")
}

// Preflight asks as a browser does before it sends what a form could not.
func (c *Caller) Preflight(path, method, headers string) *Answer {
	return c.And("Access-Control-Request-Method", method).And("Access-Control-Request-Headers", headers).Do(http.MethodOptions, path, "", "")
}
