package journal

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// json masks the values of properties whose names say that they are secret, and
// leaves the rest as it was sent, spaces and order included. From where a text is no
// JSON, it shows nothing that may be a secret.
func (m *masker) json(text string) string {
	r := jsonMasker{masker: m, text: text, decoder: json.NewDecoder(strings.NewReader(text))}
	r.decoder.UseNumber()
	for r.step() {
	}
	return r.masked.String()
}

// jsonMasker reads a text token by token.
type jsonMasker struct {
	*masker
	text    string
	decoder *json.Decoder
	done    int     // how much of the text has been read
	within  []level // the objects and lists that are open
	masked  strings.Builder
}

// level is an open object or list.
type level struct {
	object bool
	named  bool // the name of a property has been read, and its value has not
	kind   kind // of the next value
}

// step masks one token and tells whether there may be another one.
func (r *jsonMasker) step() bool {
	token, err := r.decoder.Token()
	if err != nil {
		r.masked.WriteString(r.rest(err))
		return false
	}
	end := int(r.decoder.InputOffset())
	raw := r.text[r.done:end]
	r.done = end
	r.masked.WriteString(r.token(token, raw))
	return true
}

// rest is what is shown of a text from where it cannot be read. Where it has merely
// ended too soon, everything before is certain.
func (r *jsonMasker) rest(err error) string {
	rest := r.text[r.done:]
	ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if ended && r.next() == noSecret && harmless(rest) {
		return rest
	}
	return hidden(rest)
}

// next is the kind of the value that comes next.
func (r *jsonMasker) next() kind {
	if len(r.within) == 0 {
		return noSecret
	}
	return r.within[len(r.within)-1].kind
}

// token masks a token, given the text of it with what stands before it.
func (r *jsonMasker) token(token json.Token, raw string) string {
	switch token {
	case json.Delim('{'):
		r.within = append(r.within, level{object: true})
		return raw
	case json.Delim('['):
		r.within = append(r.within, level{kind: r.next()})
		return raw
	case json.Delim('}'), json.Delim(']'):
		r.within = r.within[:len(r.within)-1]
		r.passed()
		return raw
	}
	if name, ok := token.(string); ok && r.name(name) {
		return raw
	}
	kind := r.next()
	r.passed()
	return r.value(kind, token, raw)
}

// name takes a string for the name of a property, if one is due.
func (r *jsonMasker) name(name string) bool {
	if len(r.within) == 0 {
		return false
	}
	at := &r.within[len(r.within)-1]
	if !at.object || at.named {
		return false
	}
	at.named, at.kind = true, kindOf(name)
	return true
}

// passed notes that a value has been read.
func (r *jsonMasker) passed() {
	if len(r.within) == 0 {
		return
	}
	if at := &r.within[len(r.within)-1]; at.object {
		at.named, at.kind = false, noSecret
	}
}

// value masks a value. True, false and null give nothing away.
func (r *jsonMasker) value(k kind, token json.Token, raw string) string {
	var value string
	switch token := token.(type) {
	case string:
		if value = token; k == noSecret && nested(value) {
			k = other
		}
	case json.Number:
		value = token.String()
	}
	if k == noSecret || value == "" {
		return raw
	}
	before := raw[:len(raw)-len(strings.TrimLeft(raw, " \t\r\n,:"))]
	return before + `"` + r.secret(k, value) + `"`
}
