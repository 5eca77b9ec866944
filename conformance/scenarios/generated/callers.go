package generated

import (
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/conformance/scenarios/wording"
	"github.com/understudy-dev/understudy/conformance/suite"
	"github.com/understudy-dev/understudy/spec"
)

// callers asks every operation as every caller, and wants the right answer of each. What is
// about projects has rules of its own in the real server (posthog/api/project.py), and
// stories of its own here.
func callers(d *spec.Document) (list []suite.Scenario) {
	for _, f := range slices.Concat(strangers(), levels(), limitedKeys(), keyPlaces(), sessions(), lives()) {
		f.name, f.rule = "callers."+f.name, "callers.everywhere_"+f.name
		if f.access == "" {
			f.access = suite.Write
		}
		list = append(list, f.scenarios(d)...)
	}
	return list
}

// asks is a family whose caller must get the same answer of every operation, and change
// nothing.
func asks(as func(*suite.S) *suite.Caller, answer func(*suite.S, *spec.Operation, *suite.Response)) func(*suite.S, []*spec.Operation) {
	return func(s *suite.S, operations []*spec.Operation) {
		g, caller := newGround(s, operations[0].Tag), as(s)
		suite.EachOffered(s, operations, func(o *spec.Operation) { answer(s, o, g.send(caller, o)) })
		g.stands()
	}
}

// keyed reports whether an operation takes keys with the scope that it names, in an
// organization.
func keyed(o *spec.Operation) bool { return harmless(o) && o.Scope != "" }

// forSessions reports whether an operation takes sessions alone, in an organization.
func forSessions(o *spec.Operation) bool { return harmless(o) && o.SessionOnly }

// harmless reports whether an operation may be asked within the target's organization by who
// must be refused: were it let through, nothing would be lost that the story did not make. What
// changes the organization itself is not.
func harmless(o *spec.Operation) bool {
	return inside(o) && o.Tag != suite.Projects && (o.Tag != organizations || o.Reads())
}

const organizations = "organizations"

// writes reports whether an operation may change something.
func writes(o *spec.Operation) bool { return !o.Reads() }

// administrative is the level below which most writes are refused.
const administrative = 8

func both(first, second func(*spec.Operation) bool) func(*spec.Operation) bool {
	return func(o *spec.Operation) bool { return first(o) && second(o) }
}

func strangers() []family {
	return []family{
		{
			name: "nobody", title: "Without credentials no operation answers, nor with a key that nobody has", aspect: suite.Authentication,
			about: func(o *spec.Operation) bool { return !o.Public && answers(o, http.StatusUnauthorized) },
			tell: func(s *suite.S, operations []*spec.Operation) {
				g := newGround(s, operations[0].Tag)
				suite.EachOffered(s, operations, func(o *spec.Operation) {
					g := g
					if o.Tag == organizations {
						g = nothing(s, suite.Nowhere)
					}
					g.send(s.Anonymous(), o).Unauthenticated()
					if o.SessionOnly {
						return // whatever the key, it may be refused for being one
					}
					g.send(s.KeyValue("phx_"+s.Name(), "nobody"), o).Refused(http.StatusUnauthorized, "authentication_failed", wording.InvalidKey+"Authorization header is invalid.", "")
				})
				g.stands()
			},
		},
		{
			name: "stranger", title: "Who is no member reaches no operation within the organization", aspect: suite.Isolation,
			needs: []suite.Need{suite.KeyOf("outsider")}, about: keyed,
			tell: asks((*suite.S).Outsider, func(_ *suite.S, _ *spec.Operation, r *suite.Response) { r.Denied(wording.NoPermission) }),
		},
		{
			name: "stranger_session", title: "Who is no member reaches in a session no operation within the organization", aspect: suite.Isolation,
			needs: []suite.Need{suite.SessionOf("outsider")}, about: forSessions,
			tell: asks(sessionOf("outsider"), func(_ *suite.S, _ *spec.Operation, r *suite.Response) { r.Denied(wording.NoPermission) }),
		},
	}
}

func sessionOf(role string) func(*suite.S) *suite.Caller {
	return func(s *suite.S) *suite.Caller { return s.Session(role) }
}

func levels() []family {
	low := func(o *spec.Operation) bool { return o.Level >= administrative }
	return []family{
		{
			name: "member", title: "A plain member does none of what takes an administrator", aspect: suite.Permission,
			needs: []suite.Need{suite.KeyOf("member")}, about: both(keyed, low),
			tell: asks((*suite.S).Member, func(_ *suite.S, _ *spec.Operation, r *suite.Response) { r.Denied(wording.LowLevel) }),
		},
		{
			name: "member_session", title: "A plain member does in a session none of what takes an administrator", aspect: suite.Permission,
			needs: []suite.Need{suite.SessionOf("member")}, about: both(forSessions, low),
			tell: asks(sessionOf("member"), func(_ *suite.S, _ *spec.Operation, r *suite.Response) {
				r.Denied(wording.LowLevel, wording.OnlyAdminsLogs)
			}),
		},
		{
			name: "member_reads", title: "A plain member reads what the organization has", aspect: suite.Permission,
			needs: []suite.Need{suite.KeyOf("member")}, about: both(keyed, readsAsMember),
			tell: reads((*suite.S).Member),
		},
	}
}

func readsAsMember(o *spec.Operation) bool { return o.Reads() && o.Level < administrative }

