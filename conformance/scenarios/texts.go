package scenarios

import (
	"maps"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/spec"
)

// The details of the refusals of texts of people, by their codes.
var textRefusals = map[string]string{
	"invalid_control_char":   "Line breaks and control characters are not allowed in this field.",
	"invalid_invisible_char": "Invisible or direction-override characters are not allowed in this field.",
	"invalid_bracket":        "Angle brackets are not allowed in this field.",
	"invalid_url":            "URLs are not allowed in this field.",
}

// unsafeTexts are texts that nobody may write to others, with the codes of their refusals.
// someTexts are a few of the kind, for where all of them would take long, and unsafeNames are
// more, which no name may hold. bareDomains are names with a bare domain in them.
var (
	unsafeTexts = map[string]string{
		"one\rtwo": "invalid_control_char", "one\u2028two": "invalid_control_char",
		"one\u200btwo": "invalid_invisible_char", "one\u202etwo": "invalid_invisible_char",
		"one > two": "invalid_bracket", "one＜two": "invalid_bracket",
		"see https://example": "invalid_url", "JavaScript:alert(1)": "invalid_url",
		"ｈｔｔｐ：／／two": "invalid_url", "<\u200b\x01>": "invalid_control_char", "www.<\u200b>": "invalid_invisible_char", "www.<": "invalid_bracket",
	}
	someTexts = map[string]string{
		"one\x01two": "invalid_control_char", "one\u200btwo": "invalid_invisible_char", "one<two": "invalid_bracket", "see www.example": "invalid_url",
	}
	// unsafeSchemes are all that make an address of a text. Source: posthog/helpers/email_utils.py.
	unsafeSchemes = map[string]string{
		"javascript:x": "invalid_url", "data:x": "invalid_url", "vbscript:x": "invalid_url", "file:x": "invalid_url", "ftp:x": "invalid_url",
		"mailto:x": "invalid_url", "tel:5": "invalid_url", "sms:5": "invalid_url", "custom://x": "invalid_url", "www.x": "invalid_url",
	}
	unsafeNames = map[string]string{
		"one\ntwo": "invalid_control_char", "one\ttwo": "invalid_control_char",
	}
	bareDomains = []string{"see evil.example", "Acme.com"}
)

// unsafeNamesFor are the unsafe names of the target's revision: before the newest a bare domain
// made them so.
func unsafeNamesFor(s *suite.S) map[string]string {
	unsafe := maps.Clone(unsafeNames)
	if !s.Has(spec.BareDomainsInNames) {
		for _, name := range bareDomains {
			unsafe[name] = "invalid_url"
		}
	}
	return unsafe
}

// refuseTexts wants a field to refuse every unsafe text.
func refuseTexts(attr string, try func(text string) *suite.Response, lists ...map[string]string) {
	for _, list := range lists {
		for text, code := range list {
			try(text).Invalid(code, textRefusals[code], attr)
		}
	}
}

