package rest

import (
	"bytes"
	"io"
	"net/http"
)

// BufferedBody is the body of a request that was read ahead, for those who look at it
// before the operation does. It reads like the body itself.
type BufferedBody struct {
	// Data is the body, or as much of it as was wanted.
	Data []byte
	io.Reader
	io.Closer
	whole bool
}

// BufferBody reads the body of a request ahead, up to limit bytes, and puts what was read
// in its place. What goes wrong is met again by whoever reads it there.
// whole tells whether the data is all of the body.
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
		received.Reader = io.MultiReader(bytes.NewReader(data), broken{err})
	case int64(len(data)) <= limit:
		received.whole = true
	}
	r.Body = received
	return data, received.whole
}

// broken is the rest of a body that could not be read.
type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }
