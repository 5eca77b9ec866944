package mock_test

import (
	"io"
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock"
)

// adminKey is the administrator's key in the world "default".
const adminKey = "phx_understudy_admin_00000000000000000000000000"

const (
	domainsOf = "/api/organizations/@current/domains/"
	invitesOf = "/api/organizations/@current/invites/"
)

// exampleFake is the fake of most examples. It needs no port: see [mock.Server.Transport].
func exampleFake(options ...mock.Option) *mock.Server {
	fake, err := mock.New(options...)
	if err != nil {
		panic(err)
	}
	return fake
}

// askFake calls a fake in this program as the administrator.
func askFake(fake *mock.Server, method, path, body string) (status int, answer string) {
	return callWith(&http.Client{Transport: fake.Transport()}, adminKey, method, "http://fake.test"+path, body)
}

// call calls a fake at an address as the administrator.
func call(method, url, body string) (status int, answer string) {
	return callWith(http.DefaultClient, adminKey, method, url, body)
}

func callWith(client *http.Client, key, method, url, body string) (status int, answer string) {
	request, _ := http.NewRequest(method, url, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer func() { _ = response.Body.Close() }()
	data, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(data)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
