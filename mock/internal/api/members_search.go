package api

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/mock/internal/pytext"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/trigram"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// Which members a list shows, and in which order.
// Source: OrganizationMemberViewSet in posthog/api/organization_member.py.

const (
	maxSearch     = 200 // characters
	minSimilarity = 0.3 // of a name or an address to what is searched
)

// memberFilter is what the query asks for.
type memberFilter struct {
	email        *string
	updatedAfter *time.Time
	search       string
	oldestFirst  bool
}

var (
	errLongSearch = rest.InvalidInput("Search query must be 200 characters or fewer.").On("search")
	// The real server fails with 500 here; what it fails with is said instead.
	errUpdatedAfter = rest.InvalidInput("Enter a valid date and time.").On("updated_after")
)

func newMemberFilter(q rest.Query) (f memberFilter, err error) {
	if email, ok := q.Get("email"); ok {
		f.email = &email
	}
	if text, ok := q.Get("updated_after"); ok {
		t, ok := pytext.ParseDateTime(pytext.Strip(text))
		if !ok {
			return f, errUpdatedAfter
		}
		f.updatedAfter = &t
	}
	search, _ := q.Get("search")
	if pytext.Len(search) > maxSearch {
		return f, errLongSearch
	}
	f.search = strings.Join(strings.Fields(search), " ")
	order, _ := q.Get("order")
	f.oldestFirst = order == "joined_at"
	return f, nil
}

func (f *memberFilter) everything() bool { return *f == memberFilter{} }

// apply returns the members that the filter admits: by similarity where something
// is searched, else by the time of joining.
func (f *memberFilter) apply(c *call, list world.List[world.Membership]) []*world.Membership {
	var found []*world.Membership
	scores := map[*world.Membership]float64{}
	query := trigram.Of(f.search)
	list.All(func(m *world.Membership) bool {
		user, ok := c.view.User(m.User)
		if !ok || !f.admits(m, user) {
			return true
		}
		if f.search != "" {
			if scores[m] = similarity(query, user); scores[m] == 0 {
				return true
			}
		}
		found = append(found, m)
		return true
	})
	switch {
	case f.search != "":
		slices.SortStableFunc(found, func(a, b *world.Membership) int {
			return cmp.Or(cmp.Compare(scores[b], scores[a]), cmp.Compare(c.firstName(a), c.firstName(b)))
		})
	case f.oldestFirst:
		slices.Reverse(found)
	}
	return found
}

func (f *memberFilter) admits(m *world.Membership, user *world.User) bool {
	return (f.email == nil || user.Email == *f.email) &&
		(f.updatedAfter == nil || m.UpdatedAt.After(*f.updatedAfter))
}

// similarity is how well a user matches; 0 is not at all.
func similarity(query trigram.Set, user *world.User) (sum float64) {
	similar := false
	for _, text := range []string{user.FirstName, user.LastName, user.Email} {
		score := query.WordSimilarity(text)
		similar = similar || score > minSimilarity
		sum += score
	}
	if !similar {
		return 0
	}
	return sum
}

func (c *call) firstName(m *world.Membership) string {
	user, _ := c.view.User(m.User)
	return user.FirstName
}
