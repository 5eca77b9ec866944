package api

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Defects that are planted at every operation of a kind: what the document says of it tells
// which it can have. An operation that is added to the document has them too.

// everywhere is a defect of one operation, for all operations that it is about.
type everywhere struct {
	// name ends the names of its mutants, before the operation; sentence says what is wrong
	// with it.
	name, sentence, rule string
	about                func(*spec.Operation) bool
	defect               func(o *spec.Operation) defect
}

// everywhereMutants are the defects that operations and their properties have by their kind.
func everywhereMutants() []mutantRow { return rowsEverywhere() }

// rowsEverywhere are made once: they read the documents of all revisions.
var rowsEverywhere = sync.OnceValue(func() (rows []mutantRow) {
	for _, e := range slices.Concat(admissions(), shutOuts(), misreadings(), misunderstandings(), rowDefects(), pageDefects(), neighbourDefects(), places(), endings()) {
		for _, o := range operationsEverywhere() {
			if e.about(o) {
				rows = append(rows, mutantRow{o.Tag + "." + e.name + "." + o.ID, o.ID + ": " + e.sentence, e.rule, e.defect(o)})
			}
		}
	}
	return slices.Concat(rows, propertyMutants(), derivedMutants(), repeatMutants(), referenceMutants(), givenMutants(), shownAgainMutants(), inviteEndings(), momentMutants(), itemMutants(), addressMutants())
})

// operationsEverywhere are the operations of all revisions, each as the first has it that has it
// at all.
func operationsEverywhere() (all []*spec.Operation) {
	known := map[string]bool{}
	revisions, _ := spec.Revisions() // without them there is no fake
	for _, about := range revisions {
		document, err := spec.LoadRevision(about.Name)
		if err != nil {
			continue
		}
		for _, o := range document.Operations() {
			if !known[o.ID] && !o.IsSCIM() {
				known[o.ID] = true
				all = append(all, o)
			}
		}
	}
	return all
}

// inOrganization reports whether an operation works within an organization, and has the rules
// that all resources there share: those of projects, and of the organization itself, are others.
func inOrganization(o *spec.Operation) bool {
	_, rest, within := strings.Cut(o.Path, "{organization_id}/")
	return within && rest != "" && o.Tag != "projects" && (o.Tag != "organizations" || o.Reads())
}

func keyedOperation(o *spec.Operation) bool { return inOrganization(o) && o.Scope != "" }

func sessionOperation(o *spec.Operation) bool { return inOrganization(o) && o.SessionOnly }

func administrators(o *spec.Operation) bool { return o.Level >= int(world.Administrator) }

func bothOf(first, second func(*spec.Operation) bool) func(*spec.Operation) bool {
	return func(o *spec.Operation) bool { return first(o) && second(o) }
}

func changing(o *spec.Operation) bool { return !o.Reads() }

