package api

import (
	"cmp"
	"errors"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/safetext"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// What people write of themselves and of others, and what goes out by mail. Every field of
// the kind has one of these rules: the name of an organization, first and last names, the
// name and the message of an invite. Names of projects, roles, configs and keys have none:
// no mail holds them. What was stored by other ways, such as a world's, may hold anything.
// Source: posthog/helpers/email_utils.py.

// textRulesOf are the rules of a revision: there were none before the documented one, and the
// newest lets names hold a bare domain.
// Source: pull request #56246, posthog/helpers/email_utils.py.
func textRulesOf(r spec.Revision, rules safetext.Rules) safetext.Rules {
	rules.Off = rules.Off || !r.Has(spec.NamesChecked)
	rules.BareDomains = rules.BareDomains || r.Has(spec.BareDomainsInNames)
	return rules
}

// textRules are what such texts are held to.
func (c *call) textRules() safetext.Rules { return c.api.texts }

// The details of the refusals of texts.
var textRefusals = map[safetext.Find]*rest.Error{
	safetext.Control:   rest.Invalid(string(safetext.Control), "Line breaks and control characters are not allowed in this field."),
	safetext.Invisible: rest.Invalid(string(safetext.Invisible), "Invisible or direction-override characters are not allowed in this field."),
	safetext.Bracket:   rest.Invalid(string(safetext.Bracket), "Angle brackets are not allowed in this field."),
	safetext.URL:       rest.Invalid(string(safetext.URL), "URLs are not allowed in this field."),
}

// refuseName refuses what no name may hold.
func refuseName(c *call, text string) error { return refuseFound(c.textRules().InName(text)) }

// refuseMessage refuses what no message may hold.
func refuseMessage(c *call, text string) error { return refuseFound(c.textRules().InMessage(text)) }

func refuseFound(found safetext.Find) error {
	if found != safetext.Nothing {
		return textRefusals[found]
	}
	return nil
}

// mailName is a name as mail writes it: one that the rules refuse, as old ones are, gives way
// to a word that is no name.
func (c *call) mailName(name, instead string) string {
	if c.textRules().InName(name) != safetext.Nothing {
		return instead
	}
	return cmp.Or(oneLine(name), instead)
}

// textCheck are the refusals of the texts of a body, by field; see [rest.Serializer.RefusedTexts].
type textCheck = func(c *call, in *rest.Input) map[string]error

// RefusedText is a text of a request that its revision refuses, whoever sends it.
type RefusedText struct {
	Pointer string // to the text in the body (RFC 6901)
	Name    string // of the field
	Refusal *rest.Error
}

// RefusedTexts finds the texts of a body that the rules of the revision refuse, in the order of the
// body's items. They are the rules that operations go by; here nothing but the text counts.
func (a *API) RefusedTexts(of *spec.Operation, body rest.Body) (found []RefusedText) {
	name, isList := bodySchema(of)
	check, ok := a.refusedTexts[name]
	if !ok {
		check, ok = a.refusedTexts[strings.TrimPrefix(name, "Patched")]
	}
	if !ok {
		return nil
	}
	in, err := body.Parse()
	if err != nil {
		return nil
	}
	if !isList {
		return a.refusedIn(in, check, "")
	}
	items, _ := in.Items()
	for i, item := range items {
		found = append(found, a.refusedIn(item, check, "/"+strconv.Itoa(i))...)
	}
	return found
}

func (a *API) refusedIn(in *rest.Input, check textCheck, pointer string) (found []RefusedText) {
	refused := check(&call{api: a}, in)
	for _, name := range in.Names() {
		if refusal, ok := errors.AsType[*rest.Error](refused[name]); ok {
			found = append(found, RefusedText{pointer + "/" + name, name, refusal})
		}
	}
	return found
}

// bodySchema names the schema of an operation's body, or of the items of a list; "" is none.
func bodySchema(of *spec.Operation) (name string, isList bool) {
	if of.Spec.RequestBody == nil {
		return "", false
	}
	media := of.Spec.RequestBody.Value.Content["application/json"]
	if media == nil {
		return "", false
	}
	schema := media.Schema
	if isList = schema.Value.Items != nil; isList {
		schema = schema.Value.Items
	}
	return strings.TrimPrefix(schema.Ref, "#/components/schemas/"), isList
}

// takeNames makes invites take names that the rule refuses with a code.
func takeNames(code safetext.Find) defect {
	return acceptValues("OrganizationInvite", "first_name", string(code), func(*call, string) bool { return true })
}

// looseIn leaves the rule of a field of invites out in one operation.
func looseIn(id, field string) defect {
	return aroundCheck("OrganizationInvite", field, func(c *call, value any, next checker) (any, error) {
		if isOperation(id)(c) {
			return value, nil
		}
		return next(c, value)
	})
}

// refuseDomains makes a field refuse a text that holds a bare domain.
func refuseDomains(schema, name string) defect {
	return aroundCheck(schema, name, func(c *call, value any, next checker) (any, error) {
		text, _ := value.(string)
		strict := safetext.Rules{}
		if found := strict.InName(strings.Join(strings.Fields(text), " ")); found == safetext.URL {
			return nil, textRefusals[found]
		}
		return next(c, value)
	})
}

// textMutants are about the texts of people.
func textMutants() []mutantRow {
	const invite, delegation, organization, user, signup = "OrganizationInvite", "OrganizationInviteDelegate", "Organization", "PatchedUser", "InviteSignup"
	folded := func(_ *call, text string) bool { return norm.NFKC.String(text) != text }
	return []mutantRow{
		{"invites.texts.name_url", "The name in an invite may hold an address.", "invites.texts.name", takeNames(safetext.URL)},
		{"invites.texts.name_domain", "The name in an invite may hold a domain.", "invites.texts.name_domain", func(t *Tables) { t.texts.BareDomains = true }},
		{"invites.texts.no_domain", "The name in an invite may not hold a domain.", "invites.texts.bare_domain", refuseDomains(invite, "first_name")},
		{"invites.texts.name_bracket", "The name in an invite may hold markup.", "invites.texts.name", takeNames(safetext.Bracket)},
		{"invites.texts.name_invisible", "The name in an invite may hold hidden characters.", "invites.texts.name", takeNames(safetext.Invisible)},
		{"invites.texts.name_control", "The name in an invite may hold control characters.", "invites.texts.name", takeNames(safetext.Control)},
		{"invites.texts.name_lines", "The name in an invite may have lines.", "invites.texts.name",
			acceptValues(invite, "first_name", string(safetext.Control), func(_ *call, text string) bool { return strings.ContainsAny(text, "\n\t") })},
		{"invites.texts.full_width", "An address in full-width letters is none.", "invites.texts.message", acceptValues(invite, "message", string(safetext.URL), folded)},
		{"invites.texts.bracket_full_width", "Markup in full-width characters is none.", "invites.texts.message", acceptValues(invite, "message", string(safetext.Bracket), folded)},
		{"invites.texts.scheme_case", "An address in capitals is none.", "invites.texts.message",
			acceptValues(invite, "message", string(safetext.URL), func(_ *call, text string) bool { return text != strings.ToLower(text) })},
		{"invites.texts.message_any", "A message may hold anything.", "invites.texts.message", dropCheck(invite, "message")},
		{"invites.texts.message_lines", "A message is one line.", "invites.texts.lines",
			refuseValues(invite, "message", func(text string) bool { return strings.ContainsAny(text, "\n\t") }, string(safetext.Control), "x")},
		{"invites.texts.message_domain", "A message may not hold a domain.", "invites.texts.lines",
			refuseDomains(invite, "message")},
		{"invites.texts.one_code", "Texts are refused without a code of their own.", "invites.texts.name",
			aroundCheck(invite, "first_name", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if refusal, ok := errors.AsType[*rest.Error](err); ok {
					err = rest.InvalidInput(refusal.Detail)
				}
				return checked, err
			})},
		{"invites.texts.order", "Of an address and markup the address is named.", "invites.texts.message",
			aroundCheck(invite, "message", func(c *call, value any, next checker) (any, error) {
				checked, err := next(c, value)
				if text, _ := value.(string); hasCode(err, string(safetext.Bracket)) && strings.Contains(text, "www.") {
					err = textRefusals[safetext.URL]
				}
				return checked, err
			})},
		{"invites.texts.bulk", "The texts of a bulk may hold anything.", "invites.texts.bulk",
			allOf(looseIn("invites_bulk_create", "first_name"), looseIn("invites_bulk_create", "message"))},
		{"invites.texts.delegate", "The message of a delegation may hold anything.", "invites.texts.delegate", dropCheck(delegation, "message")},
		{"invites.texts.accept", "The name of somebody who signs up may hold anything.", "invites.texts.accept", dropCheck(signup, "first_name")},
		{"organizations.texts.create", "The name of a new organization may hold anything.", "organizations.texts.create",
			aroundCheck(organization, "name", func(c *call, value any, next checker) (any, error) {
				if c.organization == nil {
					return value, nil
				}
				return next(c, value)
			})},
		{"organizations.texts.no_domain", "The name of an organization may not hold a domain.", "organizations.texts.bare_domain", refuseDomains(organization, "name")},
		{"organizations.texts.update", "The new name of an organization may hold anything.", "organizations.texts.update",
			aroundCheck(organization, "name", func(c *call, value any, next checker) (any, error) {
				if c.organization != nil {
					return value, nil
				}
				return next(c, value)
			})},
		{"users.names.first_any", "The first name of a user may hold anything.", "users.names.texts", dropCheck(user, "first_name")},
		{"users.names.last_any", "The last name of a user may hold anything.", "users.names.texts", dropCheck(user, "last_name")},
		{"users.names.ignored", "Users cannot change their names.", "users.names.changed",
			afterWithPrevious("users_me_partial_update", func(c *call, previous *world.World) {
				old, _ := previous.User(c.User.ID)
				own := *c.User
				own.FirstName, own.LastName = old.FirstName, old.LastName
				c.tx.PutUser(&own)
			})},
		{"users.names.cleared", "Who changes one name loses the other.", "users.names.changed",
			after("users_me_partial_update", func(c *call) {
				if own := *c.User; c.bodyHas("last_name") && !c.bodyHas("first_name") {
					own.FirstName = ""
					c.tx.PutUser(&own)
				}
			})},
		{"users.names.one", "Of two names that are sent together one is lost.", "users.names.changed",
			afterWithPrevious("users_me_partial_update", func(c *call, previous *world.World) {
				old, _ := previous.User(c.User.ID)
				if own := *c.User; c.bodyHas("last_name") && c.bodyHas("first_name") {
					own.LastName = old.LastName
					c.tx.PutUser(&own)
				}
			})},
		{"users.names.long", "A name of a user has any length.", "users.names.long", allOf(maxLength(user, "first_name", 0), maxLength(user, "last_name", 0))},
	}
}
