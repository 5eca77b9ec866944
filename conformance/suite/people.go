package suite

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// organizationsPath is where organizations are.
const organizationsPath = "/api/organizations/"

// Person is somebody whom a story made, calling with a key of their own.
type Person struct {
	*Caller
	Email, UUID, Password string
}

// NewPerson makes somebody who belongs to no organization, through the control
// plane. They are gone when the story ends.
func (s *S) NewPerson() Person { return s.enrol(s.Email(), JSON{}) }

// NewMember makes somebody who belongs to an organization at a level, through the
// control plane. They are gone when the story ends.
func (s *S) NewMember(organization string, level int) Person {
	return s.NewMemberWith(s.Email(), organization, level)
}

// NewMemberWith is NewMember with an address.
func (s *S) NewMemberWith(email, organization string, level int) Person {
	return s.enrol(email, JSON{"organization": organization, "level": level})
}

func (s *S) enrol(email string, body JSON) Person {
	password := "password of " + email
	body["email"], body["first_name"], body["last_name"], body["password"] = email, "Pat", "Person", password
	made := s.Anonymous().Post(s.Target().Control+"/members", body).Status(http.StatusCreated)
	key := s.Anonymous().Post(s.Target().Control+"/keys", JSON{"user": email, "label": s.Name()}).Status(http.StatusCreated)
	return Person{s.KeyValue(key.Text("value"), email), email, made.Text("uuid"), password}
}

// LogIn logs the person in, as a browser does.
func (p Person) LogIn() *Response { return p.TryLogIn().Status(http.StatusOK) }

// TryLogIn is [Person.LogIn] where that may be refused.
func (p Person) TryLogIn() *Response {
	return p.s.Anonymous().Post(loginPath, JSON{"email": p.Email, "password": p.Password})
}

// OldSession makes a session of the person that was started long ago.
func (p Person) OldSession(age string) *Caller { return p.s.sessionOf(p.Email, p.Email, age) }

// SSOSession is a session of the person that began by single sign-on, through the control
// plane.
func (s *S) SSOSession(p Person) *Caller {
	made := s.Anonymous().Post(s.Target().Control+"/sessions", JSON{"user": p.Email, "sso": true}).Status(http.StatusCreated)
	return s.inSession(p.Email, made)
}

// SetTwoFactor gives the person a second factor, or takes it, through the control plane. An
// organization of theirs is named.
func (s *S) SetTwoFactor(p Person, organization string, on bool) {
	body := JSON{"organization": organization, "two_factor": on}
	s.Anonymous().Patch(s.Target().Control+"/members/"+p.Email, body).Status(http.StatusOK)
}

// Join makes the person a member of one more organization, through the control
// plane.
func (p Person) Join(organization string, level int) {
	body := JSON{"email": p.Email, "organization": organization, "level": level}
	p.s.Anonymous().Post(p.s.Target().Control+"/members", body).Status(http.StatusCreated)
}

// Organization is one that a story made, and its owner.
type Organization struct {
	Thing
	Owner *Caller
}

// Path is a path in the organization, with a final slash.
func (o Organization) Path(parts ...string) string { return OrgPath(o.ID, parts...) }

// Founder is who makes organizations: somebody new where there is a control plane,
// else the outsider, whom no other scenario needs where they are.
func (s *S) Founder() *Caller {
	if s.Target().Control != "" {
		return s.NewPerson().Caller
	}
	return s.Outsider()
}

// Paths that say who calls.
const (
	loginPath = "/api/login/"
	mePath    = "/api/users/@me/"
)

// ShutsOut reports whether a value of a setting of an organization would shut out somebody whom other
// stories call with: two-factor applies to all that the sessions of a founder do, and that is
// the outsider where nobody new can be made.
func (s *S) ShutsOut(setting string, value any) bool {
	return setting == shutsSessionsOut && value == true && s.Target().Control == ""
}

// NewOrganization makes an organization of a new name. It is deleted when the
// story ends.
func (s *S) NewOrganization(more ...JSON) Organization {
	body := Together(JSON{"name": s.Name()}, more...)
	return s.NewOrganizationOf(s.Founder(), body)
}

// NewOrganizationOf makes an organization for somebody.
func (s *S) NewOrganizationOf(owner *Caller, body JSON) Organization {
	created := owner.Post(organizationsPath, body)
	if created.code() == http.StatusForbidden && s.Target().Control == "" {
		s.cannotRun("an organization cannot be made there, though the profile allows it: " + created.value("detail").String())
	}
	created.Status(http.StatusCreated)
	id := created.Text("id")
	return Organization{Thing{created, id, OrgPath(id)}, owner}
}

// UUIDOf is the UUID of the user of a role.
func (s *S) UUIDOf(role string) string {
	return s.Key(role).Get(mePath).Status(http.StatusOK).Text("uuid")
}

// SetFeature switches a feature of one of the story's organizations, through the
// control plane.
func (s *S) SetFeature(organization, feature string, on bool) {
	body := JSON{"feature": JSON{feature: on}}
	s.Anonymous().Patch(s.Target().Control+"/organizations/"+organization, body).Status(http.StatusOK)
	s.noteFeature(feature, on)
}

