//go:build race

package mock_test

// underRace: the race detector is on, and what plays the suite often takes minutes.
const underRace = true
