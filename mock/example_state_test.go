package mock_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
)

// Tests that run in parallel fork what was set up once. Nothing is copied.
func ExampleRunning_Fork() {
	TestInParallel := func(t *testing.T) {
		fake := mock.Start(t, mock.FailOnViolation())
		_, _ = call("POST", fake.URL+domainsOf, `{"domain": "set-up-once.example.com"}`)
		for _, name := range []string{"one", "two"} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				own := fake.Fork(t)
				if status, _ := call("POST", own.URL+domainsOf, `{"domain": "mine.example.com"}`); status != http.StatusCreated {
					t.Fatal(status)
				}
			})
		}
	}
	_ = TestInParallel
}

// A sandbox is a world of its own. Here it starts as another is now.
func ExampleSandbox_Fork() {
	fake := exampleFake()
	fork, err := fake.Fork("experiment")
	must(err)
	_, _ = askFake(fake, "POST", "/_sandbox/experiment"+invitesOf, `{"target_email": "new@example.com"}`)
	fmt.Println(len(fork.Outbox()), len(fake.Outbox()))
	// Output:
	// 1 0
}

// A snapshot remembers everything, and costs nothing.
func ExampleSandbox_Restore() {
	fake := exampleFake()
	must(fake.Snapshot("before"))
	status, _ := askFake(fake, "POST", domainsOf, `{"domain": "new.example.com"}`)
	fmt.Println(status)
	status, _ = askFake(fake, "POST", domainsOf, `{"domain": "new.example.com"}`)
	fmt.Println(status)
	must(fake.Restore("before"))
	status, _ = askFake(fake, "POST", domainsOf, `{"domain": "new.example.com"}`)
	fmt.Println(status)
	// Output:
	// 201
	// 400
	// 201
}

// The same request at the same moment gets the same answer, as often as one likes.
func ExampleSandbox_Rewind() {
	fake := exampleFake(mock.WithClock(mock.ClockFunc(func() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) })))
	_, first := askFake(fake, "POST", domainsOf, `{"domain": "new.example.com"}`)
	must(fake.Rewind(1))
	_, second := askFake(fake, "POST", domainsOf, `{"domain": "new.example.com"}`)
	fmt.Println(first == second)
	// Output:
	// true
}

// What a fake has come to can be a file, and the start of another.
func ExampleSandbox_Export() {
	fake := exampleFake()
	_, _ = askFake(fake, "POST", domainsOf, `{"domain": "new.example.com"}`)
	var file bytes.Buffer
	w, err := fake.Export()
	must(err)
	must(fixtures.Write(&file, w))

	another := exampleFake()
	read, err := fixtures.Load(&file, "file")
	must(err)
	must(another.Replace(read))
	status, _ := askFake(another, "POST", domainsOf, `{"domain": "new.example.com"}`)
	fmt.Println(status, "it is there already")
	// Output:
	// 400 it is there already
}

// A frontend's upgrade, rehearsed: a sandbox moves to the newest revision of the API with
// everything in it, and comes back by a reset.
func ExampleSandbox_MoveTo() {
	fake := exampleFake(mock.WithRevision("2026-06"))
	hasSAML := func() bool {
		_, list := askFake(fake, "GET", domainsOf, "")
		return strings.Contains(list, `"has_saml"`)
	}
	fmt.Println(fake.Revision(), hasSAML())
	must(fake.MoveTo("2026-09"))
	fmt.Println(fake.Revision(), hasSAML())
	fmt.Println(fake.MoveTo("2026-03"))
	fake.Reset()
	fmt.Println(fake.Revision(), hasSAML())
	// Output:
	// 2026-06 true
	// 2026-09 false
	// mock: a world of revision 2026-09 cannot go back to 2026-03
	// 2026-06 true
}

// What a revision cannot hold of the world is left out, and can be asked for.
func ExampleWithRevision() {
	fmt.Println(mock.Revisions()[0])
	fake := exampleFake(mock.WithRevision("2026-03"))
	fmt.Println(fake.LeftOut()[0])
	// Output:
	// 2026-03
	// Hedgerow Works: ID-JAG of the domain agents.hedgerow.example; revision 2026-03 has no place for it
}
