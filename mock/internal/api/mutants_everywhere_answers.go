package api

import (
	"errors"
	"strings"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/spec"
)

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
