package dashboard

import (
	"net/http"
	"strings"
)

// txtRecord is the TXT records of a DNS name.
type txtRecord struct {
	Name   string
	Values []string
}

// dnsPage is what DNS has, and how it answers.
type dnsPage struct {
	Mode    string
	Records []txtRecord
}

func (d *dashboard) dns() {
	d.page("GET /ui/dns", pageSpec{title: "DNS records", section: "dns", template: "dns"}, func(p *pageRequest) (any, error) {
		page := new(dnsPage)
		if err := p.get("/dns-mode", page); err != nil {
			return page, err
		}
		return page, p.get("/dns", page)
	})
	d.form("/ui/dns/mode", func(p *pageRequest) (formCall, error) {
		return formCall{
			method: http.MethodPut, path: "/dns-mode", body: map[string]any{"mode": p.value("mode")},
			done: "DNS answers: " + words(p.value("mode")) + ".", back: "ui/dns",
		}, nil
	})
	d.form("/ui/dns", func(p *pageRequest) (formCall, error) {
		name := p.value("name")
		if name == "" {
			return formCall{back: "ui/dns"}, inputError("Name the record, such as _posthog-challenge.example.com.")
		}
		return formCall{
			method: http.MethodPut, path: "/dns" + escapedPath(name), body: map[string]any{"values": lines(p.value("values"))},
			done: "Domain verification now sees the record " + name + ".", back: "ui/dns",
		}, nil
	})
	d.form("/ui/dns/remove", func(p *pageRequest) (formCall, error) {
		return formCall{
			method: http.MethodDelete, path: "/dns" + escapedPath(p.value("name")),
			done: "Removed " + p.value("name") + ".", back: "ui/dns",
		}, nil
	})
}

// lines returns the lines of a text that are not blank.
func lines(text string) []string {
	list := []string{}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}
