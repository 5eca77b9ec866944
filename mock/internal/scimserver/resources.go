package scimserver

import (
	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// What users and groups have in common when they are shown.

// resourceWriter is where a resource is written: into the answer, or aside when the
// request wants to see a part of it.
func (c *call) resourceWriter() *rest.Writer {
	if c.projection.Everything() {
		return &c.out
	}
	return new(rest.Writer)
}

// show puts what was written aside into the answer, as far as it is wanted.
func (c *call) show(w *rest.Writer) {
	if w == &c.out {
		return
	}
	resource, err := pyjson.Decode(w.Bytes())
	if err != nil {
		panic(err) // the writer writes JSON
	}
	c.out.Raw(pyjson.Append(nil, c.projection.Apply(resource.(*pyjson.Object))))
}

func (c *call) writeMeta(w *rest.Writer, kind, endpoint, id string) {
	w.Key("meta").Object()
	w.Key("resourceType").String(kind)
	w.Key("location").String(c.here(endpoint, id))
	w.End()
}
