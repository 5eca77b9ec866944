//go:build race

package conformance_test

// underRace: the race detector is on, and what plays the suite often takes minutes.
const underRace = true
