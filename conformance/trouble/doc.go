// Package trouble holds the tests of runs against targets that are not well: that lose credentials,
// answer late or not at all, are behind a gateway, or serve many runs at once. They take long, so
// that they are a package of their own.
package trouble
