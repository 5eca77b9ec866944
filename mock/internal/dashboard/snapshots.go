package dashboard

import (
	"io"
	"net/http"
	"time"
)

type snapshot struct {
	Name    string
	TakenAt time.Time `json:"taken_at"`
}

func (d *dashboard) snapshots() {
	s := screen{title: "Snapshots", section: "snapshots", template: "snapshots"}
	d.page("GET /ui/snapshots", s, func(v *visit) (any, error) {
		var list struct{ Snapshots []snapshot }
		return &list, v.get("/snapshots", &list)
	})
	d.change("/ui/snapshots", func(v *visit) (change, error) {
		return change{
			method: http.MethodPost, path: "/snapshots", body: map[string]any{"name": v.value("name")},
			done: "The snapshot " + v.value("name") + " is taken.", back: "ui/snapshots",
		}, nil
	})
	d.change("/ui/snapshots/restore", func(v *visit) (change, error) {
		return change{
			method: http.MethodPost, path: "/snapshots" + escaped(v.value("name"), "restore"),
			done: "Everything is as it was when " + v.value("name") + " was taken.", back: "ui/snapshots",
		}, nil
	})
	d.change("/ui/snapshots/remove", func(v *visit) (change, error) {
		return change{
			method: http.MethodDelete, path: "/snapshots" + escaped(v.value("name")),
			done: "The snapshot " + v.value("name") + " is gone.", back: "ui/snapshots",
		}, nil
	})
	d.change("/ui/snapshots/world", startFromWorld)
}

// startFromWorld hands a fixture world on as it was uploaded.
func startFromWorld(v *visit) (change, error) {
	c := change{method: http.MethodPut, path: "/world", done: "This sandbox starts from that world now.", back: "ui/snapshots"}
	file, _, err := v.r.FormFile("world")
	if err != nil {
		return c, hint("Choose a file with a world, as the export gives it.")
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	c.body = document{"application/yaml", data} // JSON is YAML
	return c, err
}
