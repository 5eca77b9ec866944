//go:build !race

package browsertest

// raceDetector is whether the tests are built with it.
const raceDetector = false
