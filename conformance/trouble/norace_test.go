//go:build !race

package trouble_test

import "testing"

func skipUnderRace(*testing.T, string) {}

// usualCrowd is how many sandboxes [TestCrowd] fills unless it is told otherwise.
const usualCrowd = 6
