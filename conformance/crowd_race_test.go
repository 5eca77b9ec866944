//go:build race

package conformance_test

// usualCrowd is smaller here: the race detector makes a run ten times as long.
const usualCrowd = 4
