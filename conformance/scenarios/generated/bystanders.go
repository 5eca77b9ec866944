package generated

import (
	"net/http"

	"github.com/understudy-dev/understudy/conformance/suite"
)

// bystander is a thing that a story has nothing to do with, and whoever reads it.
type bystander struct {
	suite.Thing
	seen *suite.Response
}

// bystanders makes a thing of each kind that takes one request to make.
func bystanders(s *suite.S) []bystander {
	things := []suite.Thing{s.NewDomain(), s.NewRole()}
	if _, known := s.Document().Schema("IdentityProviderConfig"); known {
		things = append(things, s.NewConfig(nil))
	}
	var all []bystander
	for _, thing := range things {
		all = append(all, bystander{thing, s.Admin().Get(thing.Path()).Status(http.StatusOK)})
	}
	return all
}

// stand wants what nobody has touched to be as it was.
func stand(s *suite.S, all []bystander) {
	for _, one := range all {
		now := s.Admin().Get(one.Path()).Status(http.StatusOK)
		unchanged(now, one.seen)
		if one.seen.Get("updated_at").Exists() {
			now.Has("updated_at", one.seen.Text("updated_at"))
		}
	}
}
