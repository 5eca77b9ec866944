package mock_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/mock"
)

// adminKey is the administrator's key in the world "default".
const adminKey = "phx_understudy_admin_00000000000000000000000000"

func call(method, url, body string) (status int, answer string) {
	request, _ := http.NewRequest(method, url, strings.NewReader(body))
	request.Header.Set("Authorization", "Bearer "+adminKey)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer func() { _ = response.Body.Close() }()
	data, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(data)
}

// A fake is an http.Handler: it can be served like any other.
func ExampleNew() {
	fake, err := mock.New()
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(fake)
	defer server.Close()

	status, answer := call("POST", server.URL+"/api/organizations/@current/domains/", `{"domain": "Not a domain"}`)
	fmt.Println(status, answer)
	status, _ = call("POST", server.URL+"/api/organizations/@current/domains/", `{"domain": "new.example.com"}`)
	fmt.Println(status)
	// Output:
	// 400 {"type":"validation_error","code":"invalid_input","detail":"Please enter a valid domain or subdomain name.","attr":"domain"}
	// 201
}

// In a test, the fake stops by itself, and shows what it would have mailed.
func ExampleStart() {
	TestInvite := func(t *testing.T) {
		fake := mock.Start(t)
		status, _ := call("POST", fake.URL+"/api/organizations/@current/invites/", `{"target_email": "new@example.com"}`)
		if status != http.StatusCreated {
			t.Fatal(status)
		}
		if mails := fake.Outbox(); len(mails) != 1 || mails[0].Recipient != "new@example.com" {
			t.Fatal(mails)
		}
	}
	_ = TestInvite
}

// What the API cannot do is a method of the server: here, what DNS says.
func ExampleServer_PublishTXT() {
	fake, err := mock.New(mock.WithPersonalKeysEverywhere())
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(fake)
	defer server.Close()

	// The domain unpublished.hedgerow.example of the world "default".
	domain := server.URL + "/api/organizations/@current/domains/01900000-0004-7000-8000-000000000004/"
	_, before := call("POST", domain+"verify/", "")
	fmt.Println(strings.Contains(before, `"is_verified":true`))
	_, challenge, _ := strings.Cut(before, `"verification_challenge":"`)
	challenge, _, _ = strings.Cut(challenge, `"`)
	fake.PublishTXT("_posthog-challenge.unpublished.hedgerow.example", challenge)
	_, after := call("POST", domain+"verify/", "")
	fmt.Println(strings.Contains(after, `"is_verified":true`))
	// Output:
	// false
	// true
}
