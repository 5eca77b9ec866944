package scenarios

import "embed"

// Source is the text of this package: what the stories say, and so a part of what
// identifies the suite.
//
//go:embed *.go
var Source embed.FS
