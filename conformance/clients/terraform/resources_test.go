package terraform_test

import (
	"net/http"
	"testing"

	. "github.com/onsi/gomega"
)

// The fields that the provider keeps as state, with its types: what it decodes must fit them.
type (
	organization struct {
		ID   string `json:"id"`
		Slug string `json:"slug"`
		Name string `json:"name"`
	}
	role struct {
		ID        string  `json:"id"`
		Name      string  `json:"name"`
		CreatedAt *string `json:"created_at"`
		CreatedBy *string `json:"created_by"` // so it can be null, and no object
	}
	user struct {
		UUID          string  `json:"uuid"`
		Email         *string `json:"email"`
		FirstName     *string `json:"first_name"`
		LastName      *string `json:"last_name"`
		EmailVerified *bool   `json:"is_email_verified"`
	}
	roleMembership struct {
		ID       string  `json:"id"`
		RoleID   string  `json:"role_id"`
		User     *user   `json:"user"`
		JoinedAt *string `json:"joined_at"`
	}
	member struct {
		ID           string  `json:"id"`
		User         *user   `json:"user"`
		Level        *int    `json:"level"`
		JoinedAt     *string `json:"joined_at"`
		Is2FAEnabled *bool   `json:"is_2fa_enabled"`
	}
	project struct {
		ID           int64   `json:"id"`
		Name         *string `json:"name"`
		Organization *string `json:"organization"`
		APIToken     *string `json:"api_token"`
		Timezone     *string `json:"timezone"`
	}
)

// resource is what the provider does with one kind of thing. A read or a change may find nothing there.
type resource[T any] struct {
	create  func() T
	read    func(state T) (T, bool)
	change  func(state T) T // nil where a change replaces the thing
	destroy func(state T) int
}

// play is the life of a resource: apply, an empty second plan, a change with an empty plan after it, destroy.
// An import reads by identifier, as a plan does.
func play[T any](t *testing.T, r resource[T]) {
	t.Helper()
	g := NewWithT(t)
	state := r.create()
	planEmpty := func() {
		t.Helper()
		now, there := r.read(state)
		g.Expect(there).To(BeTrue(), "it is there")
		g.Expect(now).To(Equal(state), "the second plan is empty")
	}
	planEmpty()
	if r.change != nil {
		changed := r.change(state)
		g.Expect(changed).NotTo(Equal(state))
		state = changed
		planEmpty()
	}
	g.Expect(r.destroy(state)).To(Equal(http.StatusNoContent))
	_, there := r.read(state)
	g.Expect(there).To(BeFalse(), "it is gone")
	g.Expect(r.destroy(state)).To(Equal(http.StatusNotFound), "destroyed by hand: the provider takes 404 as done")
}

// at reads a single thing.
func at[T any](tf *terraform, path string) (T, bool) {
	tf.t.Helper()
	var state T
	return state, tf.do("GET", path, nil, &state) == http.StatusOK
}

// write creates or changes a thing and is what came back.
func write[T any](tf *terraform, method, path string, body map[string]any) T {
	tf.t.Helper()
	var state T
	if status := tf.do(method, path, body, &state); status == http.StatusNotFound {
		tf.t.Fatalf("%s %s: %d", method, path, status)
	}
	return state
}
