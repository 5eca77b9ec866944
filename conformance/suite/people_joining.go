package suite

import (
	"net/http"

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
	recruit := s.RecruitInto(o, level)
	return Person{recruit.Caller, recruit.Email, recruit.UUID}
}

// RecruitInto is Recruit into one of the story's organizations, whose owner invites.
func (s *S) RecruitInto(o Organization, level int) *Recruit {
	return s.recruit(JSON{"level": level}, func(fields JSON) Thing { return s.inviteInto(o, fields) })
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

// HasFeature reports whether the plan of an organization has a feature, by what the
// organization shows.
func (o Organization) HasFeature(feature string) bool {
	return o.Get(`available_product_features.#(key=="` + feature + `")`).Exists()
}

// Equipped makes an organization whose plan has features.
func (s *S) Equipped(features ...string) Organization {
	o := s.NewOrganization()
	for _, feature := range features {
		switch {
		case s.Target().Control != "":
			s.SetFeature(o.ID, feature, true)
		case !o.HasFeature(feature):
			s.cannotRun("the plan of an organization that was just made has no " + feature)
		}
	}
	return o
}
