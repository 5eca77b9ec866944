package rest

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

const (
	mediaJSON      = "application/json"
	mediaForm      = "application/x-www-form-urlencoded"
	mediaMultipart = "multipart/form-data"
)

// MediaTypes are the content types of bodies that every operation accepts.
var MediaTypes = []string{mediaJSON, mediaForm, mediaMultipart}

// Body is the body of a request before it is parsed.
type Body struct {
	ContentType string
	Data        []byte
}

// maxDrained is how much of a body that is too large is still read, and dropped: a
// client that sends all before it reads would see a broken connection instead of
// the refusal.
const maxDrained = 64 << 20

// ReadBody reads the body of r, up to limit bytes. A longer one is refused with
// [BodyTooLarge].
func ReadBody(r *http.Request, limit int64) (Body, error) {
	body := Body{ContentType: r.Header.Get("Content-Type")}
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return body, nil
	}
	if r.ContentLength > limit {
		return body, tooLarge(r, limit)
	}
	if received, ok := r.Body.(*BufferedBody); ok && received.whole && int64(len(received.Data)) <= limit {
		body.Data = received.Data
		return body, nil
	}
	var err error
	if body.Data, err = io.ReadAll(io.LimitReader(r.Body, limit+1)); err != nil {
		return body, ParseError("The request body ended before it was complete.")
	}
	if int64(len(body.Data)) > limit {
		return Body{}, tooLarge(r, limit)
	}
	return body, nil
}

// tooLarge refuses the body of r after dropping the rest of it.
func tooLarge(r *http.Request, limit int64) error {
	_, _ = io.CopyN(io.Discard, r.Body, maxDrained) // the refusal does not depend on the rest
	return BodyTooLarge(limit)
}

// Parse parses the body by its content type. Without a body the input is empty: an
// empty form for the form types, else an empty object.
func (b Body) Parse() (*Input, error) {
	kind, params, err := mime.ParseMediaType(b.ContentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		kind = ""
	}
	switch {
	case kind == mediaForm:
		return newFormInput(pytext.ParseQuery(string(b.Data))), nil
	case kind == mediaMultipart && len(b.Data) == 0:
		return newFormInput(nil), nil
	case len(b.Data) == 0:
		return &Input{value: new(pyjson.Object)}, nil
	case kind == mediaMultipart:
		return parseMultipart(b.Data, params["boundary"])
	case kind == mediaJSON:
		return parseJSON(b.Data)
	}
	return nil, UnsupportedMediaType(b.ContentType)
}

func parseJSON(data []byte) (*Input, error) {
	value, err := pyjson.Decode(data)
	if err != nil {
		return nil, ParseError("JSON parse error - " + err.Error())
	}
	return &Input{value: value}, nil
}

// Upload stands for a file in a multipart body. No field accepts one.
type Upload struct{ Name string }

func parseMultipart(data []byte, boundary string) (*Input, error) {
	if boundary == "" {
		return nil, ParseError("Multipart form parse error - Invalid boundary in multipart: None")
	}
	in := &Input{form: map[string][]any{}}
	reader := multipart.NewReader(bytes.NewReader(data), boundary)
	for {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return in, nil
		}
		if err != nil {
			return nil, ParseError("Multipart form parse error - " + err.Error())
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return nil, ParseError("Multipart form parse error - " + err.Error())
		}
		name := part.FormName()
		switch {
		case name == "":
		case part.FileName() != "":
			in.form[name] = append(in.form[name], Upload{part.FileName()})
		default:
			in.form[name] = append(in.form[name], pytext.ReplaceBadUTF8(string(value)))
		}
	}
}

// BufferedBody is the body of a request that was read ahead, so that it can be
// inspected before the operation reads it. It reads like the original body.
type BufferedBody struct {
	// Data is the body, or as much of it as was wanted.
	Data []byte
	io.Reader
	io.Closer
	whole bool
}

// BufferBody reads the body of a request ahead, up to limit bytes, and replaces it
// with a [BufferedBody]. A read error is repeated for the next reader. whole
// reports whether data is all of the body.
func BufferBody(r *http.Request, limit int64) (data []byte, whole bool) {
	if r.Body == nil || r.Body == http.NoBody || r.ContentLength == 0 {
		return nil, true
	}
	if r.ContentLength > limit {
		return nil, false
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	received := &BufferedBody{Data: data, Reader: io.MultiReader(bytes.NewReader(data), r.Body), Closer: r.Body}
	switch {
	case err != nil:
		received.Reader = io.MultiReader(bytes.NewReader(data), failingReader{err})
	case int64(len(data)) <= limit:
		received.whole = true
	}
	r.Body = received
	return data, received.whole
}

// failingReader is the rest of a body that could not be read.
type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

// Input is a parsed body: a JSON value, or a form whose values are texts.
type Input struct {
	value any
	form  map[string][]any
}

func newFormInput(pairs []pytext.Pair) *Input {
	in := &Input{form: make(map[string][]any, len(pairs))}
	for _, p := range pairs {
		in.form[p.Key] = append(in.form[p.Key], p.Value)
	}
	return in
}

// Value returns the JSON value; nil for a form.
func (in *Input) Value() any { return in.value }

// IsForm reports whether the body was a form, urlencoded or multipart.
func (in *Input) IsForm() bool { return in.form != nil }

// Form returns the values of each key of a form in their order, which are texts and
// [Upload]s. It is nil for a JSON body, and must not be modified.
func (in *Input) Form() map[string][]any { return in.form }

// Text returns the value of a key if it is a text.
func (in *Input) Text(key string) (string, bool) {
	value, ok := in.lookup(key)
	if !ok {
		return "", false
	}
	text, ok := value.(string)
	return text, ok
}

// Names are the names of the fields that were sent, sorted.
func (in *Input) Names() []string {
	if in.IsForm() {
		return slices.Sorted(maps.Keys(in.form))
	}
	object, ok := in.value.(*pyjson.Object)
	if !ok {
		return nil
	}
	return slices.Sorted(object.Keys())
}

func (in *Input) lookup(key string) (any, bool) {
	if in.form != nil {
		values := in.form[key]
		if len(values) == 0 {
			return nil, false
		}
		return values[len(values)-1], true
	}
	object, ok := in.value.(*pyjson.Object)
	if !ok {
		return nil, false
	}
	return object.Get(key)
}

// formList returns a list from a form: the key repeated, or key[0], key[1], …
func (in *Input) formList(key string) ([]any, bool) {
	if values := in.form[key]; len(values) > 0 {
		return values, true
	}
	var list []any
	for i := 0; ; i++ {
		values := in.form[key+"["+strconv.Itoa(i)+"]"]
		if len(values) == 0 {
			return list, len(list) > 0
		}
		list = append(list, values[len(values)-1])
	}
}

// object refuses every JSON value that is not an object.
func (in *Input) object() error {
	if in.form != nil {
		return nil
	}
	if in.value == nil {
		return Invalid("null", "No data provided")
	}
	if _, ok := in.value.(*pyjson.Object); !ok {
		return InvalidInput("Invalid data. Expected a dictionary, but got " + pytext.TypeName(in.value) + ".")
	}
	return nil
}
