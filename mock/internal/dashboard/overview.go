package dashboard

import (
	"encoding/json"
	"net/http"
	"strings"
)

// about is what the control plane says of the whole fake.
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

// home is the page to start from.
type home struct {
	about
	Health   string
	Key      string           // for the calls to try
	Requests []requestSummary // the latest
}

func (d *dashboard) overview() {
	d.page("GET /{$}", screen{title: "Overview", section: "overview", template: "overview"}, func(v *visit) (any, error) {
		var h home
		if err := v.get("/about", &h.about); err != nil {
			return nil, err
		}
		var health struct{ Status string }
		if err := v.get("/health", &health); err != nil {
			health.Status = err.Error()
		}
		h.Health = health.Status
		if len(h.Keys) > 0 {
			h.Key = h.Keys[0].Value
		}
		var latest struct{ Requests []requestSummary }
		if v.get("/requests?limit=8", &latest) == nil {
			h.Requests = latest.Requests
		}
		return h, nil
	})
	d.change("/ui/reset", func(v *visit) (change, error) {
		c := change{method: http.MethodPost, path: "/reset", done: "Everything is as it was at the start.", back: v.value("back")}
		if only := v.Sent["only"]; len(only) > 0 {
			c.body = map[string]any{"only": only}
			c.done = "Begun again: " + joined(only) + "."
		}
		return c, nil
	})
}

// raw is JSON that a page shows as it is.
type raw = json.RawMessage

func (d *dashboard) people() {
	d.page("GET /ui/people", screen{title: "Keys and logins", section: "people", template: "people"}, func(v *visit) (any, error) {
		var a about
		err := v.get("/about", &a)
		return a, err
	})
	d.change("/ui/people/keys", func(v *visit) (change, error) {
		body := map[string]any{"user": v.value("user"), "label": v.value("label")}
		if scopes := strings.FieldsFunc(v.value("scopes"), func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' }); len(scopes) > 0 {
			body["scopes"] = scopes
		}
		return change{method: http.MethodPost, path: "/keys", body: body, done: "The key is made. It is in the list below.", back: "ui/people"}, nil
	})
	d.change("/ui/people/keys/remove", func(v *visit) (change, error) {
		return change{
			method: http.MethodDelete, path: "/keys" + escaped(v.value("id")),
			done: "The key is gone; it is refused from now on.", back: "ui/people",
		}, nil
	})
	d.change("/ui/people/forget", func(v *visit) (change, error) {
		email := v.value("email")
		return change{
			method: http.MethodDelete, path: "/members" + escaped(email),
			done: email + " is gone, with every membership, key and session.", back: "ui/people",
		}, nil
	})
}

// documentsPage shows one of the two OpenAPI documents.
type documentsPage struct {
	Control bool   // the one of the control plane
	File    string // below Base
}

// documentsPolicy lets the viewer set styles, which it does in the elements it makes.
const documentsPolicy = policy + "; style-src-attr 'unsafe-inline'"

func (d *dashboard) documents() {
	s := screen{title: "API documents", section: "documents", template: "documents", policy: documentsPolicy}
	d.page("GET /ui/documents", s, func(v *visit) (any, error) {
		if v.value("of") == "control" {
			return documentsPage{true, "control.yaml"}, nil
		}
		return documentsPage{false, "openapi.yaml"}, nil
	})
}
