//go:build race

package trouble_test

// usualCrowd is one sandbox for each way here: under the race detector a run takes ten
// times as long.
const usualCrowd = 2
