package scimmask_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/scimmask"
)

func TestPayload(t *testing.T) {
	deep := func(levels int, inside string) string {
		return strings.Repeat(`{"a":`, levels) + inside + strings.Repeat("}", levels)
	}
	for name, c := range map[string][2]string{
		"the personal keys":       {`{"userName":"bob@example.com","displayName":"Bob","givenName":"Bo","familyName":"B","value":"7","display":"x y","formatted":""}`, `{"userName":"b***b@example.com","displayName":"B***b","givenName":"**","familyName":"*","value":"*","display":"x***y","formatted":""}`},
		"other keys":              {`{"id":"12","externalId":"00u1","title":"Dr","username":"bob"}`, `{"id":"12","externalId":"00u1","title":"Dr","username":"bob"}`},
		"values that are no text": {`{"value":5,"userName":null,"display":true}`, `{"value":5,"userName":null,"display":true}`},
		"addresses":               {`{"value":"a@b@example.com","display":"no@dots","userName":"ab@x.y"}`, `{"value":"a***b@example.com","display":"n***s","userName":"**@x.y"}`},
		"below lists":             {`{"emails":[{"value":"bob@example.com"},["bob"],"bob"]}`, `{"emails":[{"value":"b***b@example.com"},["bob"],"bob"]}`},
		"a personal key of more":  {`{"value":{"givenName":"Bob"},"display":["Bob"]}`, `{"value":{"givenName":"B***b"},"display":["Bob"]}`},
		"not ASCII":               {`{"displayName":"Éloïse"}`, `{"displayName":"É***e"}`},
		"twenty levels":           {deep(20, `{"value":"bob"}`), deep(20, `{"value":"b***b"}`)},
		"more levels":             {deep(21, `{"value":"bob"}`), deep(21, `"[DEPTH_LIMIT_EXCEEDED]"`)},
		"no object":               {`"bob"`, `"bob"`},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			value, err := pyjson.Decode([]byte(c[0]))
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(string(pyjson.Append(nil, scimmask.Payload(value)))).To(Equal(c[1]))
			g.Expect(string(pyjson.Append(nil, value))).To(Equal(c[0]), "the value itself stays")
		})
	}
}

func TestHeaders(t *testing.T) {
	g := NewWithT(t)
	header := http.Header{"User-Agent": {"Okta"}, "Authorization": {"Bearer secret"}, "Cookie": {"a=b"}, "Set-Cookie": {"c"}, "Accept": {"a", "b"}}
	g.Expect(string(pyjson.Append(nil, scimmask.Headers(header)))).To(Equal(`{"Accept":"a,b","Authorization":"***","User-Agent":"Okta"}`))
}

func TestFilter(t *testing.T) {
	g := NewWithT(t)
	for filter, want := range map[string]string{
		`userName eq "bob@example.com"`: `userName eq "b***b@example.com"`,
		`a eq "Bob" and b eq "x"`:       `a eq "B***b" and b eq "*"`,
		`a eq "say \"hi\" to"`:          `a eq "s***o"`,
		`a eq "open`:                    `a eq "o***n`,
		`active eq true`:                `active eq true`,
		``:                              ``,
	} {
		g.Expect(scimmask.Filter(filter)).To(Equal(want))
	}
}

func TestPath(t *testing.T) {
	g := NewWithT(t)
	for path, want := range map[string]string{
		"/Users":                                "/Users",
		"/Users?count=1":                        "/Users?count=1",
		"/Users?filter=a+eq+%22Bob%22&count=1":  "/Users?filter=a+eq+%22B***b%22&count=1",
		"/Users?x=%22Bob%22&f%69lter=%22Bob%22": "/Users?x=%22Bob%22&f%69lter=%22B***b%22",
		"/Users?filter=%zz%22Bob%22&filter":     "/Users?filter=&filter=",
	} {
		g.Expect(scimmask.Path(path)).To(Equal(want))
	}
}