// admissions let somebody in who has no business there.
func admissions() []everywhere {
	strangers := func(o *spec.Operation) defect { return admitStrangers(o.ID) }
	members := func(o *spec.Operation) defect { return requireLevel(o.ID, world.Member) }
	anybody := func(o *spec.Operation) defect { return admitNobody(o.ID) }
	return []everywhere{
		{"lets_nobody_in", "anybody may, without credentials.", "callers.everywhere_nobody", inOrganization, anybody},
		{"lets_strangers_in", "who is no member may.", "callers.everywhere_stranger", keyedOperation, strangers},
		{"lets_stranger_sessions_in", "who is no member may, in a session.", "callers.everywhere_stranger_session", sessionOperation, strangers},
		{"lets_members_in", "a plain member may.", "callers.everywhere_member", bothOf(keyedOperation, bothOf(administrators, changing)), members},
		{"lets_member_sessions_in", "a plain member may, in a session.", "callers.everywhere_member_session", bothOf(sessionOperation, bothOf(administrators, changing)), members},
		{"lets_unscoped_keys_in", "a key without the scope may.", "callers.everywhere_unscoped", keyedOperation, func(o *spec.Operation) defect { return skipStageOf("scope", o.ID) }},
		{"lets_other_scopes_in", "a scope of which the name only begins or ends as the right one will do.", "callers.everywhere_other_scopes", keyedOperation, func(o *spec.Operation) defect {
			return forgive("scope", o.ID, func(c *call, _ error) bool {
				family, _, _ := strings.Cut(strings.Split(o.Scope, ":")[0], "_")
				return slices.ContainsFunc(c.Key.Scopes, func(scope string) bool {
					return strings.HasPrefix(scope, family) && strings.HasSuffix(scope, ":write")
				})
			})
		}},
		{"lets_readers_in", "a key that may only read may.", "callers.everywhere_reader", bothOf(keyedOperation, changing), func(o *spec.Operation) defect {
			return requireScope(o.ID, strings.Replace(o.Scope, ":write", ":read", 1))
		}},
		{"lets_project_keys_in", "a key that is limited to projects may.", "callers.everywhere_project_key", keyedOperation, func(o *spec.Operation) defect {
			return forgive("key limits", o.ID, func(c *call, _ error) bool { return len(c.Key.Projects) > 0 })
		}},
		{"lets_keys_from_elsewhere_in", "a key that is limited to another organization may.", "callers.everywhere_elsewhere_key", keyedOperation, func(o *spec.Operation) defect {
			return forgive("key limits", o.ID, func(c *call, _ error) bool { return len(c.Key.Organizations) > 0 })
		}},
		{"lets_keys_in", "a key may.", "callers.everywhere_any_key", sessionOperation, func(o *spec.Operation) defect { return allowKeys(o.ID, "organization:read") }},
		{"lets_forgeries_in", "a session needs no CSRF token.", "callers.everywhere_no_csrf", bothOf(inOrganization, changing), func(o *spec.Operation) defect { return acceptForgeries(o.ID) }},
		{"lets_old_logins_in", "a login may be old.", "callers.everywhere_stale", bothOf(inOrganization, func(o *spec.Operation) bool { return o.RecentLogin }), func(o *spec.Operation) defect {
			return skipRecentLogin(o.ID)
		}},
		{"shuts_old_logins_out", "a login that is too old may not.", "callers.everywhere_old", bothOf(bothOf(inOrganization, changing), func(o *spec.Operation) bool { return !o.RecentLogin }), func(o *spec.Operation) defect {
			return refuseAfter("level", o.ID, errRecentLogin, func(c *call) bool { return c.Session != nil && c.now.Sub(c.Session.LoggedInAt) > c.api.RecentLogin })
		}},
	}
}

// shutOuts keep somebody out who may.
func shutOuts() []everywhere {
	readable := bothOf(keyedOperation, func(o *spec.Operation) bool { return o.Reads() && !administrators(o) })
	return []everywhere{
		{"shuts_members_out", "a plain member may not.", "callers.everywhere_member_reads", readable, func(o *spec.Operation) defect {
			return refuseAfter("membership", o.ID, errLevel, func(c *call) bool { return c.membership.Level < world.Administrator })
		}},
		{"shuts_readers_out", "a key that may only read may not.", "callers.everywhere_reader_reads", readable, func(o *spec.Operation) defect {
			return requireScope(o.ID, strings.Replace(o.Scope, ":read", ":write", 1))
		}},
		{"shuts_writers_out", "a key that may only write may not read.", "callers.everywhere_writer_reads", readable, func(o *spec.Operation) defect {
			return refuseAfter("scope", o.ID, rest.PermissionDenied("API key missing required scope '"+o.Scope+"'"), func(c *call) bool {
				return c.Key != nil && !slices.Contains(c.Key.Scopes, o.Scope) && !slices.Contains(c.Key.Scopes, "*")
			})
		}},
		{"wants_slash", "the final slash is needed.", "requests.everywhere.slash", bothOf(inOrganizationOrProject, func(o *spec.Operation) bool { return o.Tag != "organizations" && !o.Public }), wantSlash},
		{"knows_no_current", "@current stands for nothing.", "callers.everywhere_current", ofALife, func(o *spec.Operation) defect {
			return refuseAfter("organization", o.ID, errNoOrganization, func(c *call) bool { return c.param("organization_id") == currentAlias })
		}},
		{"refuses_malformed", "an id that is none is a bad request.", "requests.everywhere.malformed", bothOf(ofALife, func(o *spec.Operation) bool { return strings.HasSuffix(o.Path, "{id}/") }), func(o *spec.Operation) defect {
			return around(o.ID, func(c *call, next action) (int, error) {
				status, err := next(c)
				if errors.Is(err, rest.ErrNotFound) && c.id() == "" {
					return 0, rest.InvalidInput("“" + c.param("id") + "” is not a valid UUID.")
				}
				return status, err
			})
		}},
		{"refuses_head", "HEAD is not allowed.", "requests.everywhere.head", readable, func(o *spec.Operation) defect {
			return ofOperations([]string{o.ID}, aroundStage("authenticate", func(c *call, next func(*call) error) error {
				if isOperation(o.ID)(c) && c.request.Method == http.MethodHead {
					return rest.MethodNotAllowed(c.request.Method, http.MethodGet)
				}
				return next(c)
			}))
		}},
		{"shuts_owners_out", "only the administrator's level counts, and no higher one.", "callers.everywhere_owner", ofALife, func(o *spec.Operation) defect {
			return refuseAfter("membership", o.ID, errLevel, func(c *call) bool { return c.membership.Level > world.Administrator })
		}},
		{"shuts_sessions_out", "a session may not.", "callers.everywhere_session", ofALife, func(o *spec.Operation) defect {
			return refuseAfter("membership", o.ID, rest.ErrPermission, func(c *call) bool { return c.Session != nil })
		}},
	}
}

