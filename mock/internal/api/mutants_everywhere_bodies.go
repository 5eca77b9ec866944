package api

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/spec"
)

// Defects of how bodies are read, planted at every operation that reads one.

// misreadings read a body of some form wrongly.
func misreadings() []everywhere {
	const broken, media, forms, absent = "requests.everywhere.broken", "requests.everywhere.media_type", "requests.everywhere.forms", "requests.everywhere.absent"
	return []everywhere{
		{"takes_broken_json", "JSON that cannot be read is an empty object.", broken, readsObject, func(o *spec.Operation) defect {
			return misread(o.ID, func(c *call) bool { return hasCode(c.invalid, "parse_error") }, empty)
		}},
		{"takes_lists", "a list is an empty object.", broken, readsObject, func(o *spec.Operation) defect {
			return misread(o.ID, func(c *call) bool {
				if c.invalid != nil {
					return false
				}
				_, isList := c.input.Items()
				return isList
			}, empty)
		}},
		{"takes_any_media_type", "a body of any content type is taken.", media, readsObject, func(o *spec.Operation) defect {
			return misread(o.ID, func(c *call) bool { return hasCode(c.invalid, "unsupported_media_type") }, empty)
		}},
		{"reads_no_form", "an urlencoded form is read as an empty one.", forms, readsForms, func(o *spec.Operation) defect {
			return shownIn(o, misread(o.ID, isMedia("application/x-www-form-urlencoded"), emptyForm))
		}},
		{"reads_no_multipart", "a multipart form is read as an empty one.", forms, readsForms, func(o *spec.Operation) defect {
			return shownIn(o, misread(o.ID, isMedia("multipart/form-data"), emptyForm))
		}},
		{"unticks_boxes", "a truth value that a form leaves out is no.", "requests.everywhere.forms_keep", readsBoxes, func(o *spec.Operation) defect {
			return shownIn(o, misread(o.ID, isMedia("application/x-www-form-urlencoded"), func(c *call) { c.untick(schemaOf(o)) }))
		}},
		{"wants_a_body", "an absent body is refused.", absent, bothOf(readsObject, ofThings), func(o *spec.Operation) defect {
			return misread(o.ID, func(c *call) bool { return len(c.body.Data) == 0 }, func(c *call) {
				c.invalid = rest.ParseError("JSON parse error - Expecting value: line 1 column 1 (char 0)")
			})
		}},
	}
}

// misread has an operation read some bodies wrongly.
func misread(id string, which func(*call) bool, do func(*call)) defect {
	return before(id, func(c *call) {
		_, _ = c.parse() // what came of it is looked at by which
		if which(c) {
			do(c)
		}
	})
}

func empty(c *call) { c.input, c.invalid = rest.Body{}.Parse() }

func emptyForm(c *call) {
	c.input, c.invalid = rest.Body{ContentType: "application/x-www-form-urlencoded"}.Parse()
}

func isMedia(kind string) func(*call) bool {
	return func(c *call) bool { return strings.HasPrefix(c.body.ContentType, kind) }
}

// readsObject reports whether an operation reads a JSON object, and a client can reach it without
// an invite or an integration.
func readsObject(o *spec.Operation) bool {
	elsewhere := []string{"signup_create", "integrations_environment_mapping_partial_update", "invites_bulk_create", "domains_verify_create", "domains_scim_token_create"}
	unreached := o.Tag == "personal_api_keys" && strings.Contains(o.Path, "{id}")
	return o.Request != "" && !slices.Contains(elsewhere, o.ID) && !unreached
}

// ofThings reports whether an operation is about things that an administrator may make.
func ofThings(o *spec.Operation) bool {
	return slices.Contains([]string{"organizations", "domains", "identity_provider_configs", "roles", "role_memberships", "invites", "projects"}, o.Tag)
}

// readsForms reports whether what becomes of a form can be seen by a text in it: of names, and
// of the first setting of a domain.
func readsForms(o *spec.Operation) bool {
	schema := schemaOf(o)
	if !readsObject(o) || !ofThings(o) || schema == nil || strings.HasSuffix(o.Path, "/delegate/") {
		return false
	}
	text, truth := false, false
	for _, p := range schema.Properties {
		text = text || !p.ReadOnly && slices.Contains(shownBy(o), p.Name)
		truth = truth || !p.ReadOnly && p.Type == "boolean"
	}
	return text && (o.Method != http.MethodPut || !truth)
}

// readsBoxes reports whether what a form leaves out can be seen by a text and a truth value.
func readsBoxes(o *spec.Operation) bool {
	schema := schemaOf(o)
	return o.Method == http.MethodPatch && readsForms(o) && slices.ContainsFunc(schema.Properties, isBox)
}

// isBox reports whether a property is a truth value that anybody may send.
func isBox(p spec.Property) bool {
	return p.Type == "boolean" && !p.ReadOnly && !p.WriteOnly && !isPaid(p)
}

// untick says no of every truth value that the form of a call does not have.
func (c *call) untick(schema *spec.Schema) {
	data := slices.Clone(c.body.Data)
	for _, p := range schema.Properties {
		if isBox(p) && !bytes.Contains(data, []byte(p.Name+"=")) {
			data = append(data, "&"+p.Name+"=false"...)
		}
	}
	c.input, c.invalid = rest.Body{ContentType: c.body.ContentType, Data: data}.Parse()
}

// shownIn leaves a defect out of revisions in which no text shows it.
func shownIn(o *spec.Operation, d defect) defect {
	if o.Tag == "domains" && o.Method != http.MethodPost {
		return ofDomainProperty("saml_entity_id", d)
	}
	return d
}

// shownBy are the properties of which one shows what became of a form.
func shownBy(o *spec.Operation) []string {
	if o.Method == http.MethodPost {
		return []string{"name", "domain", "target_email"}
	}
	return []string{"name", "saml_entity_id"}
}

// schemaOf is the schema of the body of an operation, in the revision that it is of.
func schemaOf(o *spec.Operation) *spec.Schema {
	document := documentOf(o)
	if document == nil {
		return nil
	}
	schema, _ := document.Schema(o.Request)
	return schema
}

// documentOf is the document of the revision that an operation is of.
func documentOf(o *spec.Operation) *spec.Document {
	revisions, _ := spec.Revisions() // without them there is no operation
	for _, about := range revisions {
		document, err := spec.LoadRevision(about.Name)
		if err != nil {
			continue
		}
		if found, has := document.Operation(o.ID); has && found == o {
			return document
		}
	}
	return nil
}

// Defects of the form of answers, planted at every operation about things.

// misunderstandings answer in a form that the caller does not take.
func misunderstandings() []everywhere {
	about := func(o *spec.Operation) bool {
		whole := strings.HasSuffix(o.Path, "/"+o.Tag+"/") || strings.HasSuffix(o.Path, "id}/")
		return ofThings(o) && whole
	}
	return []everywhere{{
		"answers_in_any_form", "who takes no JSON is answered with it.", "requests.everywhere.not_acceptable", about, func(o *spec.Operation) defect {
			return ofOperations([]string{o.ID}, answerInAnyForm(o.ID))
		},
	}}
}

// answerInAnyForm has an operation answer callers who do not take its form.
func answerInAnyForm(id string) defect {
	return func(t *Tables) {
		next := t.negotiate
		t.negotiate = func(c *call) error {
			err := next(c)
			if errors.Is(err, rest.ErrNotAcceptable) && isOperation(id)(c) {
				return nil
			}
			return err
		}
	}
}
