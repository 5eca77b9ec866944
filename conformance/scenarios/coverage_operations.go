package scenarios

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// everyOperation holds what all operations have in common, resource by resource: what
// the document says of each is tried on each. An operation that is added to it is
// tried as well.
func everyOperation(d *spec.Document) []suite.Scenario {
	var list []suite.Scenario
	for _, tag := range tags(d) {
		for _, rule := range []func(string) (suite.Scenario, func(*spec.Operation) bool){
			anonymousEverywhere, scopeEverywhere, recentLoginEverywhere, keysNowhere, organizationEverywhere, notAllowed, notAcceptable,
		} {
			scenario, about := rule(tag)
			scenario.Covers = idsOf(d, tag, about)
			if len(scenario.Covers) > 0 {
				scenario.ID = tag + "." + scenario.ID
				list = append(list, scenario)
			}
		}
	}
	return list
}

// tags are the resources, in the order of the document.
func tags(d *spec.Document) (names []string) {
	for _, o := range d.Operations() {
		if !slices.Contains(names, o.Tag) {
			names = append(names, o.Tag)
		}
	}
	return names
}

func operationsOf(d *spec.Document, tag string, about func(*spec.Operation) bool) (list []*spec.Operation) {
	for _, o := range d.Operations() {
		if o.Tag == tag && about(o) {
			list = append(list, o)
		}
	}
	return list
}

func idsOf(d *spec.Document, tag string, about func(*spec.Operation) bool) (ids []string) {
	for _, o := range operationsOf(d, tag, about) {
		ids = append(ids, o.ID)
	}
	return ids
}

func answers(o *spec.Operation, status int) bool { return slices.Contains(o.Statuses(), status) }

// inOrganization is the part of a path that names an organization.
const inOrganization = "{organization_id}"

// scimSegment is the part of a SCIM path that calls the provisioner.
var scimSegment = regexp.MustCompile(`^/scim/v2/\{\w+\}/`)

// resetToken ends the paths of the operation that gives a project another token.
const resetToken = "/reset_token/"

var pathParameter = regexp.MustCompile(`\{\w+\}`)

// nowhere is the address of an operation on something that does not exist, in an
// organization.
func nowhere(s *suite.S, o *spec.Operation, organization string) string {
	path := strings.ReplaceAll(o.Path, inOrganization, organization)
	if o.IsSCIM() {
		path = scimSegment.ReplaceAllString(path, "/scim/v2/"+s.Target().Known.SCIM.Segment()+"/")
	}
	if strings.Contains(path, "/projects/{id}") {
		path = strings.ReplaceAll(path, "{id}", "987654321")
	}
	return pathParameter.ReplaceAllString(path, suite.Nowhere)
}

// send makes the request of an operation, with an empty object where there is a body.
func send(c *suite.Caller, o *spec.Operation, path string) *suite.Response {
	return sendBody(c, o, path, "{}")
}

// sendNothing makes the request of an operation with a body that none takes: what lets it in
// changes nothing by it.
func sendNothing(c *suite.Caller, o *spec.Operation, path string) *suite.Response {
	return sendBody(c, o, path, "[]")
}

// sendBody makes the request of an operation, with a body where it takes one.
func sendBody(c *suite.Caller, o *spec.Operation, path, body string) *suite.Response {
	if o.Request == "" && o.Spec.RequestBody == nil {
		return c.Do(o.Method, path, "", nil)
	}
	return c.Do(o.Method, path, suite.MediaJSON, []byte(body))
}

func ofSCIM(tag string) []suite.Need {
	if tag == "scim" {
		return scimKnown
	}
	return nil
}

func anonymousEverywhere(tag string) (suite.Scenario, func(*spec.Operation) bool) {
	about := func(o *spec.Operation) bool { return !o.Public && answers(o, 401) }
	return suite.Scenario{
		ID: "authentication.every_operation", Title: "No operation answers without credentials", Needs: ofSCIM(tag), Access: suite.Write, Aspect: suite.Authentication,
		Run: func(s *suite.S) {
			suite.EachOffered(s, operationsOf(s.Document(), tag, about), func(o *spec.Operation) {
				if o.IsSCIM() {
					send(s.SCIMOf(s.Target().Known.SCIM.Segment(), "").Caller, o, nowhere(s, o, "")).SCIM(401, noBearer)
					send(s.SCIMOf(s.Target().Known.SCIM.Segment(), "not-the-token-of-this-domain").Caller, o, nowhere(s, o, "")).SCIM(403, badBearer)
					return
				}
				sendNothing(s.Anonymous(), o, nowhere(s, o, suite.Nowhere)).Unauthenticated()
			})
		},
	}, about
}

