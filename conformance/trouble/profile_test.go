package trouble_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/understudy-dev/understudy/conformance"
	"github.com/understudy-dev/understudy/conformance/target"
	"github.com/understudy-dev/understudy/mock"
)

// profileOf is the target profile of a fake that listens at an address.
func profileOf(t testing.TB, server *mock.Server, address string) *conformance.Target {
	t.Helper()
	data, err := server.Profile(address)
	if err != nil {
		t.Fatal(err)
	}
	profile, err := target.Parse(data, "fake", os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	return profile
}

// snapshot is everything that the administrator can list of what runs make.
func snapshot(fake http.Handler, profile *conformance.Target) string {
	var all strings.Builder
	for _, collection := range []string{"domains", "identity_provider_configs", "integrations", "invites"} {
		request := httptest.NewRequest(http.MethodGet, profile.BaseURL+"/api/organizations/"+profile.Organization.ID+"/"+collection+"/?limit=1000", nil)
		request.Header.Set("Authorization", "Bearer "+profile.Credentials["admin"].PersonalAPIKey)
		answer := httptest.NewRecorder()
		fake.ServeHTTP(answer, request)
		all.WriteString(answer.Body.String() + "\n")
	}
	return all.String()
}
