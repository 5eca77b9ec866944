package mock

import "runtime/debug"

// modulePath is what this module is called in a build.
const modulePath = "github.com/understudy-dev/understudy"

// Version is the version of this module in the program that runs, "(devel)" when the
// build does not know it.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(devel)"
	}
	for _, module := range append(info.Deps, &info.Main) {
		if module.Path == modulePath && module.Version != "" {
			return module.Version
		}
	}
	return "(devel)"
}
