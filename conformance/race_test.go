//go:build race

package conformance_test

import "testing"

// skipUnderRace skips a test that takes minutes under the race detector and shows no race that the
// others do not.
func skipUnderRace(t *testing.T, why string) {
	t.Helper()
	t.Skip(why + ": go test without -race does it")
}
