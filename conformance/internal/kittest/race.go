//go:build race

package kittest

import "testing"

// SkipUnderRace skips a test that takes minutes under the race detector and shows no race that the
// others do not.
func SkipUnderRace(t *testing.T, why string) {
	t.Helper()
	t.Skip(why + ": go test without -race does it")
}
