//go:build !race

package mock_test

const underRace = false
