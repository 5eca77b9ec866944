package mock

import "github.com/understudy-dev/understudy/spec"

// Version is the version of this module in the program that runs, "(devel)" when the
// build does not know it.
func Version() string { return spec.ModuleVersion() }
