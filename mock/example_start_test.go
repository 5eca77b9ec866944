package mock_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/understudy-dev/understudy/mock"
)

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