func scopeEverywhere(tag string) (suite.Scenario, func(*spec.Operation) bool) {
	about := func(o *spec.Operation) bool { return o.Scope != "" }
	return suite.Scenario{
		ID: "scopes.every_operation", Title: "Every operation refuses a key that lacks its scope", Needs: []suite.Need{suite.KeyOf("unrelated_scope")}, Access: suite.Write, Aspect: suite.Permission,
		Run: func(s *suite.S) {
			suite.EachOffered(s, operationsOf(s.Document(), tag, about), func(o *spec.Operation) {
				if tag == suite.Invites && !o.Reads() { // there the scope is looked at after the organization and the level
					send(s.Key("unrelated_scope"), o, nowhere(s, o, s.Target().Organization.ID)).Denied(missingScope(o.Scope), lowLevel)
					return
				}
				if tag == "organizations" && !o.Reads() {
					deniedNowhere(send(s.Key("unrelated_scope"), o, nowhere(s, o, suite.Nowhere)), o.Scope)
					return
				}
				sendNothing(s.Key("unrelated_scope"), o, nowhere(s, o, s.Target().Organization.ID)).Denied(missingScope(o.Scope))
			})
		},
	}, about
}

// deniedNowhere wants a key without a scope to be refused where an organization is named that does
// not exist. Newer servers look for the organization first, to see whether it allows keys; both
// are right. Source: check_team_and_org_permissions in posthog/permissions.py.
func deniedNowhere(answer *suite.Response, scope string) {
	if answer.Code() == http.StatusNotFound {
		answer.NotFound()
		return
	}
	answer.Denied(missingScope(scope))
}

// recentLoginEverywhere leaves organizations themselves alone: there a target that is
// wrong would delete one. They have scenarios of their own.
func recentLoginEverywhere(tag string) (suite.Scenario, func(*spec.Operation) bool) {
	about := func(o *spec.Operation) bool { return o.RecentLogin && tag != "organizations" }
	return suite.Scenario{
		ID: "recent_login.every_operation", Title: "Every operation that needs a recent login refuses an old one",
		Needs: []suite.Need{suite.OldSession}, Access: suite.Write, Aspect: suite.Authentication,
		Run: func(s *suite.S) {
			old := s.OldSession()
			suite.EachOffered(s, operationsOf(s.Document(), tag, about), func(o *spec.Operation) {
				send(old, o, nowhere(s, o, s.Target().Organization.ID)).Denied(notRecent)
			})
		},
	}, about
}

func keysNowhere(tag string) (suite.Scenario, func(*spec.Operation) bool) {
	about := func(o *spec.Operation) bool { return o.SessionOnly }
	return suite.Scenario{
		ID: "scopes.session_only", Title: "What is for sessions refuses every key, whatever its scopes", Needs: admin, Access: suite.Write, Aspect: suite.Permission,
		Run: func(s *suite.S) {
			denied := []string{noKeyAccess}
			if tag == "personal_api_keys" {
				denied = []string{ownKeyOnly, noKeyAccess}
			}
			suite.EachOffered(s, operationsOf(s.Document(), tag, about), func(o *spec.Operation) {
				send(s.Admin(), o, nowhere(s, o, suite.Nowhere)).Denied(denied[0], denied[1:]...)
			})
		},
	}, about
}

func organizationEverywhere(tag string) (suite.Scenario, func(*spec.Operation) bool) {
	about := func(o *spec.Operation) bool {
		return tag != "organizations" && strings.Contains(o.Path, inOrganization) && answers(o, 404)
	}
	return suite.Scenario{
		ID: "isolation.every_operation", Title: "In an organization that does not exist no operation finds anything", Needs: adminSession, Access: suite.Write, Aspect: suite.Isolation,
		Run: func(s *suite.S) {
			suite.EachOffered(s, operationsOf(s.Document(), tag, about), func(o *spec.Operation) {
				caller := s.Admin()
				if o.SessionOnly {
					caller = s.Session("admin")
				}
				answer := send(caller, o, nowhere(s, o, suite.Nowhere))
				if strings.HasSuffix(o.Path, resetToken) && answer.Text("detail") != noOrganization { // the project is looked for first
					answer.NotFound()
					return
				}
				answer.Refused(404, "not_found", noOrganization, "")
			})
		},
	}, about
}