// MadeIn is the thing of a collection in one of the story's organizations that an
// answer says was created.
func (o Organization) MadeIn(collection string, created *Response) Thing {
	created.Status(http.StatusCreated)
	return Thing{created, created.Text("id"), o.Path(collection, created.Text("id"))}
}

// NewRole makes a role of a new name in the target's organization.
func (s *S) NewRole() Thing {
	return s.Made(Roles, s.Admin().Post(s.Org(Roles), JSON{"name": s.Name()}))
}

// Recruit is a user who was invited and accepted, calling in the session that came
// with it.
type Recruit struct {
	*Caller
	// Accepted is the answer to accepting.
	Accepted *Response
	// UUID, Email and Password are the user's. The user belongs to no organization
	// but those that the story had them join.
	UUID, Email, Password string
}

// Person is the recruit as a person, calling in their session.
func (r *Recruit) Person() Person { return Person{r.Caller, r.Email, r.UUID, r.Password} }

// Recruit invites somebody into the target's organization at a level and has them accept.
// Scenarios that call it need [target.CreateUsers]. The membership ends with the story; the
// user stays, since nothing here deletes users, and may be the recruit of the next one.
func (s *S) Recruit(level int) *Recruit { return s.RecruitWith(JSON{"level": level}) }

// RecruitWith is Recruit by an invite with fields of its own. Owners are invited by
// the owner.
func (s *S) RecruitWith(fields JSON) *Recruit { return s.recruit(fields, "", s.inviteRecruit) }

// recruit has somebody accept an invite, be it somebody who is used again. place is the domain of
// their address, "" is any.
func (s *S) recruit(fields JSON, place string, inviting func(JSON) Thing) *Recruit {
	if again := s.rejoin(fields, place, inviting); again != nil {
		return again
	}
	if place != "" {
		fields = Together(fields, JSON{"target_email": s.Name() + "@" + place})
	}
	invite := inviting(fields)
	password := s.client.recoverablePassword(invite.Text("target_email"))
	accepted := s.Accept(s.Anonymous(), invite, JSON{"first_name": recruitName, "password": password}).Status(http.StatusCreated)
	email := accepted.Text("email")
	if s.client.accounts.shares {
		s.client.accounts.add(s, &account{email: email, password: password, place: place})
	}
	return &Recruit{s.SessionFrom(accepted, email), accepted, accepted.Text("uuid"), email, password}
}

// recruitName is the first name of who is invited.
const recruitName = "Robin"

func (s *S) inviteRecruit(fields JSON) Thing {
	body := Together(JSON{"target_email": s.Email(), "send_email": false}, fields)
	inviter := s.Admin()
	if body["level"] == 15 {
		inviter = s.Owner()
	}
	return s.Made(Invites, inviter.Post(s.Org(Invites), body))
}

// Password returns a password that nobody else has and that is hard to guess.
func (s *S) Password() string { return s.client.recoverablePassword(s.Name()) }

// recoverablePassword is the password of somebody whom a run made. Only who has the profile's own
// secrets can tell it, so that a sweep can call as whoever a run that was killed left behind.
func (c *Client) recoverablePassword(email string) string {
	admin := c.Target.Credentials["admin"]
	mac := hmac.New(sha256.New, []byte(admin.PersonalAPIKey+"\n"+admin.Password))
	mac.Write([]byte("password of " + strings.ToLower(email)))
	password := "Understudy " + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	c.Secrets.Add(password, "UNDERSTUDY_PASSWORD")
	return password
}

// recover logs somebody in whom the run made, where their password is still what it was; nil if
// that cannot be.
func (s *S) recover(email string) *Caller {
	if !s.labelPattern().MatchString(email) {
		return nil // somebody else
	}
	opened := s.Anonymous().Post(loginPath, JSON{"email": email, "password": s.client.recoverablePassword(email)})
	if opened.Code() != http.StatusOK {
		return nil
	}
	session := s.SessionFrom(opened, email)
	session.stepOut()
	return session
}

// stepOut has somebody choose another organization of theirs where the current one wants a second
// factor, which they have not: it shuts their session out of all organizations.
func (c *Caller) stepOut() {
	me := c.Get(mePath)
	current := me.value("organization.id").String()
	if current == "" || c.Get(OrgPath(current)).value("code").String() != twoFactorCode {
		return
	}
	for _, other := range me.value("organizations.#.id").Array() {
		if other.String() != current && c.Patch(mePath, JSON{"set_current_organization": other.String()}).Code() == http.StatusOK {
			return
		}
	}
}

// Accept accepts an invite into one of the organizations that the story invites
// into. Whoever joined leaves again when the story ends.
func (s *S) Accept(c *Caller, invite Thing, body any) *Response {
	return c.Post(SignupPath(invite), body)
}

const signupPrefix = "/api/signup/"

// SignupPath is where an invite is accepted.
func SignupPath(invite Thing) string { return signupPrefix + invite.ID + "/" }

// SessionFrom calls with the session that an answer opened. who names whose it is.
func (s *S) SessionFrom(answer *Response, who string) *Caller {
	header := s.client.sessionFrom(answer.exchange, "RECRUIT")
	if header.Get("X-Csrftoken") == "" {
		s.giveUp("the answer opened no session; scenarios that make users need a deployment that does not have addresses confirmed first")
	}
	return s.withCookies(who, header)
}
