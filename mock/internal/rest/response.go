package rest

import (
	"net/http"
	"strconv"
)

// contentTypeJSON is the header Content-Type of the API.
var contentTypeJSON = []string{"application/json"}

// WriteResponse answers with a JSON body; without one there is no content type.
func WriteResponse(w http.ResponseWriter, status int, body []byte) {
	WriteResponseAs(w, contentTypeJSON, status, body)
}

// WriteResponseAs is [WriteResponse] for a body of another content type.
func WriteResponseAs(w http.ResponseWriter, contentType []string, status int, body []byte) {
	if len(body) == 0 {
		w.WriteHeader(status)
		return
	}
	header := w.Header()
	header["Content-Type"] = contentType
	header["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	_, _ = w.Write(body) // a caller who has gone is nobody to tell
}

// WriteError answers with a refusal alone.
func WriteError(w http.ResponseWriter, e *Error) {
	var out Writer
	e.Write(&out)
	WriteResponse(w, e.Status, out.Bytes())
}
