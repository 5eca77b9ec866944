package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
)

// masker renders the content of an entry with a placeholder for each secret.
type masker struct {
	show    func(kind, string) string // returns the placeholder
	scim    bool                      // bearer tokens are those of SCIM
	secrets []secret                  // of the entry
	echoes  *strings.Replacer         // nil when there is nothing to replace
}

func (e *Entry) masker(show func(kind, string) string) *masker {
	secrets := e.findSecrets()
	return &masker{show, e.scim(), secrets, newEchoReplacer(secrets, show)}
}

// scim reports whether the request went to the SCIM server.
func (e *Entry) scim() bool { return strings.Contains(e.exchange.URI, "/scim/v2/") }

// secret returns the placeholder of a value; an empty value stays empty.
func (m *masker) secret(k kind, value string) string {
	if value == "" {
		return ""
	}
	return m.show(k, value)
}

// text masks the known secrets of the entry, and what looks like a key.
func (m *masker) text(text string) string {
	if m.echoes != nil {
		text = m.echoes.Replace(text)
	}
	return keyPattern.ReplaceAllStringFunc(text, func(value string) string { return m.secret(key, value) })
}

func (m *masker) texts(list []string) []string {
	masked := make([]string, len(list))
	for i, text := range list {
		masked[i] = m.text(text)
	}
	return masked
}

func (m *masker) explanation(e *Explanation) *Explanation {
	if e == nil {
		return nil
	}
	return &Explanation{Rule: m.text(e.Rule), Detail: m.text(e.Detail), Sufficient: m.text(e.Sufficient)}
}

func (m *masker) headers(fields []field) http.Header {
	header := http.Header{}
	for _, f := range fields {
		header[f.name] = append(header[f.name], m.text(m.header(f.name, f.value)))
	}
	return header
}

func (m *masker) header(name, value string) string {
	switch name {
	case "Authorization", "Proxy-Authorization":
		return m.authorization(value)
	case "Cookie":
		pairs := strings.Split(value, ";")
		for i := range pairs {
			pairs[i] = m.cookie(pairs[i])
		}
		return strings.Join(pairs, ";")
	case "Set-Cookie":
		pair, attributes, _ := strings.Cut(value, ";")
		if attributes == "" {
			return m.cookie(pair)
		}
		return m.cookie(pair) + ";" + attributes
	}
	if k := kindOf(name); k != noSecret {
		return m.secret(k, value)
	}
	return m.query(value)
}

// authorization masks all but the scheme.
func (m *masker) authorization(value string) string {
	space := strings.IndexFunc(value, unicode.IsSpace)
	if space < 0 {
		return m.secret(key, value)
	}
	scheme, credential := value[:space], strings.TrimSpace(value[space:])
	switch {
	case strings.EqualFold(scheme, "Basic"):
		return scheme + " " + m.secret(password, credential)
	case m.scim:
		return scheme + " " + m.secret(scimToken, credential)
	}
	return scheme + " " + m.secret(key, credential)
}

// cookie masks all but the name.
func (m *masker) cookie(pair string) string {
	name, value, ok := strings.Cut(pair, "=")
	if !ok {
		bare := strings.TrimLeft(pair, " ")
		return pair[:len(pair)-len(bare)] + m.secret(cookie, bare)
	}
	k := kindOf(name)
	if k == noSecret {
		k = cookie
	}
	return name + "=" + m.secret(k, strings.Trim(value, `"`))
}

// query masks the query parameters of an address.
func (m *masker) query(address string) string {
	path, query, ok := strings.Cut(address, "?")
	if !ok {
		return address
	}
	return path + "?" + m.form(query)
}

// form masks the values of a query string or of a form.
func (m *masker) form(text string) string {
	pairs := strings.Split(text, "&")
	for i, pair := range pairs {
		pairs[i] = m.pair(pair)
	}
	return strings.Join(pairs, "&")
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// plainName are the characters of parameter names. Other names may hold secrets themselves.
const plainName = letters + "0123456789_-.[]"

func (m *masker) pair(pair string) string {
	read := pytext.ParseQuery(pair)
	if len(read) != 1 {
		return pair
	}
	name, value := read[0].Key, read[0].Value
	sent, raw, isPair := strings.Cut(pair, "=")
	k := kindOf(name)
	switch {
	case k != noSecret && (!isPair || strings.Trim(name, plainName) != ""):
		return m.secret(k, pair) // not a parameter, but a text that mentions a secret
	case k != noSecret:
	case isNestedSecret(value):
		k = other
	default:
		return pair
	}
	if raw != value {
		m.secret(k, raw) // its escaped form is a secret as well
	}
	return sent + "=" + m.secret(k, value)
}

// isNestedSecret reports whether a value is itself an object or a list that may hold a
// secret.
func isNestedSecret(value string) bool {
	return (strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[")) && !mentionsNoSecret(value)
}

const contentType = "Content-Type"

// body masks a body. If it cannot be shown at all, omitted says why.
func (m *masker) body(p *part) (text, omitted string) {
	if !utf8.Valid(p.completeRunes()) || bytes.IndexByte(p.body.Data, 0) >= 0 {
		return "", fmt.Sprintf("%d bytes that are no text", p.body.Size)
	}
	text = p.bodyText()
	if !p.bodyPlain {
		text = m.parsedBody(text, p.mediaType())
	}
	text = m.text(text)
	if p.body.truncated() {
		text = m.maskPartialSecret(text)
	}
	return text, ""
}

// bodyText is the body as a string, which need not be valid UTF-8.
func (p *part) bodyText() string { return string(p.completeRunes()) }

// completeRunes is the body without a character that its truncation cut in two.
func (p *part) completeRunes() []byte {
	if p.body.truncated() {
		return wholeRunes(p.body.Data)
	}
	return p.body.Data
}

// wholeRunes returns data without a character that is cut in two at its end.
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

// parsedBody masks a text according to its format. The content counts for more than the
// content type: a client may have sent a wrong one.
func (m *masker) parsedBody(text, mediaType string) string {
	kind, params, _ := mime.ParseMediaType(mediaType)
	start := strings.TrimLeft(text, "\ufeff \t\r\n")
	switch {
	case mentionsNoSecret(text):
		return text // the common case: no need to parse it
	case strings.HasPrefix(start, "{") || strings.HasPrefix(start, "[") || strings.HasSuffix(kind, "json"):
		return m.json(text)
	case strings.HasPrefix(kind, "multipart/"):
		return m.multipart(text, params["boundary"])
	case kind == "application/x-www-form-urlencoded" || kind == "":
		return m.form(text)
	}
	return unreadable(text)
}

// unreadable replaces a text, or the rest of one, that could not be parsed.
func unreadable(text string) string {
	return fmt.Sprintf("[%d bytes that could not be read and may hold a secret]", len(text))
}

// multipart masks the fields of a multipart form.
func (m *masker) multipart(text, boundary string) string {
	var masked bytes.Buffer
	writer := multipart.NewWriter(&masked)
	if boundary == "" || writer.SetBoundary(boundary) != nil {
		return unreadable(text)
	}
	for reader := multipart.NewReader(strings.NewReader(text), boundary); ; {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			_ = writer.Close() // into memory
			return masked.String()
		}
		if err != nil || m.part(part, writer) != nil {
			return unreadable(text)
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
	} else if part.FormName() == "" || isNestedSecret(value) {
		value = m.secret(other, value)
	}
	_, err = io.WriteString(into, value)
	return err
}
