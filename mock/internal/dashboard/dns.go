package dashboard

import (
	"net/http"
	"strings"
)

// record is the TXT records under a name.
type record struct {
	Name   string
	Values []string
}

func (d *dashboard) dns() {
	d.page("GET /ui/dns", screen{title: "DNS records", section: "dns", template: "dns"}, func(v *visit) (any, error) {
		var zone struct{ Records []record }
		err := v.get("/dns", &zone)
		return zone.Records, err
	})
	d.change("/ui/dns", func(v *visit) (change, error) {
		name := v.value("name")
		if name == "" {
			return change{back: "ui/dns"}, hint("Name the record, such as _posthog-challenge.example.com.")
		}
		return change{
			method: http.MethodPut, path: "/dns" + escaped(name), body: map[string]any{"values": lines(v.value("values"))},
			done: "Domain verification now sees the record " + name + ".", back: "ui/dns",
		}, nil
	})
	d.change("/ui/dns/remove", func(v *visit) (change, error) {
		return change{
			method: http.MethodDelete, path: "/dns" + escaped(v.value("name")),
			done: "Removed " + v.value("name") + ".", back: "ui/dns",
		}, nil
	})
}

// lines are the lines of a text that hold something.
func lines(text string) []string {
	list := []string{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}
