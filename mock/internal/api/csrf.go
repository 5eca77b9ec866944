package api

import (
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
)

// The proof that a write in a session comes from a page of the site: a token that
// only such a page can read from the cookie.
// Source: django/middleware/csrf.py. Its check of the header Origin is left out:
// the fake is used through development servers at other addresses.

const (
	csrfHeader = "X-Csrftoken"
	csrfField  = "csrfmiddlewaretoken" // of a form, where it goes before the header

	csrfSecretLength = 32
	csrfTokenLength  = 2 * csrfSecretLength // a masked secret, behind its mask
)

// csrfRefusal returns why the CSRF token does not do, "" if it does.
func (c *call) csrfRefusal() string {
	cookie, err := c.request.Cookie(exchange.CSRFCookie)
	if err != nil {
		return "CSRF cookie not set."
	}
	if reason := csrfFormat(cookie.Value); reason != "" {
		return "CSRF cookie " + reason + "."
	}
	token, from := c.csrfToken()
	if from == "" {
		return "CSRF token missing."
	}
	if reason := csrfFormat(token); reason != "" {
		return "CSRF token from " + from + " " + reason + "."
	}
	if unmask(token) != unmask(cookie.Value) {
		return "CSRF token from " + from + " incorrect."
	}
	return ""
}

// csrfToken finds the token that came with the request, and says where; "" is
// nowhere.
func (c *call) csrfToken() (token, from string) {
	if c.request.Method == http.MethodPost {
		// A body that cannot be read holds no token; it is refused later.
		if in, err := c.parse(); err == nil && in.IsForm() {
			if token, _ := in.Text(csrfField); token != "" {
				return token, "POST"
			}
		}
	}
	if values, ok := c.request.Header[csrfHeader]; ok && len(values) > 0 {
		return values[0], "the '" + csrfHeader + "' HTTP header"
	}
	return "", ""
}

// csrfFormat returns what is wrong with the form of a token, "" if nothing is.
func csrfFormat(token string) string {
	switch {
	case len(token) != csrfSecretLength && len(token) != csrfTokenLength:
		return "has incorrect length"
	case strings.Trim(token, csrfCharacters) != "":
		return "has invalid characters"
	}
	return ""
}

const csrfCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// unmask returns the secret in a token: as it is, or masked, when the first half is
// the mask that is taken from the second, character by character.
func unmask(token string) string {
	if len(token) == csrfSecretLength {
		return token
	}
	mask, masked := token[:csrfSecretLength], token[csrfSecretLength:]
	secret := make([]byte, csrfSecretLength)
	for i := range secret {
		x, y := strings.IndexByte(csrfCharacters, masked[i]), strings.IndexByte(csrfCharacters, mask[i])
		secret[i] = csrfCharacters[(x-y+len(csrfCharacters))%len(csrfCharacters)]
	}
	return string(secret)
}
