package scim_test

import (
	"net/url"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/scim"
)

func projected(t *testing.T, query, resource string) string {
	t.Helper()
	value, err := pyjson.Decode([]byte(resource))
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return string(pyjson.Append(nil, scim.ReadProjection(rest.ParseQuery(query)).Apply(value.(*pyjson.Object))))
}

func TestProjections(t *testing.T) {
	const (
		start    = `{"schemas":["s"],"id":"1"`
		userName = `,"userName":"u"`
		name     = `,"name":{"givenName":"g","familyName":"f"}`
		emails   = `,"emails":[{"value":"e","type":"work"},{"value":"h"}]`
		others   = `,"active":true,"groups":[]`
		all      = start + userName + name + emails + others + `}`
	)
	for _, c := range []struct{ name, attributes, excluded, want string }{
		{"neither", "", "", all},
		{"one", "userName", "", start + userName + `}`},
		{"several, any case", "USERNAME, emails", "", start + userName + emails + `}`},
		{"an empty list", "groups", "", start + `,"groups":[]}`},
		{"a sub-attribute", "name.givenName", "", start + `,"name":{"givenName":"g"}}`},
		{"two of them", "name.givenName,name.FAMILYNAME", "", start + name + `}`},
		{"a sub-attribute and the whole", "name.givenName,name", "", start + name + `}`},
		{"the whole and a sub-attribute", "name,name.givenName", "", start + name + `}`},
		{"of a list", "emails.value", "", start + `,"emails":[{"value":"e"},{"value":"h"}]}`},
		{"of some values of a list", "emails.type", "", start + `,"emails":[{"type":"work"}]}`},
		{"of no value of a list", "emails.display", "", start + `}`},
		{"of a simple value", "userName.x", "", start + `}`},
		{"a value path", `emails[type eq "work"]`, "", start + emails + `}`},
		{"a value path with commas", `emails[value eq "a],b\"," and x pr],active`, "", start + emails + `,"active":true}`},
		{"a value path and a sub-attribute", `emails[type eq "work"].value`, "", start + `,"emails":[{"value":"e"},{"value":"h"}]}`},
		{"a schema before", "urn:ietf:params:scim:schemas:core:2.0:User:userName,urn:ietf:params:scim:schemas:core:2.0:User:name.givenName", "", start + userName + `,"name":{"givenName":"g"}}`},
		{"unknown", "nickName,,x.y.z,[,", "", start + `}`},
		{"without one", "", "emails", start + userName + name + others + `}`},
		{"without a sub-attribute", "", "name.familyname,emails.value", start + userName + `,"name":{"givenName":"g"},"emails":[{"type":"work"}]` + others + `}`},
		{"without every sub-attribute", "", "name.givenName,name.familyName", start + userName + emails + others + `}`},
		{"without one of a simple value", "", "userName.x,groups.x", all},
		{"without a value path", "", `emails[type eq "work"]`, start + userName + name + others + `}`},
		{"without what is always there", "", "id,schemas,nickName", all},
		{"both", "userName", "userName", start + userName + `}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			query := url.Values{"attributes": {c.attributes}, "excludedAttributes": {c.excluded}}
			NewWithT(t).Expect(projected(t, query.Encode(), all)).To(Equal(c.want))
		})
	}
	NewWithT(t).Expect(projected(t, "attributes=members.$ref", `{"id":"1","members":[{"value":"7","$ref":"/7"}]}`)).To(Equal(`{"id":"1","members":[{"$ref":"/7"}]}`))
	NewWithT(t).Expect(scim.ReadProjection(rest.ParseQuery("attributes=&excludedAttributes=")).Everything()).To(BeTrue())
}

// FuzzProjection: whatever is asked for, what is always returned is there.
func FuzzProjection(f *testing.F) {
	for _, seed := range []string{"userName", `emails[type eq "work"].value`, "urn:a:b:c.d,e", `a["\\`, "]]],id"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, parameter := range []string{"attributes", "excludedAttributes"} {
			shown := projected(t, url.Values{parameter: {text}}.Encode(), `{"schemas":[],"id":"1","a":{"b":1}}`)
			NewWithT(t).Expect(shown).To(HavePrefix(`{"schemas":[],"id":"1"`), text)
		}
	})
}