// textsOfPeople: what people write of themselves and to others goes into mail, so that it holds
// nothing that phishing needs.
func textsOfPeople() []suite.Scenario {
	const me = "/api/users/@me/"
	invite := func(s *suite.S, field string) func(string) *suite.Response {
		return func(text string) *suite.Response {
			return postInvite(s, suite.JSON{"target_email": inviteNever, field: text})
		}
	}
	return []suite.Scenario{
		{
			ID: "invites.texts.name", Title: "The name in an invite holds no address, no markup and no hidden character",
			Covers: []string{"invites_create"}, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) { refuseTexts("first_name", invite(s, "first_name"), unsafeTexts, unsafeNamesFor(s)) },
		},
		{
			ID: "invites.texts.name_domain", Title: "The name in an invite holds no bare domain",
			Covers: []string{"invites_create"}, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				for _, name := range bareDomains {
					invite(s, "first_name")(name).Invalid("invalid_url", textRefusals["invalid_url"], "first_name")
				}
			},
		},
		{
			ID: "invites.texts.bare_domain", Title: "The name in an invite may hold a bare domain, and no address",
			Covers: []string{"invites_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				for _, name := range bareDomains {
					s.NewInvite(suite.JSON{"first_name": name}).Has("first_name", name)
				}
				invite(s, "first_name")("www.acme.com").Invalid("invalid_url", textRefusals["invalid_url"], "first_name")
			},
		},
		{
			ID: "invites.texts.message", Title: "The message of an invite holds no address, no markup and no hidden character",
			Covers: []string{"invites_create"}, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) { refuseTexts("message", invite(s, "message"), unsafeTexts, unsafeSchemes) },
		},
		{
			ID: "invites.texts.lines", Title: "A message may have lines, tabs and names of files, a name what names have",
			Covers: []string{"invites_create"}, Needs: admin, Access: suite.Write,
			Run: func(s *suite.S) {
				const message, name = "Hey!\n\tSee README.md.", "St. O'Neil-Łukasiewicz, 🦔"
				listed(s, s.NewInvite(suite.JSON{"message": message, "first_name": name}))
				s.NewInvite(suite.JSON{"message": message, "first_name": name}).Has("message", message).Has("first_name", name)
			},
		},
		{
			ID: "invites.texts.bulk", Title: "The texts of a bulk of invites hold no address, no markup and no hidden character",
			Covers: []string{"invites_bulk_create"}, Needs: admin, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				second := func(field string) func(string) *suite.Response {
					return func(text string) *suite.Response {
						return s.Admin().Post(s.Org(suite.Invites, "bulk"), []suite.JSON{
							{"target_email": s.Email(), "send_email": false}, {"target_email": s.Email(), "send_email": false, field: text},
						})
					}
				}
				for text := range unsafeNamesFor(s) {
					second("first_name")(text).InvalidList()
				}
				for text := range someTexts {
					second("message")(text).InvalidList()
				}
			},
		},
		{
			ID: "invites.texts.delegate", Title: "The message of a delegation holds no address, no markup and no hidden character",
			Covers: []string{"invites_delegate_create"}, Needs: with(admin, suite.Mail), Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				refuseTexts("message", func(text string) *suite.Response {
					return s.Admin().Post(delegatePath(s), suite.JSON{"target_email": s.Email(), "message": text})
				}, someTexts)
			},
		},
		{
			ID: "invites.texts.accept", Title: "The name of somebody who signs up holds no address, no markup and no hidden character",
			Covers: []string{"signup_create"}, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				nowhere := suite.SignupPath(suite.Thing{ID: suite.Nowhere})
				refuseTexts("first_name", func(text string) *suite.Response {
					return s.Anonymous().Post(nowhere, suite.JSON{"first_name": text, "password": s.Password()})
				}, someTexts, unsafeNamesFor(s))
			},
		},
		{
			ID: "organizations.texts.create", Title: "The name of a new organization holds no address, no markup and no hidden character",
			Covers: []string{"organizations_create"}, Needs: founding, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				founder := s.Founder()
				refuseTexts("name", func(text string) *suite.Response { return founder.Post(organizationsPath, suite.JSON{"name": text}) }, someTexts, unsafeNamesFor(s))
			},
		},
		{
			ID: "organizations.texts.update", Title: "The new name of an organization holds no address, no markup and no hidden character",
			Covers: []string{"organizations_partial_update", "organizations_update"}, Needs: founding, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				o := s.NewOrganization()
				refuseTexts("name", func(text string) *suite.Response { return o.Owner.Patch(o.Path(), suite.JSON{"name": text}) }, someTexts)
				refuseTexts("name", func(text string) *suite.Response { return o.Owner.Put(o.Path(), suite.JSON{"name": text}) }, unsafeNamesFor(s))
				o.Owner.Get(o.Path()).Status(200).Has("name", o.Text("name"))
			},
		},
		{
			ID: "organizations.texts.bare_domain", Title: "The name of an organization may hold a bare domain",
			Covers: []string{"organizations_create", "organizations_partial_update"}, Needs: founding, Access: suite.Write,
			Run: func(s *suite.S) {
				name := s.Name() + ".com"
				o := s.NewOrganization(suite.JSON{"name": name})
				o.Has("name", name)
				o.Owner.Patch(o.Path(), suite.JSON{"name": "new-" + name}).Status(200).Has("name", "new-"+name)
			},
		},
		{
			ID: "users.names.changed", Title: "Users change their names",
			Covers: []string{"users_me_partial_update", "users_me_retrieve"}, Needs: with(admin, suite.Allowed(target.CreateUsers)), Access: suite.Write,
			Run: func(s *suite.S) {
				robin, first, last := s.Recruit(1), s.Name(), s.Name()
				robin.Patch(me, suite.JSON{"first_name": " " + first + " "}).Status(200).Has("first_name", first)
				robin.Patch(me, suite.JSON{"last_name": last}).Status(200).Has("first_name", first).Has("last_name", last)
				robin.Get(me).Status(200).Has("first_name", first).Has("last_name", last).Has("email", robin.Email)
				first, last = s.Name(), s.Name()
				robin.Patch(me, suite.JSON{"first_name": first, "last_name": last}).Status(200).Has("first_name", first).Has("last_name", last)
				robin.Get(me).Status(200).Has("first_name", first).Has("last_name", last)
			},
		},
		{
			ID: "users.names.texts", Title: "The names of users hold no address, no markup and no hidden character",
			Covers: []string{"users_me_partial_update"}, Needs: colleagues, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				rename := func(field string) func(string) *suite.Response {
					return func(text string) *suite.Response { return person.Patch(me, suite.JSON{field: text}) }
				}
				refuseTexts("first_name", rename("first_name"), someTexts, unsafeNamesFor(s))
				refuseTexts("last_name", rename("last_name"), someTexts)
			},
		},
		{
			ID: "users.names.long", Title: "A name of a user has 150 characters at most",
			Covers: []string{"users_me_partial_update"}, Needs: colleagues, Access: suite.Write, Aspect: suite.Validation,
			Run: func(s *suite.S) {
				person := s.Colleague(1)
				for _, field := range []string{"first_name", "last_name"} {
					person.Patch(me, suite.JSON{field: strings.Repeat("x", 151)}).Invalid("max_length", "Ensure this field has no more than 150 characters.", field)
					person.Patch(me, suite.JSON{field: nil}).Invalid("null", null, field)
				}
			},
		},
	}
}
