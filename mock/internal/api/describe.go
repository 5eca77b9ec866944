package api

import (
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// describe answers OPTIONS: what the resource is called, what it reads and what
// it writes. Source: SimpleMetadata in rest_framework/metadata.py; its "actions"
// part, which is about HTML forms, is left out.
func (c *call) describe() (int, error) {
	c.out.Object()
	c.out.Key("name").String(words(c.resource.tag()))
	c.out.Key("description").String("")
	c.out.Key("renders").Strings([]string{"application/json"})
	c.out.Key("parses").Strings(rest.MediaTypes)
	c.out.End()
	return http.StatusOK, nil
}

// words makes a name readable: "identity_provider_configs" is "Identity
// provider configs".
func words(name string) string {
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
}
