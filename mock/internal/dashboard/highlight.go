package dashboard

import (
	"encoding/json"
	"html"
	"html/template"
	"regexp"
	"strings"
)

// jsonToken finds the parts of a JSON text that have a colour: a name with its colon,
// a text, and a number or a word.
var jsonToken = regexp.MustCompile(`"(?:[^"\\]|\\.)*"\s*:|"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null`)

// highlight shows JSON over several lines and in colours, and any other text as it is.
func highlight(text string) template.HTML {
	if !json.Valid([]byte(text)) {
		return template.HTML(html.EscapeString(text))
	}
	text = indented([]byte(text))
	var out strings.Builder
	end := 0
	for _, at := range jsonToken.FindAllStringIndex(text, -1) {
		out.WriteString(text[end:at[0]])
		token := text[at[0]:at[1]]
		end = at[1]
		out.WriteString(`<span class="` + tokenClass(token) + `">` + html.EscapeString(token) + "</span>")
	}
	out.WriteString(text[end:])
	return template.HTML(out.String()) // between the tokens, JSON has only its own signs
}

func tokenClass(token string) string {
	switch {
	case strings.HasSuffix(token, ":"):
		return "j-name"
	case strings.HasPrefix(token, `"`):
		return "j-text"
	}
	return "j-word"
}
