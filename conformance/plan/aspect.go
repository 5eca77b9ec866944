package plan

import (
	"regexp"
	"strings"

	"github.com/understudy-dev/understudy/conformance/report"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// topics are the aspects that the middle part of an id names.
var topics = map[string]string{
	"authentication": "authentication", "csrf": "authentication", "recent_login": "authentication", "login": "authentication",
	"scopes": "permission", "levels": "permission", "isolation": "isolation", "features": "feature",
	"pages": "pagination", "bodies": "protocol", "methods": "protocol",
	"fields": "validation", "unverified": "validation",
}

// cases are the aspects that the last part of an id, or the title, give away.
var cases = []struct {
	aspect string
	id     *regexp.Regexp
	title  *regexp.Regexp
}{
	{"concurrency", regexp.MustCompile(`concurrent|parallel`), regexp.MustCompile(`same time`)},
	{"feature", regexp.MustCompile(`without_|_feature`), regexp.MustCompile(`its feature|the feature`)},
	{"isolation", regexp.MustCompile(`foreign|elsewhere|stranger|other_organization`), nil},
	{"not found", regexp.MustCompile(`^unknown$|^token_unknown$|^malformed$`), regexp.MustCompile(`does not exist|is not found`)},
	{"protocol", regexp.MustCompile(`^impossible$|^slash$|body_is_ignored`), nil},
	{"authentication", regexp.MustCompile(`^anonymous$`), nil},
	{"permission", regexp.MustCompile(`^key$|^token_key$|^member$|^token_member$|^member_|_above$`), nil},
	{"pagination", regexp.MustCompile(`^pages?$|page_size|^links$|bad_page`), nil},
	{
		"validation",
		regexp.MustCompile(`^no_|^null_|_null$|^null$|^blank_|^empty_name|_long$|^long_|_list$|^list$|_object$|_boolean$|^boolean$|_word$|^word$|^required$|^fraction$|_unknown$|_text$|^taken|^already_`),
		regexp.MustCompile(`\b(refused|must|may not|cannot be (a|an|the)|needs (a|an|one)|too (long|short)|is no |not an? |only (a|an) )\b`),
	},
}

// Aspect is the kind of question that a scenario asks. Ids are "resource.topic.case",
// and both of the latter give it away; what neither does is behaviour.
func Aspect(s *suite.Scenario) string {
	parts := strings.Split(s.ID, ".")
	if aspect, ok := topics[parts[min(1, len(parts)-1)]]; ok {
		return aspect
	}
	last := parts[len(parts)-1]
	for _, c := range cases {
		if c.id.MatchString(last) {
			return c.aspect
		}
	}
	for _, c := range cases {
		if c.title != nil && c.title.MatchString(s.Title) {
			return c.aspect
		}
	}
	return report.Aspects[0]
}
