package dashboard

// documentsPage shows one of the two OpenAPI documents.
type documentsPage struct {
	Control bool   // the one of the control plane
	File    string // below Base
}

// documentsPolicy lets the viewer set styles, which it does in the elements it makes.
const documentsPolicy = policy + "; style-src-attr 'unsafe-inline'"

func (d *dashboard) documents() {
	s := screen{title: "API documents", section: "documents", template: "documents", policy: documentsPolicy}
	d.page("GET /ui/documents", s, func(v *visit) (any, error) {
		if v.value("of") == "control" {
			return documentsPage{true, "control.yaml"}, nil
		}
		return documentsPage{false, "openapi.yaml"}, nil
	})
}
