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

// kind is what a secret is.
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

// secretWords say by a part of its name what a header, a cookie, a parameter or a
// property holds. The first that fits counts.
var secretWords = []struct {
	word string
	kind kind
}{
	{"passw", password}, {"passphrase", password}, {"csrf", csrfToken}, {"apikey", key}, {"sessionid", session},
	{"bearertoken", scimToken}, {"token", other}, {"secret", other}, {"privatekey", other}, {"authorization", other},
}

var separators = strings.NewReplacer("_", "", "-", "", " ", "", ".", "")

// publicToken is the token of a project, which every page that sends events shows.
const publicToken = "apitoken"

// kindOf tells what is kept under a name.
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

// harmless tells whether nothing in a text can be the name of a secret.
func harmless(text string) bool {
	return kindOf(text) == noSecret && !strings.Contains(text, `\u`)
}

// keyForm is how keys look wherever they stand. Those that begin with phc_ are
// tokens of projects.
var keyForm = regexp.MustCompile(`ph[abd-z]_[A-Za-z0-9_-]{8,}`)

const (
	// stars stand for what is hidden.
	stars = "***"
	// tellingLength is how long a secret is of which the end may be shown.
	tellingLength = 16
)

var tellingEnd = regexp.MustCompile(`^[A-Za-z0-9_=-]{4}$`)

// star is how a secret is shown: by its last four characters, so that people can
// tell keys apart, but for passwords and what is too short for that.
func star(k kind, value string) string {
	end := value[max(0, len(value)-4):]
	if k == password || len(value) < tellingLength || !tellingEnd.MatchString(end) {
		return stars
	}
	if keyForm.FindString(value) == value {
		return value[:len("phx_")] + stars + end
	}
	return stars + end
}

// secret is a value that must not be shown.
type secret struct {
	kind  kind
	value string
}

// echoLength is how long a secret is that is looked for where nobody expects it.
// Shorter ones could be any word.
const echoLength = 8

// findSecrets reads all of an entry for secrets, those of the request first.
func (e *Entry) findSecrets() []secret {
	e.lookup.Do(func() {
		known := map[secret]bool{}
		m := &masker{scim: e.scim(), show: func(k kind, value string) string {
			// Cloned, for it must not keep the copy of the body that it is a part of.
			if s := (secret{k, strings.Clone(value)}); !known[s] {
				known[s] = true
				e.secrets = append(e.secrets, s)
			}
			return ""
		}}
		m.find(&e.sent)
		m.text(m.query(e.exchange.URI))
		e.sentSecrets = len(e.secrets)
		m.find(&e.answered)
	})
	return e.secrets
}

// find reads a message, and notes whether its body must be read again to be shown. It
// reads bodies that are no text as well: there may be a secret in them.
func (m *masker) find(p *part) {
	m.headers(p.fields)
	text := p.text()
	parsed := m.parsed(text, p.mediaType())
	m.text(parsed)
	p.plain = parsed == text
}

// credential is the secret by which the caller proved who they are, as it may be
// shown: the key, else the session. It is "" when there is none.
func (e *Entry) credential() string {
	for _, kinds := range [][]kind{{key, scimToken}, {session}} {
		for _, s := range e.findSecrets()[:e.sentSecrets] {
			if slices.Contains(kinds, s.kind) {
				return star(s.kind, s.value)
			}
		}
	}
	return ""
}

// echoes hides secrets where they turn up again, as in a link to the next page or in
// the message of a refusal. It is nil when there is nothing to hide.
func echoes(secrets []secret, show func(kind, string) string) *strings.Replacer {
	hidden := map[string]string{}
	for _, s := range secrets {
		// A cookie that nobody knows may hold anything; and to hide the word
		// password everywhere would hide nothing.
		if len(s.value) < echoLength || s.kind == cookie || s.value == "password" {
			continue
		}
		for _, form := range forms(s.value) {
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

// forms are the ways in which a value may stand in an address, in JSON, quoted in
// JSON, and in HTML.
func forms(value string) []string {
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

// longestFirst lists the keys so that none comes after one that it begins with.
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

// begun hides the beginning of a secret at the end of a text that was cut.
func (m *masker) begun(text string) string {
	for _, s := range m.secrets {
		for n := min(len(s.value)-1, len(text)); n >= echoLength/2; n-- {
			if strings.HasSuffix(text, s.value[:n]) {
				return text[:len(text)-n] + stars
			}
		}
	}
	return text
}
