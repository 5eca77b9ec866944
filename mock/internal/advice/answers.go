package advice

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/understudy-dev/understudy/spec"
)

// Answers are what is different in the answers of two revisions.
type Answers struct{ byOperation map[string]*answerDiff }

type answerDiff struct {
	gone     []string
	statuses []int
}

// CompareAnswers finds what the answers of a document have lost in another, and with which statuses operations may refuse there
// and did not before.
func CompareAnswers(own, other *spec.Document) *Answers {
	a := &Answers{map[string]*answerDiff{}}
	for _, d := range spec.Compare(own, other) {
		status, _ := strconv.Atoi(d.Name)
		switch {
		case d.Kind == spec.AnswerKind && d.Change == "removed":
			a.each(d, func(diff *answerDiff) { diff.gone = append(diff.gone, d.Name) })
		case d.Kind == spec.StatusKind && d.Change == "added" && status >= http.StatusBadRequest:
			a.each(d, func(diff *answerDiff) { diff.statuses = append(diff.statuses, status) })
		}
	}
	for _, diff := range a.byOperation {
		slices.Sort(diff.statuses)
	}
	return a
}

func (a *Answers) each(d spec.Difference, note func(*answerDiff)) {
	for _, id := range d.Operations {
		if a.byOperation[id] == nil {
			a.byOperation[id] = &answerDiff{gone: []string{}, statuses: []int{}}
		}
		note(a.byOperation[id])
	}
}
