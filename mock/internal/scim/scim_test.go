package scim_test

import (
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/pyjson"
	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/scim"
)

func resource(path string) (scim.Attribute, bool) {
	attribute, ok := map[string]scim.Attribute{
		"userName": {Value: "Ada", Fold: true}, "name.givenName": {Value: "Ada"}, "active": {Value: true},
	}[path]
	return attribute, ok
}

func TestFilterMatches(t *testing.T) {
	for filter, want := range map[string]bool{
		`userName eq "ada"`: true, `userName ne "ada"`: false, `userName ne null`: true, `userName eq null`: false,
		`userName co "D"`: true, `userName sw "A"`: true, `userName ew "A"`: true, `userName gt "a"`: true, `userName ge "ada"`: true,
		`userName lt "b"`: true, `userName le "ac"`: false, `userName pr`: true, `userName eq 5`: false, `userName eq true`: false,
		`name.givenName eq "ada"`: false, `name.givenName eq "Ada"`: true, `name[givenName eq "Ada"]`: true,
		`active eq true`: true, `active eq "TRUE"`: true, `active eq "x"`: false, `active ne false`: true, `active ne "x"`: false, `active co "t"`: false,
		`username pr`: false, `urn:ietf:params:scim:schemas:core:2.0:User:userName pr`: false,
		`title pr`: false, `not (title pr)`: false, `title pr or active eq true`: true, `title pr and active eq false`: false,
		`not (active eq false)`: true, `active eq false or userName eq "ada" and active eq true`: true,
	} {
		t.Run(filter, func(t *testing.T) {
			g := NewWithT(t)
			parsed, err := scim.ParseFilter(filter)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(parsed.Matches(resource)).To(Equal(want))
		})
	}
}

func TestFilterNamesWhatToLookUp(t *testing.T) {
	for filter, want := range map[string]string{
		`userName eq "a"`: "a", `active eq true and userName eq "b"`: "b", `(userName eq "c") and active eq true`: "c",
		`userName eq "a" or active eq true`: "", `not (userName eq "a")`: "", `userName sw "a"`: "", `userName eq 5`: "",
	} {
		t.Run(filter, func(t *testing.T) {
			g := NewWithT(t)
			parsed, err := scim.ParseFilter(filter)
			g.Expect(err).NotTo(HaveOccurred())
			text, ok := parsed.Equal("userName")
			g.Expect(text).To(Equal(want))
			g.Expect(ok).To(Equal(want != ""))
			g.Expect(parsed.Mentions("userName")).To(BeTrue())
			g.Expect(parsed.Mentions("title")).To(BeFalse())
		})
	}
}

func TestPaths(t *testing.T) {
	for text, want := range map[string]scim.Path{
		"active": {Name: "active"}, "name.givenName": {Name: "name", Sub: "givenName"}, " members ": {Name: "members"},
		`emails[type eq "work"].value`:                   {Name: "emails", Sub: "value", Filtered: true},
		`members[value eq "7"]`:                          {Name: "members", Filtered: true, Value: "7"},
		`members[value eq 7 or value EQ "8"]`:            {Name: "members", Filtered: true, Value: "8"},
		`members[Value eq 7]`:                            {Name: "members", Filtered: true},
		"Active":                                         {Name: "Active"},
		`members[value ne "7" and display eq "x"]`:       {Name: "members", Filtered: true},
		"urn:ietf:params:scim:schemas:core:2.0:User:x.y": {Name: "x", Sub: "y"},
	} {
		t.Run(text, func(t *testing.T) {
			g := NewWithT(t)
			path, err := scim.ParsePath(text)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(path).To(Equal(want))
		})
	}
	for _, text := range []string{"", " ", "a.b.c", "members[", "members[]", "5", "a b", strings.Repeat("a[", 100), strings.Repeat("a", 1<<20)} {
		_, err := scim.ParsePath(text)
		NewWithT(t).Expect(err).To(HaveOccurred(), "%.20s", text)
	}
}

func TestWindows(t *testing.T) {
	g := NewWithT(t)
	list := []int{1, 2, 3, 4, 5}
	for query, want := range map[string][]int{
		"": list, "startIndex=2": {2, 3, 4, 5}, "startIndex=2&count=2": {2, 3}, "startIndex=5": {5}, "startIndex=6": nil, "count=0": {}, "count=9": list,
	} {
		window, err := scim.ReadWindow(rest.ParseQuery(query))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(scim.Page(window, list)).To(Equal(want), query)
	}
}

func TestErrorsInSCIMForm(t *testing.T) {
	g := NewWithT(t)
	g.Expect(scim.AsError(scim.ErrNoToken)).To(BeIdenticalTo(scim.ErrNoToken))
	large := scim.AsError(rest.BodyTooLarge(5))
	g.Expect(large.Status).To(Equal(http.StatusRequestEntityTooLarge))
	g.Expect(large.Header.Get("Connection")).To(Equal("close"))
	g.Expect(scim.AsError(http.ErrNoCookie)).To(BeNil())
	var w rest.Writer
	large.Write(&w)
	g.Expect(string(w.Bytes())).To(Equal(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":413,"detail":"Request body exceeds the limit of 5 bytes."}`))
}

// FuzzFilter: parsing and matching never crash, and never take long.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{`userName eq "a"`, `emails[type eq "work"].value eq "x"`, `not (a pr) and b.c co "d" or e gt 5`, `a[b[c eq 1]]`, `((`, "\x00", `a eq "`, "urn:a:b:c eq true"} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, text string) {
		filter, err := scim.ParseFilter(text)
		if err != nil {
			return
		}
		filter.Matches(resource)
		filter.Equal("userName")
		filter.Mentions("userName")
	})
}

// FuzzPatch: every body is read as operations that make sense, or refused.
func FuzzPatch(f *testing.F) {
	for _, seed := range []string{
		`{"Operations": [{"op": "Add", "path": "members[value eq \"7\"]", "value": [{"value": "7"}]}]}`,
		`{"Operations": [{"op": "replace", "value": {"active": "False", "name.givenName": null}}]}`,
		`{"Operations": [{"op": "remove", "path": "a[b"}]}`, `{"Operations": {}}`, `[]`, `{"Operations": [{"op": "add", "value": {"": 1}}]}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		body, err := pyjson.Decode([]byte(text))
		if err != nil {
			return
		}
		patch, err := scim.ReadPatch(body)
		if err != nil {
			return
		}
		_ = patch.Each(func(o scim.Operation) error {
			if o.Path.Name == "" || (o.Op != scim.Add && o.Op != scim.Remove && o.Op != scim.Replace) {
				t.Fatalf("%s became %+v", text, o)
			}
			return nil
		})
	})
}
