package dashboard

import (
	"encoding/json"
	"net/http"
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
