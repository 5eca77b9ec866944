//go:build !race

package conformance_test

// usualCrowd is how many sandboxes [TestCrowd] fills unless it is told otherwise.
const usualCrowd = 12