// reads is a family whose caller may read everything that the story has made.
func reads(as func(*suite.S) *suite.Caller) func(*suite.S, []*spec.Operation) {
	return func(s *suite.S, operations []*spec.Operation) {
		g, caller := newGround(s, operations[0].Tag), as(s)
		suite.EachOffered(s, operations, func(o *spec.Operation) {
			if g.complete(o) {
				g.send(caller, o).Status(http.StatusOK)
			} else {
				g.send(caller, o).NotFound()
			}
		})
	}
}

func limitedKeys() []family {
	limited := func(role, detail string) func(*suite.S, []*spec.Operation) {
		return asks(func(s *suite.S) *suite.Caller { return s.Key(role) }, func(s *suite.S, o *spec.Operation, r *suite.Response) {
			r.Denied(strings.ReplaceAll(detail, inOrganization, s.Target().Organization.ID), wording.MissingScope(o.Scope))
		})
	}
	unscoped := func(role string) func(*suite.S, []*spec.Operation) {
		return asks(func(s *suite.S) *suite.Caller { return s.Key(role) }, func(_ *suite.S, o *spec.Operation, r *suite.Response) {
			r.Denied(wording.MissingScope(o.Scope))
		})
	}
	return []family{
		{
			name: "unscoped", title: "A key without the scope of an operation is refused by it", aspect: suite.Permission,
			needs: []suite.Need{suite.KeyOf("unrelated_scope")}, about: keyed, tell: unscoped("unrelated_scope"),
		},
		{
			name: "other_scopes", title: "A key with the scopes of everything else is refused by an operation", aspect: suite.Permission,
			needs: []suite.Need{suite.Colleagues}, about: keyed,
			tell: func(s *suite.S, operations []*spec.Operation) {
				g, admin, keys := newGround(s, operations[0].Tag), s.Colleague(administrative), map[string]*suite.Caller{}
				suite.EachOffered(s, operations, func(o *spec.Operation) {
					object := scopeObject(o)
					if keys[object] == nil {
						keys[object] = admin.WithScopes(otherScopes(s.Document(), object)...)
					}
					g.send(keys[object], o).Denied(wording.MissingScope(o.Scope))
				})
				g.stands()
			},
		},
		{
			name: "reader", title: "A key that may only read changes nothing", aspect: suite.Permission,
			needs: []suite.Need{suite.KeyOf("read_scopes")}, about: both(keyed, writes), tell: unscoped("read_scopes"),
		},
		{
			name: "reader_reads", title: "A key that may read reads", aspect: suite.Permission,
			needs: []suite.Need{suite.KeyOf("read_scopes")}, about: both(keyed, readsAsMember), tell: reads(func(s *suite.S) *suite.Caller { return s.Key("read_scopes") }),
		},
		{
			name: "writer_reads", title: "A key that may write reads as well", aspect: suite.Permission,
			needs: []suite.Need{suite.KeyOf("write_scopes")}, about: both(keyed, readsAsMember), tell: reads(func(s *suite.S) *suite.Caller { return s.Key("write_scopes") }),
		},
		{
			name: "project_key", title: "A key that is limited to projects reaches no operation of an organization", aspect: suite.Permission,
			needs: []suite.Need{suite.KeyOf("project_only")}, about: keyed, tell: limited("project_only", wording.ProjectKey),
		},
		{
			name: "elsewhere_key", title: "A key that is limited to another organization reaches no operation of this one", aspect: suite.Permission,
			needs: []suite.Need{suite.KeyOf("other_organization_only")}, about: keyed, tell: limited("other_organization_only", wording.OtherOrganization(inOrganization)),
		},
		{
			name: "any_key", title: "What is for sessions refuses every key, also on what is there", aspect: suite.Permission,
			about: forSessions,
			tell:  asks((*suite.S).Admin, func(_ *suite.S, _ *spec.Operation, r *suite.Response) { r.Denied(wording.NoKeyAccess) }),
		},
	}
}

// scopeObject is what the scope of an operation is about.
func scopeObject(o *spec.Operation) string {
	object, _, _ := strings.Cut(o.Scope, ":")
	return object
}

// otherScopes are those to read and to write everything that operations within an organization are
// about, but for one.
func otherScopes(d *spec.Document, but string) (scopes []string) {
	for _, o := range d.Operations() {
		if object := scopeObject(o); keyed(o) && object != but && !slices.Contains(scopes, object+":read") {
			scopes = append(scopes, object+":read", object+":write")
		}
	}
	return scopes
}

func sessions() []family {
	return []family{{
		name: "no_csrf", title: "Without its CSRF token a session changes nothing", aspect: suite.Authentication,
		needs: []suite.Need{suite.SessionOf("admin")}, about: both(harmless, writes),
		tell: asks(func(s *suite.S) *suite.Caller { return s.Session("admin").With("X-CSRFToken", "") },
			func(_ *suite.S, _ *spec.Operation, r *suite.Response) { r.Denied(wording.CSRFRefused) }),
	}, {
		name: "stale", title: "A login that is too old changes nothing that asks for a recent one", aspect: suite.Authentication,
		needs: []suite.Need{suite.OldSession}, about: both(harmless, func(o *spec.Operation) bool { return o.RecentLogin }),
		tell: asks((*suite.S).OldSession,
			func(_ *suite.S, _ *spec.Operation, r *suite.Response) { r.Denied(wording.NotRecent) }),
	}, {
		name: "old", title: "A login that is too old does what asks for no recent one", aspect: suite.Authentication,
		needs: []suite.Need{suite.OldSession}, about: both(harmless, func(o *spec.Operation) bool { return writes(o) && !o.RecentLogin }),
		tell: asks((*suite.S).OldSession, func(_ *suite.S, _ *spec.Operation, r *suite.Response) { r.NotFound() }),
	}}
}
