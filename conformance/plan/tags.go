package plan

import (
	"regexp"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// The tags of a scenario are what --tag and the named profiles choose by:
//   - resource and topic, the first two parts of its id, as domains and verify;
//   - what it does to the target: read or write;
//   - its aspects: happy, validation, permission, isolation, pagination, lifecycle,
//     concurrency, robustness, and the finer authentication, feature, not_found and
//     protocol;
//   - documented, where it tries an operation of the documentation's page;
//   - what it needs: control, or a feature as feature:scim;
//   - provisional.

// aspectTags are the tags of each kind of question.
var aspectTags = map[string][]string{
	"behaviour":      {"happy"},
	"authentication": {"authentication", "permission"},
	"not found":      {"not_found", "validation"},
	"protocol":       {"protocol", "robustness"},
	"concurrency":    {"concurrency", "robustness"},
}

// lifecycle are the ids of scenarios that follow a thing to its end, or beyond.
var lifecycle = regexp.MustCompile(`\.(delete|remove|leave|expiry|accept|replace)\.|_clears$|\.(gone|same|as_created|again|lifecycle|revoked|regenerated|disabled|deleted|rotates|expires|ends|record|delete_and_create)$`)

// odd are the ids of scenarios that send what a careless client sends.
var odd = regexp.MustCompile(`null_character|\.(bodies|methods)\.|malformed|_list$|_object$|_boolean$|bad_values|bad_pages|at_once`)

// Tags are the tags of a scenario, each once.
func Tags(s *suite.Scenario) []string {
	parts := strings.Split(s.ID, ".")
	tags := append(parts[:len(parts)-1:len(parts)-1], string(s.Access))
	aspect := Aspect(s)
	if more, renamed := aspectTags[aspect]; renamed {
		tags = append(tags, more...)
	} else {
		tags = append(tags, aspect)
	}
	for tag, holds := range map[string]bool{
		"lifecycle": lifecycle.MatchString(s.ID), "robustness": odd.MatchString(s.ID),
		"documented": documented(s), "provisional": s.Provisional,
	} {
		if holds {
			tags = append(tags, tag)
		}
	}
	tags = append(tags, s.Kinds()...)
	slices.Sort(tags)
	return slices.Compact(tags)
}

// documented reports whether a scenario tries an operation of the documented page.
func documented(s *suite.Scenario) bool {
	document, err := spec.Load()
	return err == nil && slices.ContainsFunc(s.Covers, func(id string) bool {
		operation, known := document.Operation(id)
		return known && operation.Documented
	})
}
