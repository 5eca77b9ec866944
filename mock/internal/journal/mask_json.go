package journal

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// json masks the values of properties whose names say that they are secret, and keeps
// the rest as it was sent, white space and order included. From where the text is not
// JSON, it shows nothing that may be a secret.
func (m *masker) json(text string) string {
	j := jsonMasker{masker: m, text: text, decoder: json.NewDecoder(strings.NewReader(text))}
	j.decoder.UseNumber()
	for j.step() {
	}
	return j.masked.String()
}

// jsonMasker masks a text token by token.
type jsonMasker struct {
	*masker
	text    string
	decoder *json.Decoder
	done    int         // how much of the text has been read
	open    []container // the objects and lists that are open
	masked  strings.Builder
}

// container is an open object or list.
type container struct {
	object bool
	named  bool // the name of a property has been read, and its value has not
	kind   kind // of the next value
}

// step masks one token and reports whether there may be another one.
func (j *jsonMasker) step() bool {
	token, err := j.decoder.Token()
	if err != nil {
		j.masked.WriteString(j.rest(err))
		return false
	}
	end := int(j.decoder.InputOffset())
	raw := j.text[j.done:end]
	j.done = end
	j.masked.WriteString(j.token(token, raw))
	return true
}

// rest returns what is shown of a text from where it cannot be parsed. If it merely
// ends too early, what was parsed before is certain.
func (j *jsonMasker) rest(err error) string {
	rest := j.text[j.done:]
	ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if ended && j.next() == noSecret && mentionsNoSecret(rest) {
		return rest
	}
	return unreadable(rest)
}

// next returns the kind of the next value.
func (j *jsonMasker) next() kind {
	if len(j.open) == 0 {
		return noSecret
	}
	return j.open[len(j.open)-1].kind
}

// token masks a token. raw is its text, with what stands before it.
func (j *jsonMasker) token(token json.Token, raw string) string {
	switch token {
	case json.Delim('{'):
		j.open = append(j.open, container{object: true})
		return raw
	case json.Delim('['):
		j.open = append(j.open, container{kind: j.next()})
		return raw
	case json.Delim('}'), json.Delim(']'):
		j.open = j.open[:len(j.open)-1]
		j.endValue()
		return raw
	}
	if name, ok := token.(string); ok && j.propertyName(name) {
		return raw
	}
	kind := j.next()
	j.endValue()
	return j.value(kind, token, raw)
}

// propertyName notes a string as the name of a property, if one is due.
func (j *jsonMasker) propertyName(name string) bool {
	if len(j.open) == 0 {
		return false
	}
	at := &j.open[len(j.open)-1]
	if !at.object || at.named {
		return false
	}
	at.named, at.kind = true, kindOf(name)
	return true
}

// endValue notes the end of a value.
func (j *jsonMasker) endValue() {
	if len(j.open) == 0 {
		return
	}
	if at := &j.open[len(j.open)-1]; at.object {
		at.named, at.kind = false, noSecret
	}
}

// value masks a value. True, false and null are no secrets.
func (j *jsonMasker) value(k kind, token json.Token, raw string) string {
	var value string
	switch token := token.(type) {
	case string:
		if value = token; k == noSecret && isNestedSecret(value) {
			k = other
		}
	case json.Number:
		value = token.String()
	}
	if k == noSecret || value == "" {
		return raw
	}
	before := raw[:len(raw)-len(strings.TrimLeft(raw, " \t\r\n,:"))]
	return before + `"` + j.secret(k, value) + `"`
}
