package guard_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/understudy-dev/understudy/mock/internal/guard"
	"github.com/understudy-dev/understudy/spec"
)

// Whatever comes, the guard tells or is silent.
func FuzzCheck(f *testing.F) {
	document, err := spec.Load()
	if err != nil {
		f.Fatal(err)
	}
	operations := document.Operations()
	for i, body := range []string{
		`{"target_email": "a@b.example", "level": "8", "private_project_access": [{"id": 1}], "x/~": null}`,
		`[{"target_email": "a@b.example"}, 1, null, [], {"level": 1e99}]`,
		"scim_enabled=on&id_jag_allowed_clients[0]=a&id_jag_allowed_clients[x=&[=]&=&level=99999999999999999999",
		"--x\r\nContent-Disposition: form-data; name=\"domain\"; filename=\"a\"\r\n\r\nb\r\n--x--\r\n",
		`{"Operations": [{"op": null, "value": {"a": [null]}}], "emails": [{"value": 1}], "active": "true"}`,
		`{"name": "\ud800", "level": 1e400}`,
	} {
		for j, contentType := range []string{"application/json", forms, "multipart/form-data; boundary=x", scim, ""} {
			f.Add(i*11+j, "/api/organizations/@current/domains/x/", "limit=x&%zz=&a;b", contentType, []byte(body), j%2 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, n int, path, query, contentType string, body []byte, key bool) {
		operation := operations[uint(n)%uint(len(operations))]
		r := httptest.NewRequest(operation.Method, "/", http.NoBody)
		r.URL = &url.URL{Path: path, RawQuery: query}
		r.Header.Set("Content-Type", contentType)
		found := theGuard(t).Check(operation.ID, r, body, guard.Facts{Key: key})
		found = append(found, theGuard(t).Check("", r, body, guard.Facts{})...)
		var store guard.Store
		store.Add(found, guard.Occurrence{})
		for _, v := range found {
			if v.Message == "" || len(v.Where) > 2000 {
				t.Errorf("%+v", v)
			}
		}
	})
}
