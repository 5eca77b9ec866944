package mock_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
)

func TestSCIMLogs(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	path := f.org("domains", f.known("known.scim.domain_id"), "scim", "logs")
	admin := f.session("admin")
	link := func(query string) string { return quote("http://fake.test" + path + query) }

	all := admin.get(path+"?page_size=100").status(200).has("next", "null").has("previous", "null")
	count := int(all.get("count").Int())
	g.Expect(count).To(BeNumerically(">=", 45), "the default world has enough for three pages")
	g.Expect(all.keys("results.0")).To(Equal(strings.Fields(`id request_method request_path request_headers request_body
		response_status response_body identity_provider duration_ms created_at`)))
	times := all.get("results.#.created_at").Array()
	for i := 1; i < len(times); i++ {
		g.Expect(times[i].String() <= times[i-1].String()).To(BeTrue(), "newest first")
	}

	first := admin.get(path).status(200).has("previous", "null").has("next", link("?page=2"))
	g.Expect(first.get("results").Array()).To(HaveLen(20))
	admin.get(path+"?page=2").has("previous", link("")).has("next", link("?page=3"))
	admin.get(path+"?page=3&page_size=5").has("previous", link("?page=2&page_size=5")).has("next", link("?page=4&page_size=5"))
	admin.get(path+"?page=last").has("next", "null")
	for _, bad := range []string{"0", "-1", "x", "1000", "99999999999999999999999"} {
		admin.get(path + "?page=" + bad).missing("Invalid page.")
	}
	for _, bad := range []string{"0", "-3", "x"} {
		g.Expect(admin.get(path + "?page_size=" + bad).get("results").Array()).To(HaveLen(20))
	}
	g.Expect(admin.get(path + "?page_size=1000").get("results").Array()).To(HaveLen(min(count, 100)))
}

func TestSCIMLogFilters(t *testing.T) {
	g := NewWithT(t)
	f := newFake(t)
	path := f.org("domains", f.known("known.scim.domain_id"), "scim", "logs") + "?page_size=100"
	admin := f.session("admin")
	all := admin.get(path).get("results").Array()
	count := func(query string) int { return int(admin.get(path + query).status(200).get("count").Int()) }

	failures := 0
	for _, row := range all {
		if row.Get("response_status").Int() >= 400 {
			failures++
		}
	}
	g.Expect(failures).To(And(BeNumerically(">", 0), BeNumerically("<", len(all))))
	g.Expect(count("&status_min=400")).To(Equal(failures))
	g.Expect(count("&status_max=399")).To(Equal(len(all) - failures))
	g.Expect(count("&status_max=399.5")).To(Equal(len(all) - failures))
	g.Expect(count("&status_min=400&status_max=399")).To(BeZero())
	g.Expect(count("&status_min=x&status_max=&after=yesterday&search=")).To(Equal(len(all)), "what cannot be read filters nothing")

	middle := all[len(all)/2].Get("created_at").String()
	g.Expect(count("&after=" + middle)).To(BeNumerically(">=", len(all)/2))
	g.Expect(count("&after="+middle)+count("&before="+middle)).To(BeNumerically(">", len(all)), "both ends are included")
	g.Expect(count("&search=no+such+text")).To(BeZero())
	g.Expect(count("&search=%2FUSERS")).To(BeNumerically(">", 0), "the path, whatever its case")
	admin.get(path + "&page=2&status_min=400").missing("Invalid page.")
}

func TestSCIMLogOfAnUnknownDomain(t *testing.T) {
	f := newFake(t)
	f.session("admin").get(f.org("domains", "x", "scim", "logs")).missing("Not found.")
	id := f.newDomain("quiet.example.com")
	f.session("admin").get(f.org("domains", id, "scim", "logs")).bytes(200, `{"count":0,"next":null,"previous":null,"results":[]}`)
}
