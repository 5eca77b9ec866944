package journal

import (
	"regexp"
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
