package dashboard

import (
	"net/http"
	"strings"
)

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
