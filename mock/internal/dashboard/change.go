package dashboard

import (
	"errors"
	"net/http"
)

// maxForm is how much a form may send; a world to start from is the largest.
const maxForm = 16 << 20

// change is what a form does: one call of the control plane.
type change struct {
	method, path string
	body         any
	done         string // what to say when it is done
	back         string // the page to go on with, below Base
}

// change registers what a form does. A form is always answered with the way to a
// page, which says what came of it.
func (d *dashboard) change(pattern string, read func(*visit) (change, error)) {
	d.pages.HandleFunc("POST "+pattern, func(w http.ResponseWriter, r *http.Request) {
		v := d.visit(w, r)
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseMultipartForm(maxForm); err != nil && !errors.Is(err, http.ErrNotMultipart) {
			http.Error(w, "The form cannot be read: "+err.Error(), http.StatusBadRequest)
			return
		}
		v.Sent = r.PostForm
		c, err := read(v)
		if err == nil {
			err = v.call(c.method, c.path, c.body, nil)
		}
		result := notice{Text: c.done}
		if err != nil {
			result = notice{Text: err.Error(), Problem: true}
		}
		result.leave(w, v.Base)
		w.Header().Set("Location", v.Base+c.back)
		w.WriteHeader(http.StatusSeeOther)
	})
}
