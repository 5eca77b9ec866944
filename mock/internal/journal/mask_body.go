package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"unicode/utf8"
)

const contentType = "Content-Type"

// body masks a body. When it cannot be shown at all, omitted says why.
func (m *masker) body(p *part) (text, omitted string) {
	if !utf8.Valid(p.whole()) || bytes.IndexByte(p.body.Data, 0) >= 0 {
		return "", fmt.Sprintf("%d bytes that are no text", p.body.Size)
	}
	text = p.text()
	if !p.plain {
		text = m.parsed(text, p.mediaType())
	}
	text = m.text(text)
	if p.body.truncated() {
		text = m.begun(text)
	}
	return text, ""
}

// text is the body as it was, which need not be text.
func (p *part) text() string { return string(p.whole()) }

// whole is the body without the character that its end cuts in two.
func (p *part) whole() []byte {
	if p.body.truncated() {
		return wholeRunes(p.body.Data)
	}
	return p.body.Data
}

// wholeRunes leaves out the character that the end of data cuts in two.
func wholeRunes(data []byte) []byte {
	for i := len(data) - 1; i >= max(0, len(data)-utf8.UTFMax); i-- {
		if utf8.RuneStart(data[i]) {
			if !utf8.FullRune(data[i:]) {
				return data[:i]
			}
			break
		}
	}
	return data
}

// parsed masks a text as what it is. It goes by the content sooner than by the type:
// a client may have sent a wrong one.
func (m *masker) parsed(text, mediaType string) string {
	kind, params, _ := mime.ParseMediaType(mediaType)
	start := strings.TrimLeft(text, "\ufeff \t\r\n")
	switch {
	case harmless(text):
		return text // the common case, without reading it
	case strings.HasPrefix(start, "{") || strings.HasPrefix(start, "[") || strings.HasSuffix(kind, "json"):
		return m.json(text)
	case strings.HasPrefix(kind, "multipart/"):
		return m.multipart(text, params["boundary"])
	case kind == "application/x-www-form-urlencoded" || kind == "":
		return m.form(text)
	}
	return hidden(text)
}

// hidden stands for a text, or for the rest of one, that could not be read.
func hidden(text string) string {
	return fmt.Sprintf("[%d bytes that could not be read and may hold a secret]", len(text))
}

// multipart masks the fields of a form with parts.
func (m *masker) multipart(text, boundary string) string {
	var masked bytes.Buffer
	writer := multipart.NewWriter(&masked)
	if boundary == "" || writer.SetBoundary(boundary) != nil {
		return hidden(text)
	}
	for reader := multipart.NewReader(strings.NewReader(text), boundary); ; {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			_ = writer.Close() // into memory
			return masked.String()
		}
		if err != nil || m.part(part, writer) != nil {
			return hidden(text)
		}
	}
}

func (m *masker) part(part *multipart.Part, writer *multipart.Writer) error {
	content, err := io.ReadAll(part)
	if err != nil {
		return err
	}
	into, err := writer.CreatePart(part.Header)
	if err != nil {
		return err
	}
	value := string(content)
	if k := kindOf(part.FormName()); k != noSecret {
		value = m.secret(k, value)
	} else if part.FormName() == "" || nested(value) {
		value = m.secret(other, value)
	}
	_, err = io.WriteString(into, value)
	return err
}
