package suite

import (
	"net/http"
	"strings"
)

// RootProjects is where projects are without their organization, with a final slash.
const RootProjects = "/api/projects/"

// NewProject makes a project of a new name in the target's organization.
func (s *S) NewProject(fields JSON) Thing {
	body := JSON{"name": s.Name()}
	for name, value := range fields {
		body[name] = value
	}
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

// oweElsewhere notes for deletion what an answer created at the addresses
// that are not those of a plain collection: projects, whose deletion may have begun
// already, invites in bulk or by delegation, and members who accepted one.
func (s *S) oweElsewhere(r *Response) bool {
	if r.exchange.Method != http.MethodPost || r.code() >= http.StatusMultipleChoices {
		return false
	}
	address, _, _ := strings.Cut(r.exchange.URL, "?")
	path := strings.TrimPrefix(address, s.Target().BaseURL)
	organization, collection, nested := collectionAt(path)
	switch {
	case strings.HasPrefix(path, signupPrefix):
		s.oweMember(path, r)
	case nested && collection == Invites+"/bulk":
		for _, id := range r.Get("#.id").Array() {
			s.oweInvite(organization, id.String())
		}
	case r.Text("id") == "":
		return false
	case strings.TrimRight(path, "/")+"/" == RootProjects:
		s.oweProject(RootProjects + r.Text("id") + "/")
	case nested && collection == Projects:
		s.oweProject(OrgPath(organization, Projects, r.Text("id")))
	case nested && collection == Invites+"/delegate":
		s.oweInvite(organization, r.Text("id"))
	default:
		return false
	}
	return true
}

func (s *S) oweInvite(organization, id string) {
	path := OrgPath(organization, Invites, id)
	s.Cleanup(Invites+" "+id, func(s *S) *Response { return s.Admin().Delete(path) })
}

func (s *S) oweProject(path string) {
	s.Cleanup("project "+path, func(s *S) *Response {
		deleted := s.Admin().Delete(path)
		if deleted.code() == http.StatusBadRequest && deleted.Text("detail") == "This project is already being deleted." {
			return nil
		}
		return deleted
	})
}
