package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestTrailingSlashIsOptional(t *testing.T) {
	f := mocktest.New(t)
	id := f.NewConfig(`{}`)
	for _, path := range []string{f.Org("domains"), f.Org("identity_provider_configs", id), "/api/organizations/", "/api/users/@me/"} {
		with := f.As("admin").Get(path).Status(200)
		without := f.As("admin").Get(strings.TrimSuffix(path, "/")).Status(200)
		if with.Get("id").Raw != without.Get("id").Raw {
			t.Errorf("%s answers differently without its slash", path)
		}
	}
	f.As("admin").Patch(strings.TrimSuffix(f.Org("identity_provider_configs", id), "/"), `{"name": "n"}`).Status(200)
	f.As("admin").Delete(strings.TrimSuffix(f.Org("identity_provider_configs", id), "/")).Status(204)
}

func TestUnknownPaths(t *testing.T) {
	f := mocktest.New(t)
	for _, path := range []string{"/api/", "/api/nothing", f.Org("nothing"), f.Org("domains", "x", "y")} {
		f.Anonymous().Get(path).Missing("Endpoint not found.")
	}
	f.Anonymous().Get("/elsewhere").Status(404).Has("understudy", `"no_such_page"`)
}

func TestHosts(t *testing.T) {
	f := mocktest.New(t, mock.WithHosts("fake.test"))
	f.Anonymous().Get("/_understudy/health").Status(200).Has("status", `"ok"`)
	closed := mocktest.New(t, mock.WithHosts(mock.LoopbackHosts...))
	closed.Anonymous().Get("/_understudy/health").Status(http.StatusMisdirectedRequest).Has("understudy", `"refused_host"`)
}
