package journal

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Curl is a command for a POSIX shell that sends the request again, as it was. Where
// there was a secret it has a variable, such as $UNDERSTUDY_KEY.
//
// What the journal no longer has in full, it says in a comment above.
func (e *Entry) Curl() string {
	d := e.detail(e.masker(marker))
	words, note := []string{"curl"}, curlNote(d.Request.Message)
	switch {
	case d.Method == http.MethodHead:
		words = append(words, "--head")
		if d.Request.Body != "" {
			d.Request.Body, note = "", "# The body is left out: curl sends none with HEAD.\n"
		}
	case d.Method != http.MethodGet || d.Request.Body != "":
		words = append(words, "-X", shellQuote(d.Method))
	}
	if strings.ContainsAny(d.Request.URL, "[]{}") {
		words = append(words, "--globoff")
	}
	if strings.Contains(d.Request.URL, "/.") {
		words = append(words, "--path-as-is")
	}
	words = append(words, shellQuote(d.Request.URL))
	for _, line := range curlHeaders(d.Request.Headers, d.Request.Body != "") {
		words = append(words, "-H", shellQuote(line))
	}
	if d.Request.Body != "" {
		words = append(words, "--data-raw", shellQuote(d.Request.Body))
	}
	return note + strings.Join(words, " ")
}

// curlOwn are the headers that curl works out, or that hold for one connection only.
var curlOwn = []string{"Accept-Encoding", "Connection", "Content-Length", "Expect", "Host", "Transfer-Encoding"}

// curlHeaders are the values of -H: those that were sent, and without a value those
// that curl would add.
func curlHeaders(header http.Header, hasBody bool) []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(header)) {
		if slices.Contains(curlOwn, name) {
			continue
		}
		for _, value := range header[name] {
			if value == "" {
				lines = append(lines, name+";")
				continue
			}
			lines = append(lines, name+": "+value)
		}
	}
	added := []string{"Accept", "User-Agent"}
	if hasBody {
		added = append(added, contentType)
	}
	for _, name := range added {
		if _, sent := header[name]; !sent {
			lines = append(lines, name+":")
		}
	}
	return lines
}

func curlNote(m Message) string {
	switch {
	case m.Omitted != "":
		return fmt.Sprintf("# The body is left out: %s.\n", m.Omitted)
	case m.Truncated:
		return fmt.Sprintf("# Of the body, only the beginning was kept. It had %d bytes.\n", m.Size)
	}
	return ""
}

// variables stand for secrets in commands.
var variables = [...]string{
	key: "UNDERSTUDY_KEY", session: "UNDERSTUDY_SESSION", csrfToken: "UNDERSTUDY_CSRF_TOKEN",
	scimToken: "UNDERSTUDY_SCIM_TOKEN", password: "UNDERSTUDY_PASSWORD", cookie: "UNDERSTUDY_COOKIE", other: "UNDERSTUDY_SECRET",
}

// marker stands for a secret until a command is quoted for the shell. No text has a
// NUL, so nothing else looks like it.
func marker(k kind, _ string) string { return string([]byte{0, byte(k), 0}) }

// shellQuote makes one word of a text, in which the markers of secrets become
// variables. al.essio.dev/pkg/shellescape knows no variables.
func shellQuote(text string) string {
	if text != "" && strings.Trim(text, letters) == "" {
		return text
	}
	var b strings.Builder
	for {
		plain, rest, found := strings.Cut(text, "\x00")
		if plain != "" {
			b.WriteString("'" + strings.ReplaceAll(plain, "'", `'\''`) + "'")
		}
		if !found {
			break
		}
		if len(rest) >= 2 && rest[1] == 0 && rest[0] > 0 && int(rest[0]) < len(variables) {
			b.WriteString(`"$` + variables[rest[0]] + `"`)
			rest = rest[2:]
		}
		text = rest
	}
	if b.Len() == 0 {
		return "''"
	}
	return b.String()
}
