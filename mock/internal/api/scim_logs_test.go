package api_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

func TestSCIMLogs(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	path := f.Org("domains", f.Known("known.scim.domain_id"), "scim", "logs")
	admin := f.Session("admin")
	link := func(query string) string { return mocktest.Quote("http://fake.test" + path + query) }

	all := admin.Get(path+"?page_size=100").Status(200).Has("next", "null").Has("previous", "null")
	count := int(all.Get("count").Int())
	g.Expect(count).To(BeNumerically(">=", 45), "the default world has enough for three pages")
	g.Expect(all.Keys("results.0")).To(Equal(strings.Fields(`id request_method request_path request_headers request_body
		response_status response_body identity_provider duration_ms created_at`)))
	times := all.Get("results.#.created_at").Array()
	for i := 1; i < len(times); i++ {
		g.Expect(times[i].String() <= times[i-1].String()).To(BeTrue(), "newest first")
	}

	first := admin.Get(path).Status(200).Has("previous", "null").Has("next", link("?page=2"))
	g.Expect(first.Get("results").Array()).To(HaveLen(20))
	admin.Get(path+"?page=2").Has("previous", link("")).Has("next", link("?page=3"))
	admin.Get(path+"?page=3&page_size=5").Has("previous", link("?page=2&page_size=5")).Has("next", link("?page=4&page_size=5"))
	admin.Get(path+"?page=last").Has("next", "null")
	for _, bad := range []string{"0", "-1", "x", "1000", "99999999999999999999999"} {
		admin.Get(path + "?page=" + bad).Missing("Invalid page.")
	}
	for _, bad := range []string{"0", "-3", "x"} {
		g.Expect(admin.Get(path + "?page_size=" + bad).Get("results").Array()).To(HaveLen(20))
	}
	g.Expect(admin.Get(path + "?page_size=1000").Get("results").Array()).To(HaveLen(min(count, 100)))
}

func TestSCIMLogFilters(t *testing.T) {
	g := NewWithT(t)
	f := mocktest.New(t)
	path := f.Org("domains", f.Known("known.scim.domain_id"), "scim", "logs") + "?page_size=100"
	admin := f.Session("admin")
	all := admin.Get(path).Get("results").Array()
	count := func(query string) int { return int(admin.Get(path + query).Status(200).Get("count").Int()) }

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
	admin.Get(path + "&page=2&status_min=400").Missing("Invalid page.")
}

func TestSCIMLogOfAnUnknownDomain(t *testing.T) {
	f := mocktest.New(t)
	f.Session("admin").Get(f.Org("domains", "x", "scim", "logs")).Missing("Not found.")
	id := f.NewDomain("quiet.example.com")
	f.Session("admin").Get(f.Org("domains", id, "scim", "logs")).Bytes(200, `{"count":0,"next":null,"previous":null,"results":[]}`)
}
