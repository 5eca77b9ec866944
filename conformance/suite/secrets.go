package suite

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
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
}

type secret struct{ value, name string }

// minSecret is the shortest value that is replaced; shorter ones would hit
// innocent text.
const minSecret = 6

// NewSecrets collects the secrets of a profile.
func NewSecrets(t *target.Profile) *Secrets {
	s := &Secrets{}
	if u, err := url.Parse(t.BaseURL); err == nil && u.User != nil {
		password, _ := u.User.Password()
		s.Add(password, "UNDERSTUDY_BASE_URL_PASSWORD")
	}
	for role, c := range t.Credentials {
		name := "UNDERSTUDY_" + strings.ToUpper(role)
		s.Add(c.PersonalAPIKey, name+"_KEY")
		s.Add(c.Password, name+"_PASSWORD")
		if c.Session != nil {
			s.AddCookie(c.Session.Cookie, name)
			s.Add(c.Session.CSRFToken, name+"_CSRF_TOKEN")
		}
	}
	if t.Known.SCIM != nil {
		s.Add(t.Known.SCIM.Token, "UNDERSTUDY_SCIM_TOKEN")
	}
	return s
}

// AddCookie adds the values of a Cookie header.
func (s *Secrets) AddCookie(header, name string) {
	for _, part := range strings.Split(header, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		s.Add(value, name+"_"+strings.ToUpper(key))
	}
}

// Add adds a value, and the name of the variable that stands for it.
func (s *Secrets) Add(value, name string) {
	if len(value) < minSecret {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, form := range encodings(value) {
		s.values = append(s.values, secret{form, name})
	}
	sort.SliceStable(s.values, func(i, j int) bool { return len(s.values[i].value) > len(s.values[j].value) })
}

// encodings are the forms in which a value may turn up.
func encodings(value string) []string {
	quoted, _ := json.Marshal(value)
	forms := []string{value}
	for _, form := range []string{
		url.QueryEscape(value), url.PathEscape(value), string(quoted[1 : len(quoted)-1]),
		base64.RawStdEncoding.EncodeToString([]byte(value)), base64.RawURLEncoding.EncodeToString([]byte(value)),
	} {
		if form != value {
			forms = append(forms, form)
		}
	}
	return forms
}

// Mask replaces every secret by its name.
func (s *Secrets) Mask(text string) string { return s.replace(text, "«", "»") }

// Variables replaces every secret by a shell variable.
func (s *Secrets) Variables(text string) string { return s.replace(text, "$", "") }

func (s *Secrets) replace(text, before, after string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, secret := range s.values {
		text = strings.ReplaceAll(text, secret.value, before+secret.name+after)
	}
	return text
}
