package journal

import (
	"bytes"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// kind is the kind of a secret.
type kind byte

const (
	noSecret kind = iota
	key
	session
	csrfToken
	scimToken
	password
	cookie
	other
)

// secretWords are parts of the names of headers, cookies, parameters and properties
// that hold secrets. The first match counts.
var secretWords = []struct {
	word string
	kind kind
}{
	{"passw", password}, {"passphrase", password}, {"csrf", csrfToken}, {"apikey", key}, {"sessionid", session},
	{"bearertoken", scimToken}, {"token", other}, {"secret", other}, {"privatekey", other}, {"authorization", other},
}

var separators = strings.NewReplacer("_", "", "-", "", " ", "", ".", "")

// publicToken is the token of a project, which is public: every page that sends events
// has it.
const publicToken = "apitoken"

// kindOf returns the kind of secret that a name stands for, or noSecret.
func kindOf(name string) kind {
	name = separators.Replace(strings.ToLower(name))
	if name == publicToken {
		return noSecret
	}
	for _, known := range secretWords {
		if strings.Contains(name, known.word) {
			return known.kind
		}
	}
	return noSecret
}

// mentionsNoSecret reports whether nothing in a text can be the name of a secret.
func mentionsNoSecret(text string) bool {
	return kindOf(text) == noSecret && !strings.Contains(text, `\u`)
}

// keyPattern matches API keys anywhere in a text. Those that begin with phc_ are tokens
// of projects, which are public.
var keyPattern = regexp.MustCompile(`ph[abd-z]_[A-Za-z0-9_-]{8,}`)

const (
	// stars replace a secret.
	stars = "***"
	// minLengthToShowEnd is the length from which the end of a secret is shown.
	minLengthToShowEnd = 16
)

var shownEnd = regexp.MustCompile(`^[A-Za-z0-9_=-]{4}$`)

// maskSecret is how a secret is shown: by its last four characters, so that people can
// tell keys apart, except for passwords and short secrets.
func maskSecret(k kind, value string) string {
	end := value[max(0, len(value)-4):]
	if k == password || len(value) < minLengthToShowEnd || !shownEnd.MatchString(end) {
		return stars
	}
	if keyPattern.FindString(value) == value {
		return value[:len("phx_")] + stars + end
	}
	return stars + end
}

// secret is a value that must be masked.
type secret struct {
	kind  kind
	value string
}

// minEchoLength is the length from which secrets are masked anywhere in an entry.
// Shorter ones could be any word.
const minEchoLength = 8

// findSecrets collects the secrets of the entry, those of the request first.
func (e *Entry) findSecrets() []secret {
	e.lookup.Do(func() {
		known := map[secret]bool{}
		m := &masker{scim: e.scim(), show: func(k kind, value string) string {
			// Cloned: a substring would keep a whole copy of the body in memory.
			if s := (secret{k, strings.Clone(value)}); !known[s] {
				known[s] = true
				e.secrets = append(e.secrets, s)
			}
			return ""
		}}
		m.collect(&e.sent)
		m.text(m.query(e.exchange.URI))
		e.sentSecrets = len(e.secrets)
		m.collect(&e.answered)
	})
	return e.secrets
}

// collect passes the secrets of a message to the masker, and notes whether its body
// must be parsed again to be shown. Binary bodies are read as well: they may hold a
// secret.
func (m *masker) collect(p *part) {
	m.headers(p.fields)
	text := p.bodyText()
	parsed := m.parsedBody(text, p.mediaType())
	m.text(parsed)
	p.bodyPlain = parsed == text
}

// credential returns the masked credential of the request: the key, else the session,
// else "".
func (e *Entry) credential() string {
	for _, kinds := range [][]kind{{key, scimToken}, {session}} {
		for _, s := range e.findSecrets()[:e.sentSecrets] {
			if slices.Contains(kinds, s.kind) {
				return maskSecret(s.kind, s.value)
			}
		}
	}
	return ""
}

// newEchoReplacer masks secrets wherever they are repeated, as in a link to the next
// page or in the text of a refusal. It is nil if there are none.
func newEchoReplacer(secrets []secret, show func(kind, string) string) *strings.Replacer {
	hidden := map[string]string{}
	for _, s := range secrets {
		// An unknown cookie may hold any value; and to mask the word
		// password everywhere would hide nothing.
		if len(s.value) < minEchoLength || s.kind == cookie || s.value == "password" {
			continue
		}
		for _, form := range encodings(s.value) {
			hidden[form] = show(s.kind, s.value)
		}
	}
	if len(hidden) == 0 {
		return nil
	}
	var pairs []string
	for _, form := range longestFirst(hidden) {
		pairs = append(pairs, form, hidden[form])
	}
	return strings.NewReplacer(pairs...)
}

// encodings are the forms that a value may have in a URL, in JSON, in JSON within JSON,
// and in HTML.
func encodings(value string) []string {
	plain := inJSON(value, false)
	return []string{
		value, url.QueryEscape(value), url.PathEscape(value), html.EscapeString(value),
		plain, inJSON(value, true), inJSON(plain, false), inJSON(inJSON(value, true), true),
	}
}

func inJSON(value string, forHTML bool) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(forHTML)
	_ = encoder.Encode(value) // a string can always be encoded
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), `"`), "\"\n")
}

// longestFirst sorts the keys so that none comes after one of its prefixes.
func longestFirst(set map[string]string) []string {
	list := make([]string, 0, len(set))
	for text := range set {
		list = append(list, text)
	}
	slices.SortFunc(list, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return list
}

// maskPartialSecret masks the beginning of a secret at the end of a text that was
// truncated.
func (m *masker) maskPartialSecret(text string) string {
	for _, s := range m.secrets {
		for n := min(len(s.value)-1, len(text)); n >= minEchoLength/2; n-- {
			if strings.HasSuffix(text, s.value[:n]) {
				return text[:len(text)-n] + stars
			}
		}
	}
	return text
}
