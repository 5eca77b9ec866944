package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// fewAlike is how many different things may go wrong in the same way and still be defects of
// their own: that two properties are not checked is two omissions, that ten are not is one, of
// whatever checks them.
const fewAlike = 3

// apart are the marks of defects that tell too little: a few failures have them in common, and what
// was asked was about different things.
func apart(wrong []*Outcome) map[string]bool {
	abouts := map[string][]string{}
	for _, o := range wrong {
		if about := o.about(); about != "" && !slices.Contains(abouts[o.defect()], about) {
			abouts[o.defect()] = append(abouts[o.defect()], about)
		}
	}
	few := map[string]bool{}
	for defect, list := range abouts {
		few[defect] = len(list) <= fewAlike
	}
	return few
}

// about is what a failing request was about, where failures alike may be defects of their own: what
// had to be refused and was not, and by what a list was asked for. "" is that nothing tells.
func (o *Outcome) about() string {
	if o.Status != Failed {
		return ""
	}
	if right, came := o.expected(); slices.Equal(right, []int{400}) && came < 300 {
		return " " + o.toRefuse()
	}
	if counts[matched(propertyCheck, o.Reason)] {
		_, address, _ := strings.Cut(firstLine(o.Request), " ")
		_, query, _ := strings.Cut(address, "?")
		return " " + plain(quotedValue.ReplaceAllString(query, ""))
	}
	return ""
}

// toRefuse names what had to be refused: the property that the check is about, or of a patch of
// SCIM the attributes that it would change.
func (o *Outcome) toRefuse() string {
	if property := matched(refusedProperty, firstLine(o.Reason)); property != "" {
		return property
	}
	_, body, _ := strings.Cut(o.Request, "\n")
	var names []string
	for _, operation := range gjson.Get(body, "Operations").Array() {
		names = append(names, operation.Get("op").String()+" "+operation.Get("path").String())
	}
	return strings.Join(names, " ")
}

var (
	// refusedProperty is the property of which a check says that it had to be refused.
	refusedProperty = regexp.MustCompile(`^expected status 400, got \d+: (\S+) had to be refused$`)
	// quotedValue is a value in a filter, as it stands in an address.
	quotedValue = regexp.MustCompile(`%22.*?%22`)
)

// counts are the properties that say how many there are.
var counts = map[string]bool{"count": true, "totalResults": true, "itemsPerPage": true}

// direction says whether a number of things is too small or too great, which is not the same
// defect; "" of anything else.
func (o *Outcome) direction() string {
	m := ownCheck.FindStringSubmatch(o.Reason)
	if len(m) < 4 || !counts[m[1]] {
		return ""
	}
	right, notNumber := strconv.Atoi(m[2])
	came, neither := strconv.Atoi(m[3])
	switch {
	case notNumber != nil || neither != nil:
		return ""
	case came < right:
		return " too few"
	}
	return " too many"
}
