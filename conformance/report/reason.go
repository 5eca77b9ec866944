package report

import (
	"fmt"
	"regexp"
	"strings"
)

// longestValue is how long each of two values may be in a line that compares them, in
// letters; longer ones are cut around their first difference.
const longestValue = 80

// beforeDifference is how much of what two values have in common is shown.
const beforeDifference = 24

var (
	// comparison is a failed assertion of gomega about two values: the words before it, what
	// came, how it was compared, what was right.
	comparison = regexp.MustCompile(`(?s)^(.*?)\n?Expected\n {4}(?:<[^\n]*?>: )?(.*?)\n((?:not )?to [^\n]*?)(?: +\|)?\n {4}(?:<[^\n]*?>: )?(.*)$`)
	// ownCheck is a failed check of this suite.
	ownCheck = regexp.MustCompile(`(?s)^expected (.*?) to be (.*), got (.*)$`)
)

// short is what did not hold in a line, with what is different in it: long values are cut
// around the place where they begin to differ.
func short(reason string) string {
	if m := ownCheck.FindStringSubmatch(reason); m != nil {
		right, came := contrast(m[2], m[3])
		return fmt.Sprintf("expected %s to be %s, got %s", m[1], right, came)
	}
	m := comparison.FindStringSubmatch(reason)
	if m == nil {
		return oneLine(reason)
	}
	about, came, how, right := oneLine(m[1]), unescaped.Replace(m[2]), m[3], unescaped.Replace(m[4])
	if about != "" {
		about += ": "
	}
	if strings.Contains(right, "\nthe missing elements were\n") || strings.Contains(right, "\nthe extra elements were\n") {
		return about + listDifference(right, came)
	}
	right, came = contrast(right, came)
	if how == "to equal" {
		return fmt.Sprintf("%sexpected %s, got %s", about, right, came)
	}
	return fmt.Sprintf("%sexpected %s %s, got %s", about, how, right, came)
}

// unescaped undoes how gomega writes short texts of several lines.
var unescaped = strings.NewReplacer(`\n`, "\n", `\"`, `"`)

// listDifference says what a list lacks and has too much.
func listDifference(rest, came string) string {
	var parts []string
	for _, kind := range []string{"missing", "extra"} {
		_, after, found := strings.Cut(rest, "\nthe "+kind+" elements were\n")
		if !found {
			continue
		}
		value, _, _ := strings.Cut(after, "\nthe ")
		parts = append(parts, kind+" "+middle(oneLine(typeMark.ReplaceAllString(strings.TrimSpace(value), ""))))
	}
	return strings.Join(parts, ", ") + " in " + middle(oneLine(came))
}

// typeMark is the type of a value, as gomega writes it.
var typeMark = regexp.MustCompile(`^<[^\n]*?>: `)

// contrast shortens two values so that their first difference stays in both.
func contrast(right, came string) (string, string) {
	a, b := []rune(oneLine(right)), []rune(oneLine(came))
	if len(a) <= longestValue && len(b) <= longestValue {
		return string(a), string(b)
	}
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	return window(a, same), window(b, same)
}

// window is the part of a text around a place.
func window(text []rune, at int) string {
	if len(text) <= longestValue {
		return string(text)
	}
	from := max(0, min(at-beforeDifference, len(text)-longestValue))
	to := min(len(text), from+longestValue)
	shown := string(text[from:to])
	if from > 0 {
		shown = "…" + shown
	}
	if to < len(text) {
		shown += "…"
	}
	return shown
}

// middle shortens a text in its middle.
func middle(text string) string {
	letters := []rune(text)
	if len(letters) <= longestValue {
		return text
	}
	half := longestValue / 2
	return string(letters[:half]) + " … " + string(letters[len(letters)-half:])
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
