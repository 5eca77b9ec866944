package report

import (
	"regexp"
	"strings"

	"github.com/tidwall/gjson"
)

// defect returns a mark that failures of one defect have in common: what was wrong, and with
// which answer. Ids, names and numbers that differ from request to request are not in it.
func (o *Outcome) defect() string {
	if o.Status == Errored {
		return "trouble " + plain(o.whatFailed())
	}
	at := o.place()
	property, document := matched(propertyCheck, o.Reason), matched(documentCheck, o.Reason)
	status := statusCheck.FindString(o.Reason)
	refused := o.answered() >= "400" && (status != "" || errorProperties[property])
	switch {
	case refused:
		return o.refusal(at, o.answered())
	case status != "":
		return "status " + at.operation + " " + status
	case property != "":
		return "property " + at.resource + " " + plain(property) + o.direction()
	case document != "":
		return "document " + at.resource + " " + plain(lastPart(document))
	}
	return "check " + at.resource + " " + checkWords(o.Reason)
}

// matched returns what the brackets of an expression match at first, "" if it does not match.
func matched(expression *regexp.Regexp, text string) string {
	if m := expression.FindStringSubmatch(text); len(m) > 1 {
		return m[1]
	}
	return ""
}

// The texts of the checks that most scenarios fail of.
var (
	statusCheck   = regexp.MustCompile(`^expected status \d+(?: or \d+)*, got \d+`)
	propertyCheck = regexp.MustCompile(`^expected (\S+) to be (?s:.*), got `)
	documentCheck = regexp.MustCompile(`^the answer differs from the OpenAPI document: [^:]*: ((?s:.*))`)
)

// errorProperties are the properties of an error, whose value is the point.
var errorProperties = map[string]bool{"type": true, "code": true, "detail": true, "attr": true, "scimType": true, "status": true}

// refusal is the mark of a wrong refusal. It is one defect whatever was expected instead: of an
// operation that always refuses, good and bad requests fail alike. An error of the API names
// what it minds, wherever in the resource; any other may come from anywhere.
func (o *Outcome) refusal(at place, status string) string {
	_, body, _ := strings.Cut(o.Response, "\n")
	detail := gjson.Get(body, "detail").String()
	if detail == "" {
		return "broken " + at.operation + " " + status
	}
	kind := "refused "
	if gjson.Get(body, "code").String() == "not_found" && !statusCheck.MatchString(o.Reason) {
		kind = "words of " // everything is not found in the same words: that it is, and how it is said, are two things
	}
	return kind + at.resource + " " + status + " " + plain(gjson.Get(body, "code").String()+" "+detail+" "+gjson.Get(body, "attr").String())
}

// wrongWords is a mark of an error whose text or code is not what it must be, "" of any other
// failure. Errors are worded in one place, whatever asks for them.
func (o *Outcome) wrongWords() string {
	if property := matched(propertyCheck, o.Reason); o.Status != Failed || (property != "detail" && property != "code") {
		return ""
	}
	return "words " + plain(firstLine(o.Reason))
}

// answered is the status of the answer, as text.
func (o *Outcome) answered() string { return firstLine(o.Response) }

// place is what was asked.
type place struct{ operation, resource string }

// place returns what the failing request asked: its operation, or method and path where it is
// none, and the resource, by the last words of its path.
func (o *Outcome) place() place {
	line := firstLine(o.Request)
	method, address, _ := strings.Cut(line, " ")
	path := addressPath.ReplaceAllString(address, "")
	path, _, _ = strings.Cut(path, "?")
	var words []string
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		if part != "" && !variable.MatchString(part) {
			words = append(words, part)
		}
	}
	p := place{operation: o.Operation, resource: strings.Join(words, "/")}
	if p.operation == "" {
		p.operation = method + " " + p.resource
	}
	return p
}

var (
	addressPath = regexp.MustCompile(`^[a-z]+://[^/]*`)
	// variable is a part of a path that names one thing: an id, a number, a name of the run.
	variable = regexp.MustCompile(`^(?:[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|.*\d.*|@me|@current)$`)
	// varying is what differs between two failures of one defect.
	varying = regexp.MustCompile(`[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|us-[a-z0-9]+-[\w.-]+|\d+`)
)

// plain returns a text without what differs from request to request.
func plain(text string) string { return varying.ReplaceAllString(text, "#") }

// checkWords returns what a check says beside the values that it compares: the words before
// them, how they are compared, and what is missing or too much.
func checkWords(reason string) string {
	var words []string
	listed := false
	for line := range strings.SplitSeq(reason, "\n") {
		switch {
		case !strings.HasPrefix(line, " "):
			listed = strings.HasSuffix(line, "elements were")
			words = append(words, plain(line))
		case listed:
			words = append(words, plain(line))
		}
	}
	return strings.Join(words, "\n")
}

// whatFailed is what did not hold in one line; of an error what began it, whatever was asked.
func (o *Outcome) whatFailed() string {
	if o.Status == Errored {
		return cut(lastPart(oneLine(o.Reason)))
	}
	return cut(short(o.Reason))
}

// because is what did not hold, for a reader who looks at one failure: what is different, and
// where a check compares much, all of it below.
func (o *Outcome) because() string {
	if o.Status == Errored || !strings.Contains(o.Reason, "\n") {
		return o.Reason
	}
	if line := short(o.Reason); line != oneLine(o.Reason) && len(o.Reason) > longestWhat {
		return line + "\n" + o.Reason
	}
	return o.Reason
}

// longestWhat is how long a line of a summary may be, in letters.
const longestWhat = 200

// cut shortens a text for one line.
func cut(text string) string {
	if letters := []rune(text); len(letters) > longestWhat {
		return string(letters[:longestWhat]) + "…"
	}
	return text
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// lastPart returns what stands behind the last colon: of an error that wraps others, the one
// that began it.
func lastPart(text string) string {
	return strings.TrimSpace(text[strings.LastIndex(text, ": ")+1:])
}
