package suite

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/understudy-dev/understudy/conformance/coverage"
)

// asserted is what a story said of an answer.
type asserted struct {
	status bool
	paths  []string
	wanted map[string]any
}

// notePaths notes that the story said something of the value at a path.
func (r *Response) notePaths(paths ...string) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.exchange.asserted.paths = append(r.exchange.asserted.paths, paths...)
}

// noteValue notes that the story said what the value at a path is.
func (r *Response) noteValue(path, value string) {
	r.notePaths(path)
	if value == "" || (value[0] != '{' && value[0] != '[') {
		return
	}
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if r.exchange.asserted.wanted == nil {
		r.exchange.asserted.wanted = map[string]any{}
	}
	r.exchange.asserted.wanted[path] = gjson.Parse(value).Value()
}

// reading is a value that the story took out of an answer.
type reading struct {
	exchange *Exchange
	path     string
	value    gjson.Result
	code     bool // it is the status that was taken
}

// noteReading notes that the story took out a value: the next expectation may be about it.
func (r *Response) noteReading(path string, value gjson.Result) {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.s.readings = append(r.s.readings, reading{exchange: r.exchange, path: path, value: value})
}

// noteStatusReading notes that the story took the status.
func (r *Response) noteStatusReading() {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	r.s.readings = append(r.s.readings, reading{exchange: r.exchange, code: true})
}

// noteExpectation notes that the story expects something of a value. It counts for those
// that were taken out of an answer since the last expectation.
func (s *S) noteExpectation(actual any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, taken := range s.readings {
		switch {
		case taken.code && taken.exchange.Status == actual:
			taken.exchange.asserted.status = true
		case taken.equals(actual):
			taken.exchange.asserted.paths = append(taken.exchange.asserted.paths, taken.path)
		}
	}
	s.readings = nil
}

// equals reports whether a value equals the one that was taken out.
func (r reading) equals(actual any) bool {
	if !r.value.Exists() {
		return false
	}
	switch actual := actual.(type) {
	case string:
		return r.value.String() == actual
	case bool:
		return r.value.IsBool() && r.value.Bool() == actual
	case int64:
		return r.value.Type == gjson.Number && r.value.Int() == actual
	case float64:
		return r.value.Type == gjson.Number && r.value.Float() == actual
	case gjson.Result:
		return r.value.Raw == actual.Raw
	case []gjson.Result:
		return r.value.IsArray() && slices.EqualFunc(r.value.Array(), actual, func(a, b gjson.Result) bool { return a.Raw == b.Raw })
	}
	return false
}

// noteFeature notes that the story switched a feature of an organization of its own.
func (s *S) noteFeature(feature string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	features := maps.Clone(s.features) // exchanges have the old one
	if features == nil {
		features = map[string]bool{}
	}
	features[feature] = on
	s.features = features
}

// covered is what the story exercised and asserted of the document.
func (s *S) covered() coverage.Set {
	s.mu.Lock()
	defer s.mu.Unlock()
	set := coverage.Set{}
	for _, e := range s.exchanges {
		if e.asserted.status {
			set.Merge(s.contract.covered(e))
		}
	}
	return set
}

// covered is what one exchange covers.
func (c *Contract) covered(e *Exchange) coverage.Set {
	if e.Operation == "" {
		if e.Status != http.StatusMethodNotAllowed {
			return nil
		}
		return c.catalogue.NotAllowed(c.operationsAt(e.URL))
	}
	seen := coverage.Seen{
		Operation: e.Operation, Status: e.Status, Key: e.usesKey(), Body: e.decodedBody(),
		Paths: e.asserted.paths, Wanted: e.asserted.wanted, Switched: e.switched,
	}
	if slices.Contains(e.asserted.paths, "detail") {
		seen.Detail = gjson.GetBytes(e.ResponseBody, "detail").String()
	}
	return c.catalogue.Points(seen)
}

// operationsAt are the operations of the path of an address.
func (c *Contract) operationsAt(address string) (ids []string) {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if operation := c.operation(method, strings.TrimPrefix(u.Path, c.basePath)); operation != nil {
			ids = append(ids, operation.ID)
		}
	}
	return ids
}

// usesKey reports whether a request was made with a personal API key.
func (e *Exchange) usesKey() bool {
	return e.RequestHeader.Get("Authorization") != "" || strings.Contains(e.URL, keyParameter)
}

// decodedBody is the request body as JSON has it; nil if it is none.
func (e *Exchange) decodedBody() any {
	kind, parameters, err := mime.ParseMediaType(e.RequestHeader.Get("Content-Type"))
	if err != nil {
		return nil
	}
	switch kind {
	case MediaJSON, MediaSCIM:
		var body any
		if json.Unmarshal(e.RequestBody, &body) == nil {
			return body
		}
	case "application/x-www-form-urlencoded":
		form, _ := url.ParseQuery(string(e.RequestBody))
		return toObject(form)
	case "multipart/form-data":
		form, err := multipart.NewReader(strings.NewReader(string(e.RequestBody)), parameters["boundary"]).ReadForm(maxAnswer)
		if err == nil || errors.Is(err, io.EOF) {
			return toObject(form.Value)
		}
	}
	return nil
}

func toObject[V any](form map[string]V) map[string]any {
	body := map[string]any{}
	for name, value := range form {
		body[name] = value
	}
	return body
}
