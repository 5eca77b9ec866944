package suite

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/conformance/target"
)

// Secrets are the values that must not leave a run: in no report, no error, no
// command line. They are replaced by value wherever they occur, also encoded. It
// is safe for concurrent use.
type Secrets struct {
	mu     sync.RWMutex
	values []secret // longest first
	known  map[string]bool
	// masks and variables replace all values at once; nil when there are new ones.
	masks, variables *strings.Replacer
}

type secret struct{ value, name string }

// minSecret is the shortest value that is replaced; shorter ones would hit
// innocent text.
const minSecret = 6

// NewSecrets collects the secrets of a profile.
func NewSecrets(t *target.Profile) *Secrets {
	s := &Secrets{known: map[string]bool{}}
	if u, err := url.Parse(t.BaseURL); err == nil && u.User != nil {
		password, _ := u.User.Password()
		s.Add(password, "UNDERSTUDY_BASE_URL_PASSWORD")
	}
	s.Add(t.ControlToken, "UNDERSTUDY_CONTROL_TOKEN")
	for name, value := range t.Headers {
		s.Add(value, "UNDERSTUDY_HEADER_"+variableName(name))
	}
	for role, c := range t.Credentials {
		name := "UNDERSTUDY_" + strings.ToUpper(role)
		s.Add(c.PersonalAPIKey, name+"_KEY")
		s.Add(c.Password, name+"_PASSWORD")
		s.addSession(c.Session, name)
	}
	s.addSession(t.Known.OldSession, "UNDERSTUDY_OLD")
	if t.Known.SCIM != nil {
		s.Add(t.Known.SCIM.Token, "UNDERSTUDY_SCIM_TOKEN")
	}
	return s
}

func (s *Secrets) addSession(session *target.Session, name string) {
	if session != nil {
		s.AddCookie(session.Header().Get("Cookie"), name)
		s.Add(session.Token(), name+"_CSRF_TOKEN")
	}
}

// variableName is the name of a header as a part of that of a shell variable.
func variableName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(name))
}

// AddCookie adds the values of a Cookie header, as they are and as they read where they are
// escaped.
func (s *Secrets) AddCookie(header, name string) {
	for part := range strings.SplitSeq(header, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		s.Add(value, name+"_"+cookieVariable(key))
		if plain, err := url.QueryUnescape(value); err == nil {
			s.Add(plain, name+"_"+cookieVariable(key))
		}
	}
}

// cookieVariable is what the variable of a cookie is called: by what it is for where that is
// known, so that a command line can be read and pasted.
func cookieVariable(name string) string {
	switch name {
	case "sessionid":
		return "SESSION"
	case "posthog_csrftoken":
		return "CSRF"
	}
	return variableName(name)
}

// Add adds a value, and the name of the variable that stands for it. The first name
// of a value stays.
func (s *Secrets) Add(value, name string) {
	if len(value) < minSecret {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[value] {
		return
	}
	for _, form := range encodings(value) {
		if !s.known[form] {
			s.known[form] = true
			s.values = append(s.values, secret{form, name})
		}
	}
	s.masks, s.variables = nil, nil
}

// Mask replaces every secret by its name.
func (s *Secrets) Mask(text string) string { return s.replace(text, &s.masks, "«", "»") }

// Variables replaces every secret by a shell variable.
func (s *Secrets) Variables(text string) string { return s.replace(text, &s.variables, "$", "") }

// replace replaces all values at once. What does so takes long to make, and every new
// value needs another: it is made for a text that holds one.
func (s *Secrets) replace(text string, kept **strings.Replacer, before, after string) string {
	s.mu.RLock()
	found := *kept
	s.mu.RUnlock()
	if found == nil {
		if !s.foundIn(text) {
			return text
		}
		found = s.replacer(kept, before, after)
	}
	return found.Replace(text)
}

// foundIn reports whether a text holds a secret.
func (s *Secrets) foundIn(text string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.ContainsFunc(s.values, func(known secret) bool { return strings.Contains(text, known.value) })
}

func (s *Secrets) replacer(kept **strings.Replacer, before, after string) *strings.Replacer {
	s.mu.Lock()
	defer s.mu.Unlock()
	sort.SliceStable(s.values, func(i, j int) bool { return len(s.values[i].value) > len(s.values[j].value) })
	pairs := make([]string, 0, 2*len(s.values))
	for _, secret := range s.values {
		pairs = append(pairs, secret.value, before+secret.name+after)
	}
	*kept = strings.NewReplacer(pairs...)
	return *kept
}

// encodings are the forms in which a value may turn up: as it is, quoted for JSON,
// HTML and Go, escaped for URLs, once or twice, in hexadecimal, and in base64, also
// in the middle of a longer text.
func encodings(value string) []string {
	quoted, _ := json.Marshal(value) // a text always can be
	forms := []string{
		value, string(quoted[1 : len(quoted)-1]), plainJSON(value), asciiJSON(value),
		html.EscapeString(value), strings.Trim(fmt.Sprintf("%q", value), `"`),
		hex.EncodeToString([]byte(value)), strings.ToUpper(hex.EncodeToString([]byte(value))),
	}
	for _, escaped := range []string{url.QueryEscape(value), url.PathEscape(value), everyByte(value)} {
		forms = append(forms, escaped, lowerEscapes(escaped), url.QueryEscape(escaped))
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		forms = append(forms, inBase64(encoding, value)...)
	}
	kept := forms[:0]
	for _, form := range forms {
		if len(form) >= minSecret {
			kept = append(kept, form)
		}
	}
	return kept
}

// plainJSON quotes as most languages do, which leave &, < and > alone.
func plainJSON(value string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
	return strings.Trim(strings.TrimSuffix(b.String(), "\n"), `"`)
}

// asciiJSON quotes as Python does, everything else than ASCII by number.
func asciiJSON(value string) string {
	var b strings.Builder
	for _, r := range plainJSON(value) {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// everyByte escapes each byte of a URL, also those that need it not.
func everyByte(value string) string {
	var b strings.Builder
	for _, c := range []byte(value) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// lowerEscapes writes %2F as %2f.
func lowerEscapes(escaped string) string {
	parts := strings.Split(escaped, "%")
	for i := 1; i < len(parts); i++ {
		if len(parts[i]) >= 2 {
			parts[i] = strings.ToLower(parts[i][:2]) + parts[i][2:]
		}
	}
	return strings.Join(parts, "%")
}

// inBase64 are the characters that a value has in base64 at each of the three
// places where it may begin, without those that its neighbours change.
func inBase64(encoding *base64.Encoding, value string) []string {
	forms := []string{encoding.EncodeToString([]byte(value))}
	for before := range 3 {
		encoded := encoding.EncodeToString(append(make([]byte, before), value...))
		first := (before*8 + 5) / 6 // the characters that hold bits of what stands before
		last := (before + len(value)) * 8 / 6
		if last > first {
			forms = append(forms, encoded[first:last])
		}
	}
	return forms
}
