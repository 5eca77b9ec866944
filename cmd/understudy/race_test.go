//go:build race

package main

// underRace: the race detector is on, and what plays the suite often takes minutes.
const underRace = true
