// Package kittest is what the kit's tests in several packages share: the profile of a fake, and
// what its administrator sees of it. It knows the fake by what it does, not by its package.
package kittest

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/conformance/target"
)

// Fake writes the target profile of itself, for an address at which it listens.
type Fake interface {
	Profile(address string) ([]byte, error)
}

// ProfileOf is the target profile of a fake that listens at an address. The test fails where there
// is none, or it cannot be read.
func ProfileOf(t testing.TB, fake Fake, address string) *target.Profile {
	t.Helper()
	data, err := fake.Profile(address)
	if err != nil {
		t.Fatal(err)
	}
	profile, err := target.Parse(data, "fake", os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	return profile
}

// List is a collection of the profile's organization, as its administrator lists it: JSON.
func List(fake http.Handler, profile *target.Profile, collection string) string {
	request := httptest.NewRequest(http.MethodGet, profile.BaseURL+"/api/organizations/"+profile.Organization.ID+"/"+collection+"/?limit=1000", nil)
	request.Header.Set("Authorization", "Bearer "+profile.Credentials["admin"].PersonalAPIKey)
	answer := httptest.NewRecorder()
	fake.ServeHTTP(answer, request)
	return answer.Body.String()
}

// Snapshot is everything that runs make and the administrator can list.
func Snapshot(fake http.Handler, profile *target.Profile) string {
	var all strings.Builder
	for _, collection := range []string{"domains", "identity_provider_configs", "integrations", "invites"} {
		all.WriteString(List(fake, profile, collection) + "\n")
	}
	return all.String()
}
