package mock_test

import (
	"fmt"

	"github.com/understudy-dev/understudy/mock"
)

// The second invite from now on fails, once, after it was made: does the client cope
// with finding it there when it tries again?
func ExampleSandbox_Fault() {
	fake := exampleFake()
	must(fake.Fault(mock.Fault{Operation: "invites_create", Phase: mock.FaultAfter, Status: 502, Nth: 2, Count: 1}))
	for _, email := range []string{"a@example.com", "b@example.com", "b@example.com"} {
		status, _ := askFake(fake, "POST", invitesOf, `{"target_email": "`+email+`"}`)
		fmt.Println(email, status)
	}
	fmt.Println(len(fake.Outbox()), "mails")
	// Output:
	// a@example.com 201
	// b@example.com 502
	// b@example.com 201
	// 3 mails
}

// A fault that no call met tells of a test that tests nothing.
func ExampleSandbox_UnmetFaults() {
	fake := exampleFake()
	must(fake.Fault(mock.Fault{ID: "busy", Operation: "domains_list", Status: 429, Count: 2}))
	_, _ = askFake(fake, "GET", domainsOf, "")
	for _, f := range fake.UnmetFaults() {
		fmt.Printf("%s was met %d of %d times\n", f.ID, f.Met, f.Count)
	}
	// Output:
	// busy was met 1 of 2 times
}

// The journal remembers what was asked, and why it was refused.
func ExampleSandbox_Requests() {
	fake := exampleFake()
	_, _ = askFake(fake, "GET", domainsOf, "")
	_, _ = askFake(fake, "POST", domainsOf, `{"domain": "Not a domain"}`)
	for _, r := range fake.Requests() {
		fmt.Println(r.Number, r.Operation, r.Status, r.Caller)
		if r.Explanation != nil {
			fmt.Println("  ", r.Explanation.Detail)
			fmt.Println("  ", r.Explanation.Sufficient)
		}
	}
	// Output:
	// 1 domains_list 200 admin@hedgerow.example
	// 2 domains_create 400 admin@hedgerow.example
	//    domain: Please enter a valid domain or subdomain name.
	//    Another value of "domain". Everything before the body was in order.
}

// What a request has in it that the document does not allow is no error for the API,
// which ignores it; it is a mistake all the same.
func ExampleSandbox_Violations() {
	fake := exampleFake()
	status, _ := askFake(fake, "GET", domainsOf+"?pgae=2", "")
	fmt.Println(status)
	for _, v := range fake.Violations() {
		fmt.Println(v.Code, v.Operation, v.Where)
	}
	// Output:
	// 200
	// unknown_parameter domains_list query pgae
}
