package mock_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock"
)

// The domain unpublished.hedgerow.example of the world "default".
const unpublished = domainsOf + "01900000-0004-7000-8000-000000000004/"

// What the API cannot do is a method of the sandbox: here, what DNS says.
func ExampleSandbox_PublishTXT() {
	fake := exampleFake(mock.WithPersonalKeysEverywhere())
	_, before := askFake(fake, "POST", unpublished+"verify/", "")
	fmt.Println(strings.Contains(before, `"is_verified":true`))

	_, challenge, _ := strings.Cut(before, `"verification_challenge":"`)
	challenge, _, _ = strings.Cut(challenge, `"`)
	fake.PublishTXT("_posthog-challenge.unpublished.hedgerow.example", challenge)

	_, after := askFake(fake, "POST", unpublished+"verify/", "")
	fmt.Println(strings.Contains(after, `"is_verified":true`))
	// Output:
	// false
	// true
}

// Time passes when a test says so.
func ExampleSandbox_Advance() {
	fake := exampleFake()
	_, _ = askFake(fake, "POST", invitesOf, `{"target_email": "late@example.com"}`)
	_, fresh := askFake(fake, "GET", invitesOf+"?limit=100", "")
	fmt.Println("expired:", strings.Contains(latest(fresh), `"is_expired":true`))

	fake.Advance(4 * 24 * time.Hour)

	_, stale := askFake(fake, "GET", invitesOf+"?limit=100", "")
	fmt.Println("expired:", strings.Contains(latest(stale), `"is_expired":true`))
	// Output:
	// expired: false
	// expired: true
}

// latest is the row of the invite that the example makes.
func latest(list string) string {
	_, row, _ := strings.Cut(list, `"target_email":"late@example.com"`)
	row, _, _ = strings.Cut(row, "}")
	return row
}

// The outbox is the mail that the API would have sent.
func ExampleSandbox_Outbox() {
	fake := exampleFake()
	_, _ = askFake(fake, "POST", invitesOf, `{"target_email": "new@example.com"}`)
	for _, mail := range fake.Outbox() {
		fmt.Println(mail.Recipient, "-", mail.Subject)
	}
	// Output:
	// new@example.com - Ada invited you to join Hedgerow Works on PostHog
}

// A key with just the scopes that a program needs shows whether it needs more.
func ExampleSandbox_Key() {
	fake := exampleFake()
	key, err := fake.Key("organization:read")
	must(err)
	client := &http.Client{Transport: fake.Transport()}
	status, _ := callWith(client, key, "GET", "http://fake.test"+domainsOf, "")
	fmt.Println(status)
	status, answer := callWith(client, key, "GET", "http://fake.test"+invitesOf, "")
	fmt.Println(status, answer)
	// Output:
	// 200
	// 403 {"type":"authentication_error","code":"permission_denied","detail":"API key missing required scope 'organization_member:read'","attr":null}
}

// Anybody in the world may have a key.
func ExampleSandbox_KeyOf() {
	fake := exampleFake()
	key, err := fake.KeyOf("member@hedgerow.example")
	must(err)
	client := &http.Client{Transport: fake.Transport()}
	status, _ := callWith(client, key, "POST", "http://fake.test"+domainsOf, `{"domain": "new.example.com"}`)
	fmt.Println(status)
	// Output:
	// 403
}

// A client whose transport is the fake's reaches it without a port.
func ExampleServer_Transport() {
	fake := exampleFake()
	client := &http.Client{Transport: fake.Transport()}
	response, err := client.Get("https://any.example/api/organizations/@current/domains/?personal_api_key=" + adminKey)
	must(err)
	defer func() { _ = response.Body.Close() }()
	fmt.Println(response.StatusCode)
	// Output:
	// 200
}
