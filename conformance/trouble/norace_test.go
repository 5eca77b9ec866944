//go:build !race

package trouble_test

// usualCrowd is how many sandboxes [TestCrowd] fills unless it is told otherwise.
const usualCrowd = 6
