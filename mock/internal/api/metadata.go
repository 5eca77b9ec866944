package api

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/mutant"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// The answer to OPTIONS: what the resource is called, what it reads and writes, and,
// for callers who may write there, which fields.
// Source: SimpleMetadata in rest_framework/metadata.py.

// described says whose fields a path shows, and finds the object that it names, as the
// views of a resource do.
type described struct {
	write  func(*serializers, *rest.Writer)
	object func(*call) error
}

// found is a look-up of which only the error counts.
func found[T any](look func(*call) (T, error)) func(*call) error {
	return func(c *call) error {
		_, err := look(c)
		return err
	}
}

// describedBy is what the views of each resource show, by the tag of the document. A
// resource that is not here shows no fields: its view has no serializer, or nothing is
// written by POST and PUT there.
func describedBy() map[string]described {
	return map[string]described{
		"organizations": {
			func(s *serializers, w *rest.Writer) { s.organizationSerializer.WriteMetadata(w) }, (*call).enterOwnOrganization,
		},
		"sessions": {write: func(s *serializers, w *rest.Writer) { s.loginSerializer.WriteMetadata(w) }},
		"domains":  {func(s *serializers, w *rest.Writer) { s.domainSerializer.WriteMetadata(w) }, found((*call).domain)},
		"identity_provider_configs": {
			func(s *serializers, w *rest.Writer) { s.configSerializer.WriteMetadata(w) }, found((*call).identityProviderConfig),
		},
		"invites": {write: func(s *serializers, w *rest.Writer) { s.inviteSerializer.WriteMetadata(w) }},
		"members": {func(s *serializers, w *rest.Writer) { s.memberSerializer.WriteMetadata(w) }, found((*call).member)},
		"roles":   {func(s *serializers, w *rest.Writer) { s.roleSerializer.WriteMetadata(w) }, found((*call).role)},
		"role_memberships": {
			func(s *serializers, w *rest.Writer) { s.roleMembershipSerializer.WriteMetadata(w) }, found((*call).roleMembership),
		},
		"projects": {func(s *serializers, w *rest.Writer) { s.projectSerializer.WriteMetadata(w) }, found((*call).findProject)},
		"signup":   {write: func(s *serializers, w *rest.Writer) { s.signupSerializer.WriteMetadata(w) }},
	}
}

// describe answers OPTIONS.
func (c *call) describe() (int, error) {
	c.out.Object()
	c.out.Key("name").String(humanize(c.resource.tag()))
	c.out.Key("description").String("")
	c.out.Key("renders").Strings([]string{"application/json"})
	c.out.Key("parses").Strings(rest.MediaTypes)
	c.describeActions()
	c.out.End()
	return http.StatusOK, nil
}

// describeActions writes the fields that the caller may send by POST or PUT; no path of
// the document takes both. Where there is nothing to send, nothing is written.
//
// The real permission looks at the action, which is "metadata" here, so that by its
// text a personal API key would be shown no fields at all. What is known of running
// servers says that keys are shown them, and keys with the scope are here.
func (c *call) describeActions() {
	about, ok := c.api.described[c.resource.tag()]
	for _, method := range []string{http.MethodPut, http.MethodPost} {
		if !ok || !c.mayCall(method) || (method == http.MethodPut && about.object(c) != nil) {
			continue
		}
		c.out.Key("actions").Object()
		c.out.Key(method)
		about.write(&c.api.serializers, &c.out)
		c.out.End()
		return
	}
}

// mayCall reports whether the caller could call the path by another method.
func (c *call) mayCall(method string) bool {
	op, ok := c.resource.operations[method]
	if !ok {
		return false
	}
	request, other := *c.request, *c
	request.Method = method
	other.request, other.op = &request, op
	if op.Public || c.User == nil {
		return op.Public
	}
	for i := range c.resource.stages {
		if c.resource.stages[i].check(&other) != nil {
			return false
		}
	}
	return other.checkRecentLogin() == nil && (c.resource.nested || c.organizationLevelAllows(op))
}

// organizationLevelAllows reports whether the caller has the level of an operation on an
// organization itself, which it asks for when it is carried out.
func (c *call) organizationLevelAllows(op *operation) bool {
	if op.Tag != "organizations" || op.Level == 0 {
		return true
	}
	organization, err := c.ownOrganization(c.param("organization_id"))
	if err != nil {
		return false
	}
	membership, ok := c.view.Membership(c.User.ID, organization.ID)
	return ok && membership.Level >= world.Level(op.Level)
}

// humanize makes a name readable: "identity_provider_configs" is "Identity
// provider configs".
func humanize(name string) string {
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + strings.ReplaceAll(name[1:], "_", " ")
}

// replaceMetadata changes the answers to OPTIONS as text.
func replaceMetadata(old, replacement string) defect {
	return changeAnswer("", func(r *mutant.Response) {
		if r.Request.Method == http.MethodOptions {
			r.Body = bytes.ReplaceAll(r.Body, []byte(old), []byte(replacement))
		}
	})
}

// metadataMutants are about what OPTIONS tells.
func metadataMutants() []mutantRow {
	const rule = "requests.methods.options_fields"
	return []mutantRow{
		{"requests.options.no_fields", "OPTIONS shows nobody what can be sent.", rule, replaceMetadata(`"actions":`, `"fields":`)},
		{"requests.options.everybody", "OPTIONS shows everybody what can be sent.", rule,
			aroundStage("level", func(c *call, next func(*call) error) error {
				if answering := len(c.out.Bytes()) > 0; answering {
					return nil // only OPTIONS asks in the midst of its answer
				}
				return next(c)
			})},
		{"requests.options.not_required", "OPTIONS says that nothing has to be sent.", rule, replaceMetadata(`"required":true`, `"required":false`)},
		{"requests.options.writable", "OPTIONS calls every field writable.", rule, replaceMetadata(`"read_only":true`, `"read_only":false`)},
		{"requests.options.types", "OPTIONS calls every address a text.", rule, replaceMetadata(`"type":"email"`, `"type":"string"`)},
		{"requests.options.lengths", "OPTIONS does not say how long a text may be.", rule, replaceMetadata(`"max_length"`, `"length"`)},
		{"requests.options.named", "OPTIONS lists a field under another name.", "requests.methods.options_count", replaceMetadata(`"verification_challenge":`, `"challenge":`)},
		{"requests.options.parses", "OPTIONS does not say which bodies are read.", "requests.methods.options", replaceMetadata(`"parses":`, `"reads":`)},
		{"requests.options.description", "OPTIONS describes nothing.", "requests.methods.options", replaceMetadata(`"description":""`, `"description":null`)},
		{"requests.options.choices", "OPTIONS does not say what can be chosen.", rule, replaceMetadata(`"choices"`, `"options"`)},
	}
}
