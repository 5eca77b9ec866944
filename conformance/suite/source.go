package suite

import "embed"

// Source is the text of this package: what the words of the stories mean, and so a
// part of what identifies the suite.
//
//go:embed *.go
var Source embed.FS
