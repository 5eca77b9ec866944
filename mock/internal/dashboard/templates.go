package dashboard

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed templates
var templateFiles embed.FS

// templates are the pages by name, each with the layout around it.
var templates = parseTemplates()

func parseTemplates() map[string]*template.Template {
	layout := template.Must(template.New("").Funcs(functions).ParseFS(templateFiles, "templates/layout.html", "templates/parts.html"))
	pages := map[string]*template.Template{}
	names, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		page := template.Must(template.Must(layout.Clone()).ParseFS(templateFiles, name))
		pages[strings.TrimSuffix(path.Base(name), ".html")] = page
	}
	return pages
}

var functions = template.FuncMap{
	"icon":      icon,
	"icons":     func() template.HTML { return icons },
	"pretty":    pretty,
	"highlight": highlight,
	"when":      when,
	"level":     level,
	"plural":    plural,
	"args":      args,
	"family":    statusClass,
	"join":      strings.Join,
	"trim":      strings.TrimSpace,
	"upper":     strings.ToUpper,
	"words":     words,
}

// pretty indents JSON, and returns anything else as it is.
func pretty(v any) string {
	switch v := v.(type) {
	case json.RawMessage:
		return indentJSON(v)
	case string:
		return indentJSON([]byte(v))
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return indentJSON(data)
}

func indentJSON(data []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, data, "", "  ") != nil {
		return string(data)
	}
	return out.String()
}

// timeLayout is how a page shows a time; a <time> element also has the machine-readable
// form.
const timeLayout = "2006-01-02 15:04:05"

// when formats a time of the control plane for a <time> element.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeLayout)
}

// level names a membership level.
func level(n int) string {
	switch n {
	case 1:
		return "member"
	case 8:
		return "admin"
	case 15:
		return "owner"
	}
	return "level " + strconv.Itoa(n)
}

// plural is "1 member" or "3 members".
func plural(n any, one, many string) string {
	count := fmt.Sprint(n)
	if count == "1" {
		return "1 " + one
	}
	return count + " " + many
}

// args makes a map of names and values, for a template within a template.
func args(pairs ...any) map[string]any {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m
}

// statusClass returns the first digit of a status, which decides its colour.
func statusClass(status int) string { return strconv.Itoa(status / 100) }

// words makes a name of the API readable: "saml_entity_id" is "SAML entity ID".
func words(name string) string {
	parts := strings.Split(name, "_")
	for i, part := range parts {
		if slices.Contains([]string{"dns", "id", "jit", "saml", "scim", "sso", "url", "xaa"}, part) {
			parts[i] = strings.ToUpper(part)
		}
	}
	return strings.Join(parts, " ")
}

// joined joins a list as in a sentence: "a, b and c".
func joined(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " and " + list[len(list)-1]
}

// formatDuration formats a duration in days, hours, minutes and seconds.
func formatDuration(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "−", -d
	}
	var parts []string
	for _, unit := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if n := d / unit.of; n > 0 {
			parts = append(parts, strconv.FormatInt(int64(n), 10)+unit.name)
			d %= unit.of
		}
	}
	if len(parts) == 0 {
		return "0s"
	}
	return sign + strings.Join(parts, " ")
}

// iconFile holds the icons, as symbols of one SVG.
const iconFile = "vendored/lucide-static/icons.svg"

// icons is the content of the file, to be included once in a page.
var icons = readIcons()

func readIcons() template.HTML {
	data, err := vendoredFiles.ReadFile(iconFile)
	if err != nil {
		panic(err)
	}
	return template.HTML(data) // a file of this program
}

// icon returns one of the symbols. It is hidden from screen readers: the text beside it
// says the same.
func icon(name string) (template.HTML, error) {
	if !strings.Contains(string(icons), `id="`+name+`"`) {
		return "", fmt.Errorf("%s has no icon %q: add it to vendored/renew.mjs", iconFile, name)
	}
	return template.HTML(`<svg class="icon" aria-hidden="true" focusable="false"><use href="#` + name + `"></use></svg>`), nil
}

// jsonToken matches the parts of a JSON text that have a colour: a name with its colon, a
// text, and a number or a word.
var jsonToken = regexp.MustCompile(`"(?:[^"\\]|\\.)*"\s*:|"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null`)

// highlight indents and colours JSON, and returns any other text as it is.
func highlight(text string) template.HTML {
	if !json.Valid([]byte(text)) {
		return template.HTML(html.EscapeString(text))
	}
	text = indentJSON([]byte(text))
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
