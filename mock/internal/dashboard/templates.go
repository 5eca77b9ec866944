package dashboard

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"path"
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
	"family":    family,
	"join":      strings.Join,
	"trim":      strings.TrimSpace,
	"upper":     strings.ToUpper,
	"words":     words,
}

// pretty writes JSON over several lines, and anything else as it is.
func pretty(v any) string {
	switch v := v.(type) {
	case json.RawMessage:
		return indented(v)
	case string:
		return indented([]byte(v))
	}
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return indented(data)
}

func indented(data []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, data, "", "  ") != nil {
		return string(data)
	}
	return out.String()
}

// moment is how a page writes a time; the machine-readable form is beside it.
const moment = "2006-01-02 15:04:05"

// when reads a time of the control plane for a <time> element.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(moment)
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

// family is the first digit of a status, which decides its colour.
func family(status int) string { return strconv.Itoa(status / 100) }

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
