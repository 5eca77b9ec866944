package suite

import (
	"maps"
	"net/http"
)

// RootProjects is where projects are without their organization, with a final slash.
const RootProjects = "/api/projects/"

// NewProject makes a project of a new name in the target's organization.
func (s *S) NewProject(fields JSON) Thing {
	body := JSON{"name": s.Name()}
	maps.Copy(body, fields)
	return s.Made(Projects, s.Admin().Post(s.Org(Projects), body))
}

// Root is the path of a project without its organization.
func (t Thing) Root() string { return RootProjects + t.ID + "/" }

// Gone wants a project not to be there any more, or to be on its way out: a
// deployment may delete what is in it first.
func (r *Response) Gone() *Response {
	if r.code() == http.StatusOK {
		return r.Has("is_pending_deletion", true)
	}
	return r.NotFound()
}
