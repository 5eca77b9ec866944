package rest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

const (
	mediaJSON      = "application/json"
	mediaForm      = "application/x-www-form-urlencoded"
	mediaMultipart = "multipart/form-data"
)

// MediaTypes are the kinds of body that every operation reads.
var MediaTypes = []string{mediaJSON, mediaForm, mediaMultipart}

// Body is what came with a request, before anything has looked into it.
type Body struct {
	ContentType string
	Data        []byte
}

// drained is how much of a body that is too large is still read, and dropped: a
// client that sends before it listens would see a broken connection instead of
// the refusal.
const drained = 64 << 20

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

// tooLarge refuses the body of r after dropping what is left of it.
func tooLarge(r *http.Request, limit int64) error {
	_, _ = io.CopyN(io.Discard, r.Body, drained) // the refusal stands whatever becomes of the rest
	return BodyTooLarge(limit)
}

// Parse reads the body as its content type says. Without a body the input is
// empty: an empty form for the form types, else an empty object.
func (b Body) Parse() (*Input, error) {
	kind, params, err := mime.ParseMediaType(b.ContentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		kind = ""
	}
	switch {
	case kind == mediaForm:
		return formInput(pytext.ParseQuery(string(b.Data))), nil
	case kind == mediaMultipart && len(b.Data) == 0:
		return formInput(nil), nil
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
