package main

import (
	"io"

	"github.com/understudy-dev/understudy/conformance"
)

// explainProfile prints what the profile lacks, and what that costs.
func (cmd *verifyCommand) explainProfile(t *conformance.Target, w io.Writer) error {
	explained := conformance.ExplainProfile(t)
	if cmd.JSON {
		return explained.WriteJSON(w)
	}
	return explained.WriteText(w)
}
