package suite

import (
	"net/http"
	"slices"

	"github.com/understudy-dev/understudy/conformance/target"
)

// In an organization of its own a story may change every setting, and needs people there whom
// the settings are about. They join as people do, by an invite that they accept.

// OwnPeople needs a way to have people in an organization that the run makes.
func OwnPeople(t *target.Profile) Lack {
	if lack := Organizations(t); lack.Reason != "" {
		return lack
	}
	return Colleagues(t)
}

// MemberOf is somebody of a level in one of the story's organizations.
func (s *S) MemberOf(o Organization, level int) Person {
	if s.Target().Control != "" {
		return s.NewMember(o.ID, level)
	}
	return s.RecruitInto(o, level).Person()
}

// RecruitInto is Recruit into one of the story's organizations, whose owner invites.
func (s *S) RecruitInto(o Organization, level int) *Recruit {
	return s.recruit(JSON{"level": level}, "", func(fields JSON) Thing { return s.inviteInto(o, fields) })
}

// MemberAt is MemberOf with an address on a domain; see [S.Place].
func (s *S) MemberAt(o Organization, level int, domain string) Person {
	if s.Target().Control != "" {
		return s.NewMemberWith(s.Name()+"@"+domain, o.ID, level)
	}
	return s.recruit(JSON{"level": level}, domain, func(fields JSON) Thing { return s.inviteInto(o, fields) }).Person()
}

// NobodyAt is somebody with an address on a domain who belongs nowhere; see [S.Place].
func (s *S) NobodyAt(domain string) Person {
	if s.Target().Control != "" {
		return s.enrol(s.Name()+"@"+domain, JSON{})
	}
	person := s.recruit(JSON{"level": 1}, domain, s.inviteRecruit).Person()
	person.Delete(s.Org(Members, "@me")).Empty()
	return person
}

// Enlist has somebody join one more of the story's organizations, which becomes their current
// one.
func (s *S) Enlist(p Person, o Organization, level int) {
	if s.Target().Control != "" {
		p.Join(o.ID, level)
		return
	}
	s.Accept(p.Caller, s.inviteInto(o, JSON{"level": level, "target_email": p.Email}), JSON{}).Status(http.StatusCreated)
}

func (s *S) inviteInto(o Organization, fields JSON) Thing {
	body := Together(JSON{"target_email": s.Email(), "send_email": false}, fields)
	return o.MadeIn(Invites, o.Owner.Post(o.Path(Invites), body))
}

// InSession is the person in a session that began lately.
func (p Person) InSession() *Caller {
	if p.s.Target().Control == "" {
		return p.Caller
	}
	return p.OldSession("1m")
}

// Founder is somebody whom the run made and who belongs nowhere, in a session and with a key: what an
// organization of theirs wants of people shuts out nobody else.
type Founder struct {
	Session, Key *Caller
}

// NewFounder makes a founder. Where people are shared it is one of them, who leaves first.
func (s *S) NewFounder() Founder {
	if s.Target().Control != "" {
		person := s.NewPerson()
		return Founder{person.OldSession("1m"), person.Caller}
	}
	person := s.Colleague(1)
	key := person.WithKey()
	person.Delete(s.Org(Members, "@me")).Empty()
	return Founder{person.Caller, key}
}

// Settings by which an organization may refuse whoever made it, or their sessions.
const (
	shutsFounderOut  = "enforce_verified_domains"
	shutsSessionsOut = "enforce_2fa"
)

// Founds makes an organization that has a setting from the beginning. A plan may not have it, nor
// may a deployment take it there.
func (f Founder) Founds(setting string, value any, features ...string) Organization {
	s := f.Key.s
	if setting == shutsSessionsOut && s.Target().Control == "" {
		s.NewOrganizationOf(f.Key, JSON{"name": s.Name()}) // a sweep logs in, and has to have somewhere to go; see stepOut
	}
	created := f.Key.Post(organizationsPath, JSON{"name": s.Name(), setting: value})
	if slices.Contains([]int{http.StatusBadRequest, http.StatusPaymentRequired, http.StatusForbidden}, created.code()) {
		s.cannotRun("an organization cannot be made there with " + setting + ": " + created.value("detail").String())
	}
	id := created.Status(http.StatusCreated).Text("id")
	o := Organization{Thing{created, id, OrgPath(id)}, f.Key}
	if setting == shutsFounderOut { // nor would it be theirs to delete
		o.AtEnd(JSON{setting: false})
	}
	if compact(created.value(setting).Raw) != string(encode(value)) {
		s.cannotRun("an organization does not have " + setting + " there when it is made")
	}
	for _, feature := range features {
		if s.Target().Control != "" {
			s.SetFeature(o.ID, feature, true)
		}
	}
	return o
}

// AtEnd has the owner change settings of the organization before it is deleted, when the story ends:
// some would keep its owner from that.
func (o Organization) AtEnd(settings JSON) {
	owner := o.Owner
	owner.s.Cleanup("settings of organization "+o.ID, func(s *S) *Response { return owner.forStory(s).Patch(o.Path(), settings) })
}

// FounderSession needs whoever founds organizations to have a session, which actions take.
func FounderSession(t *target.Profile) Lack {
	if t.Control != "" {
		return Lack{}
	}
	return SessionOf("outsider")(t)
}

// InSession is the founder of the organization in a session that began lately.
func (o Organization) InSession() *Caller {
	s := o.Owner.s
	if s.Target().Control == "" {
		return s.Session("outsider")
	}
	return s.sessionOf(o.Owner.who, o.Owner.who, "1m")
}

// WithKey is the person with a key that may do everything.
func (p Person) WithKey() *Caller {
	if p.s.Target().Control != "" {
		return p.Caller
	}
	return p.s.ownKey(p.Caller, p.Email, "*")
}

// WithScopes is the person with a key that may do no more than its scopes allow.
func (p Person) WithScopes(scopes ...string) *Caller {
	if p.s.Target().Control == "" {
		return p.s.ownKey(p.Caller, p.Email, scopes...)
	}
	return p.s.mintedKey(p.Email, p.Email, scopes...)
}

// HasFeature reports whether the plan of an organization has a feature, by what the
// organization shows.
func (o Organization) HasFeature(feature string) bool {
	return o.Get(`available_product_features.#(key=="` + feature + `")`).Exists()
}

// Equipped makes an organization whose plan has features.
func (s *S) Equipped(features ...string) Organization {
	o := s.NewOrganization()
	o.Equip(features...)
	return o
}

// Equip wants the plan of an organization of the story to have features. Where it has not, and none can
// be switched on, the story could not run.
func (o Organization) Equip(features ...string) {
	s := o.Owner.s
	for _, feature := range features {
		switch {
		case s.Target().Control != "":
			s.SetFeature(o.ID, feature, true)
		case !o.HasFeature(feature):
			s.cannotRun("the plan of an organization that was just made has no " + feature)
		}
	}
}
