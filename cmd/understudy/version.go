package main

import (
	"fmt"
	"runtime/debug"
)

type versionCommand struct{}

// Run prints the version that the binary was built from.
func (versionCommand) Run(std streams) error {
	_, err := fmt.Fprintln(std.out, "understudy", version())
	return err
}

// version is the module's version, "(devel)" for a build from a checkout.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