// inOrganizationOrProject reports whether the path of an operation is below an organization.
func inOrganizationOrProject(o *spec.Operation) bool {
	_, rest, within := strings.Cut(o.Path, "{organization_id}/")
	return within && rest != ""
}

// wantSlash has the path of an operation be unknown without its final slash.
func wantSlash(o *spec.Operation) defect {
	return ofOperations([]string{o.ID}, aroundStage("authenticate", func(c *call, next func(*call) error) error {
		if isOperation(o.ID)(c) && !strings.HasSuffix(c.request.URL.Path, "/") {
			return rest.NotFound("Endpoint not found.")
		}
		return next(c)
	}))
}

// ofALife reports whether an operation is one of those in the life of a thing that an administrator
// can make.
func ofALife(o *spec.Operation) bool {
	things := []string{"domains", "identity_provider_configs", "invites", "roles", "role_memberships"}
	return keyedOperation(o) && slices.Contains(things, o.Tag) && (o.Method != http.MethodPost || strings.HasSuffix(o.Path, "/"+o.Tag+"/"))
}

// forgive has a stage let calls of an operation pass that it would refuse.
func forgive(stage, id string, which func(c *call, refusal error) bool) defect {
	return ofOperations([]string{id}, aroundStage(stage, func(c *call, next func(*call) error) error {
		err := next(c)
		if err != nil && isOperation(id)(c) && which(c, err) {
			return nil
		}
		return err
	}))
}

// refuseAfter has a stage refuse calls of an operation that pass it.
func refuseAfter(stage, id string, refusal *rest.Error, which func(*call) bool) defect {
	return ofOperations([]string{id}, aroundStage(stage, func(c *call, next func(*call) error) error {
		err := next(c)
		if err == nil && isOperation(id)(c) && which(c) {
			return refusal
		}
		return err
	}))
}

// admitNobody takes whoever has no credentials for a member of the organization.
func admitNobody(id string) defect {
	return forgive("authenticate", id, func(c *call, refusal error) bool {
		if !errors.Is(refusal, rest.ErrNotAuthenticated) {
			return false
		}
		return c.beAMember()
	})
}

// beAMember makes the call one of somebody who may do everything in the organization of the
// path, and reports whether there is anybody.
func (c *call) beAMember() bool {
	organization, ok := c.view.Organization(c.param("organization_id"))
	if !ok {
		return false
	}
	c.view.Members(organization.ID).All(func(m *world.Membership) bool {
		if m.Level >= world.Administrator {
			c.User, _ = c.view.User(m.User)
		}
		return c.User == nil
	})
	return c.User != nil
}

// acceptForgeries takes a session without its token.
func acceptForgeries(id string) defect {
	return forgive("authenticate", id, func(c *call, _ error) bool {
		cookie, err := c.request.Cookie(exchange.SessionCookie)
		if err != nil || c.csrfRefusal() == "" {
			return false
		}
		session, ok := c.view.Session(cookie.Value)
		if ok {
			c.Session = session
			c.User, ok = c.view.User(session.User)
		}
		return ok
	})
}
