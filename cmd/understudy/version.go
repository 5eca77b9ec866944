package main

import (
	"fmt"

	"github.com/understudy-dev/understudy/mock"
)

type versionCommand struct{}

// Run prints the version that the binary was built from.
func (versionCommand) Run(std streams) error {
	_, err := fmt.Fprintln(std.out, "understudy", mock.Version())
	return err
}
