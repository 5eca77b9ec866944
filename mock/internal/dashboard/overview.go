package dashboard

import (
	"encoding/json"
	"net/http"
	"strings"
)

// about is the response of the control plane about the whole fake.
type about struct {
	Version string `json:"version"`
	World   string `json:"world"`
	Seed    int64  `json:"seed"`
	Keys    []struct {
		ID     string   `json:"id"`
		Value  string   `json:"value"`
		Label  string   `json:"label"`
		User   string   `json:"user"`
		Scopes []string `json:"scopes"`
	} `json:"keys"`
	Users []struct {
		Email       string `json:"email"`
		Password    string `json:"password"`
		FirstName   string `json:"first_name"`
		LastName    string `json:"last_name"`
		Memberships []struct {
			Organization string `json:"organization"`
			Slug         string `json:"slug"`
			Level        int    `json:"level"`
		} `json:"memberships"`
	} `json:"users"`
	Organizations []struct{ ID, Name, Slug string } `json:"organizations"`
	Outside       []string                          `json:"outside"`
	Counts        map[string]int                    `json:"counts"`
}

// overviewPage is the start page.
type overviewPage struct {
	about
	Health   string
	Key      string           // for the calls to try
	Requests []requestSummary // the latest
}

func (d *dashboard) overview() {
	d.page("GET /{$}", pageSpec{title: "Overview", section: "overview", template: "overview"}, func(p *pageRequest) (any, error) {
		var h overviewPage
		if err := p.get("/about", &h.about); err != nil {
			return nil, err
		}
		var health struct{ Status string }
		if err := p.get("/health", &health); err != nil {
			health.Status = err.Error()
		}
		h.Health = health.Status
		if len(h.Keys) > 0 {
			h.Key = h.Keys[0].Value
		}
		var latest struct{ Requests []requestSummary }
		if p.get("/requests?limit=8", &latest) == nil {
			h.Requests = latest.Requests
		}
		return h, nil
	})
	d.form("/ui/reset", func(p *pageRequest) (formCall, error) {
		c := formCall{method: http.MethodPost, path: "/reset", done: "Everything is as it was at the start.", back: p.value("back")}
		if only := p.Sent["only"]; len(only) > 0 {
			c.body = map[string]any{"only": only}
			c.done = "Begun again: " + joined(only) + "."
		}
		return c, nil
	})
}

// rawJSON is JSON that a page shows as it is.
type rawJSON = json.RawMessage

func (d *dashboard) people() {
	d.page("GET /ui/people", pageSpec{title: "Keys and logins", section: "people", template: "people"}, func(p *pageRequest) (any, error) {
		var a about
		err := p.get("/about", &a)
		return a, err
	})
	d.form("/ui/people/keys", func(p *pageRequest) (formCall, error) {
		body := map[string]any{"user": p.value("user"), "label": p.value("label")}
		if scopes := strings.FieldsFunc(p.value("scopes"), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' }); len(scopes) > 0 {
			body["scopes"] = scopes
		}
		return formCall{method: http.MethodPost, path: "/keys", body: body, done: "The key is made. It is in the list below.", back: "ui/people"}, nil
	})
	d.form("/ui/people/keys/remove", func(p *pageRequest) (formCall, error) {
		return formCall{
			method: http.MethodDelete, path: "/keys" + escapedPath(p.value("id")),
			done: "The key is gone; it is refused from now on.", back: "ui/people",
		}, nil
	})
	d.form("/ui/people/forget", func(p *pageRequest) (formCall, error) {
		email := p.value("email")
		return formCall{
			method: http.MethodDelete, path: "/members" + escapedPath(email),
			done: email + " is gone, with every membership, key and session.", back: "ui/people",
		}, nil
	})
}

// documentsPage shows one of the two OpenAPI documents.
type documentsPage struct {
	Control bool   // the one of the control plane
	File    string // below Base
}

// documentsPolicy lets the viewer of the documents set inline styles.
const documentsPolicy = contentPolicy + "; style-src-attr 'unsafe-inline'"

func (d *dashboard) documents() {
	s := pageSpec{title: "API documents", section: "documents", template: "documents", policy: documentsPolicy}
	d.page("GET /ui/documents", s, func(p *pageRequest) (any, error) {
		if p.value("of") == "control" {
			return documentsPage{true, "control.yaml"}, nil
		}
		return documentsPage{false, "openapi.yaml"}, nil
	})
}
