package dashboard

import (
	"fmt"
	"html/template"
	"strings"
)

// iconFile holds the icons, as symbols of one SVG.
const iconFile = "vendored/lucide-static/icons.svg"

// icons is the file, to be put into a page once.
var icons = readIcons()

func readIcons() template.HTML {
	data, err := vendoredFiles.ReadFile(iconFile)
	if err != nil {
		panic(err)
	}
	return template.HTML(data) // a file of this program
}

// icon shows one of the symbols. It says nothing to a screen reader: the words
// beside it do.
func icon(name string) (template.HTML, error) {
	if !strings.Contains(string(icons), `id="`+name+`"`) {
		return "", fmt.Errorf("%s has no icon %q: add it to vendored/renew.mjs", iconFile, name)
	}
	return template.HTML(`<svg class="icon" aria-hidden="true" focusable="false"><use href="#` + name + `"></use></svg>`), nil
}
