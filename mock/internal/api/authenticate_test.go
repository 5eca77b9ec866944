package api_test

import (
	"testing"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestWhereAKeyIsFound(t *testing.T) {
	f := mocktest.New(t)
	key := f.Known("credentials.admin.personal_api_key")
	path := f.Org("invites")
	const invalid = "Personal API key found in request "
	for _, header := range []string{"Bearer " + key, "Bearer   " + key + " ", "Bearer\t" + key} {
		f.With("Authorization", header).Get(path).Status(200)
	}
	for _, header := range []string{"", "bearer " + key, "Token " + key, "Basic " + key, key, "Bearer", "Bearer ", "Bearer x"} {
		f.With("Authorization", header).Get(path).Unauthenticated("not_authenticated", noCredentials)
	}
	f.Anonymous().Get(path + "?personal_api_key=" + key).Status(200)
	f.Anonymous().Get(path+"?personal_api_key=phx_wrong").Unauthenticated("authentication_failed", invalid+"query string is invalid.")
	f.Anonymous().Post(path, `{"target_email": "k@example.com", "personal_api_key": "`+key+`"}`).Status(201)
	f.Anonymous().Form(path, "target_email=k2@example.com&personal_api_key="+key).Status(201)
	f.Anonymous().Post(path, `{"personal_api_key": "phx_wrong"}`).Unauthenticated("authentication_failed", invalid+"body is invalid.")
	f.With("Authorization", "Bearer phx_wrong").Get(path+"?personal_api_key="+key).
		Unauthenticated("authentication_failed", invalid+"Authorization header is invalid.")
	f.With("Authorization", "Token phx_wrong").Get(path + "?personal_api_key=" + key).Status(200)
	f.Anonymous().Post(path, `{`).Unauthenticated("not_authenticated", noCredentials)
	f.With("Cookie", "sessionid=unknown").Get(path).Unauthenticated("not_authenticated", noCredentials)
}