// notAllowed tries the methods that paths do not have. With a key they count as actions
// without a scope, so a session asks; who signs in or up has none.
func notAllowed(tag string) (suite.Scenario, func(*spec.Operation) bool) {
	about := func(o *spec.Operation) bool { return answers(o, 405) }
	scenario := suite.Scenario{ID: "methods.every_path", Title: "No path takes a method that it does not have", Needs: adminSession, Access: suite.Write, Aspect: suite.Protocol}
	if tag == "scim" {
		scenario.Needs = scimKnown
	}
	scenario.Run = func(s *suite.S) {
		has := map[string][]string{}
		for _, o := range operationsOf(s.Document(), tag, about) {
			has[o.Path] = append(has[o.Path], o.Method)
			if one := keysPath + "{id}/"; o.Path == one {
				has[ownKey] = append(has[ownKey], o.Method) // it is one of them
			}
		}
		suite.EachOffered(s, operationsOf(s.Document(), tag, about), func(o *spec.Operation) {
			offeredBesides(s, o)
			for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
				if !slices.Contains(has[o.Path], method) && !slices.Contains(unlisted[o.Path], method) && !emptiesList(o.Path, method) {
					refuseMethod(s, o, method)
				}
			}
			has[o.Path] = []string{"GET", "POST", "PUT", "PATCH", "DELETE"} // is done
		})
	}
	return scenario, about
}

// offeredBesides ends the part of a story that is about an operation beside the things of a
// collection, as invites/delegate/ is, where the target does not offer it: it is then one of
// those things there, which is not found.
func offeredBesides(s *suite.S, o *spec.Operation) {
	parent := strings.TrimSuffix(o.Path, "/")
	parent = parent[:strings.LastIndexByte(parent, '/')+1]
	besides := !strings.HasSuffix(o.Path, "}/") && slices.ContainsFunc(s.Document().Operations(), func(other *spec.Operation) bool {
		below, in := strings.CutPrefix(other.Path, parent)
		return in && pathParameter.MatchString(below) && strings.Count(below, "/") == 1
	})
	if !besides || o.IsSCIM() || o.Public || o.ID == "personal_api_keys_current_retrieve" {
		return
	}
	allow := s.Session("admin").Options(nowhere(s, o, s.Target().Organization.ID)).Header("Allow")
	if !strings.Contains(allow, o.Method) {
		s.NotOffered(o.ID)
	}
}

// unlisted are methods of neighbours that the real server has, and the document does not. Source: UserViewSet in posthog/api/user.py,
// which takes all mixins of the framework but that for creation.
var unlisted = map[string][]string{
	"/api/users/@me/":    {"PUT", "DELETE"},
	"/api/users/{uuid}/": {"PUT", "PATCH", "DELETE"},
}

// emptiesList reports whether a method would delete a whole list where it were there:
// that is not tried on lists with things of others.
func emptiesList(path, method string) bool {
	return method == "DELETE" && !strings.HasSuffix(strings.TrimSuffix(path, "/"), "}")
}

func refuseMethod(s *suite.S, o *spec.Operation, method string) {
	path := nowhere(s, o, s.Target().Organization.ID)
	detail := `Method "` + method + `" not allowed.`
	switch {
	case o.IsSCIM():
		s.SCIM().Do(method, path, "", nil).Status(405).Has("detail", detail)
	case o.ID == "logout_create":
		// Django takes GET until version 5, and asks for a CSRF token before it looks at the method.
		s.Expect(s.Anonymous().Do(method, path, "", nil).Code()).To(gomega.BeElementOf(405, map[bool]int{true: 302, false: 403}[method == http.MethodGet]))
	case strings.HasSuffix(o.Path, resetToken):
		// It has permissions of its own, which are asked first, and look for the project
		// (posthog/api/project.py).
		s.Expect(s.Session("admin").Do(method, path, "", nil).Code()).To(gomega.BeElementOf(404, 405))
	case o.Public:
		s.Anonymous().Do(method, path, "", nil).Refused(405, "method_not_allowed", detail, "")
	default:
		s.Session("admin").Do(method, path, "", nil).Refused(405, "method_not_allowed", detail, "")
	}
}

func notAcceptable(tag string) (suite.Scenario, func(*spec.Operation) bool) {
	about := func(o *spec.Operation) bool { return answers(o, 406) }
	return suite.Scenario{
		ID: "bodies.not_acceptable", Title: "Who takes no JSON gets no answer, and nothing happens", Needs: ofSCIM(tag), Access: suite.Write, Aspect: suite.Protocol,
		Run: func(s *suite.S) {
			p := s.SCIM().With("Accept", "text/html")
			suite.EachOffered(s, operationsOf(s.Document(), tag, about), func(o *spec.Operation) {
				send(p.Caller, o, nowhere(s, o, "")).Status(406)
			})
		},
	}, about
}

func every(*spec.Operation) bool { return true }
