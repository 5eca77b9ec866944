package rest_test

import (
	"errors"
	"fmt"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/spec"
)

// refusing returns a serializer of one field, a text, whose check fails with err.
func refusing(t *testing.T, err error) *rest.Serializer[struct{}, struct{}] {
	t.Helper()
	schema := &spec.Schema{Name: "Note", Properties: []spec.Property{{Name: "text", Type: "string"}}}
	s, invalid := rest.NewSerializer(schema, rest.Binding[struct{}, struct{}]{
		Name: "text", Check: func(_ struct{}, _ any) (any, error) { return nil, err },
	})
	if invalid != nil {
		t.Fatal(invalid)
	}
	return s
}

func input(t *testing.T, json string) *rest.Input {
	t.Helper()
	in, err := rest.Body{ContentType: "application/json", Data: []byte(json)}.Parse()
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestRefusalOfACheck(t *testing.T) {
	taken := rest.Invalid("unique", "This text is taken.")
	for name, err := range map[string]error{
		"itself":  taken,
		"wrapped": fmt.Errorf("look-up: %w", taken),
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			s := refusing(t, err)

			_, refused := s.Validate(struct{}{}, input(t, `{"text": "a"}`), rest.Mode{})
			g.Expect(refused).To(Equal(taken.On("text")))

			items, _ := input(t, `[{"text": "a"}]`).Items()
			_, refused = s.ValidateList(struct{}{}, items, rest.Mode{})
			g.Expect(refused).To(Equal(taken.On("__0__text")))
		})
	}
}

func TestOtherErrorOfACheckEndsTheValidation(t *testing.T) {
	for _, err := range []error{rest.ErrNotFound, errors.New("out of order")} {
		g := NewWithT(t)
		_, refused := refusing(t, err).Validate(struct{}{}, input(t, `{"text": "a"}`), rest.Mode{})
		g.Expect(refused).To(BeIdenticalTo(err))
	}
}
