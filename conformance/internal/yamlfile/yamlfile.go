// Package yamlfile reads the YAML files of the kit: rules, exceptions, baselines. It
// knows nothing of what they hold; secrets never go through it, since its errors may
// quote values.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Decode reads the first document of a file into a value. It refuses fields that the
// value does not have and keys that are there twice; its errors name every place, as
// [line:column]. A file without a document leaves the value as it is.
func Decode(data []byte, value any) error {
	loader, err := yaml.NewLoader(bytes.NewReader(data), yaml.WithV4Defaults(), yaml.WithKnownFields())
	if err != nil {
		return err
	}
	err = loader.Load(value)
	var syntax *yaml.LoadError
	var several *yaml.LoadErrors
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &several):
		placed := make([]error, len(several.Errors))
		for i, e := range several.Errors {
			placed[i] = atPosition(e)
		}
		return errors.Join(placed...)
	case errors.As(err, &syntax):
		return atPosition(syntax)
	}
	return err
}

// atPosition puts the place of an error before its text, and names unknown fields
// without the Go type that lacks them.
func atPosition(e *yaml.LoadError) error {
	text := e.Message
	if field, known := strings.CutPrefix(text, "field "); known {
		if name, _, known := strings.Cut(field, " not found in type "); known {
			text = fmt.Sprintf("unknown field %q", name)
		}
	}
	return fmt.Errorf("[%d:%d] %s", e.Mark.Line, e.Mark.Column, text)
}
