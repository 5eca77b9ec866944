//go:build !race

package kittest

import "testing"

// SkipUnderRace skips a test under the race detector, which is not on.
func SkipUnderRace(*testing.T, string) {}
