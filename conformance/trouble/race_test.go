//go:build race

package trouble_test

import "testing"

// skipUnderRace skips a test that takes minutes under the race detector and shows no race that the
// others do not.
func skipUnderRace(t *testing.T, why string) {
	t.Helper()
	t.Skip(why + ": go test without -race does it")
}

// usualCrowd is one sandbox for each way here: under the race detector a run takes ten
// times as long.
const usualCrowd = 2
