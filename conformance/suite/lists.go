package suite

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/onsi/gomega"
	"github.com/tidwall/gjson"
)

// Lists come in pages: of the REST API by a link to the next, of SCIM by a count of all and the
// place of the first row. How many rows a page holds is for the target to say, so lists are read whole.

// IDs are the identifiers of all rows of a list, page by page, as Rows has them.
func (c *Caller) IDs(path string) (ids []string) {
	for _, row := range c.Rows(path) {
		if id := row.Get("id"); id.Exists() {
			ids = append(ids, id.String())
		}
	}
	return ids
}

// Rows are all rows of a list, page by page.
func (c *Caller) Rows(path string) (rows []gjson.Result) {
	for page := range c.pages(path) {
		rows = append(rows, page.Status(http.StatusOK).rows()...)
	}
	return rows
}

// pages are the answers of a list, page by page. It ends the story when the pages do not end: a page
// that was read before follows, or far more rows than the first page counts. Where answers do not
// matter, the pages end there.
func (c *Caller) pages(path string) iter.Seq[*Response] {
	return func(yield func(*Response) bool) {
		end := func(why string) {
			if !c.s.unchecked {
				c.s.fail(why)
			}
		}
		followed, rows, counted := map[string]bool{}, 0, -1
		for next := path; next != ""; {
			if followed[next] {
				end("next leads back to " + next)
				return
			}
			followed[next] = true
			page := c.Get(next)
			if counted < 0 {
				counted = page.total()
			}
			rows += len(page.rows())
			next = page.next(path, rows)
			if next != "" && rows > 2*counted+rowsOfOthers {
				end(fmt.Sprintf("the pages held %d rows and did not end; the first counted %d in all", rows, counted))
				return
			}
			if !yield(page) {
				return
			}
		}
	}
}

// rows are the rows of a page, or of a list without pages.
func (r *Response) rows() []gjson.Result {
	if all := r.value("@this"); all.IsArray() {
		return all.Array()
	}
	for _, name := range []string{"results", "Resources", "keys"} {
		if page := r.value(name); page.IsArray() {
			return page.Array()
		}
	}
	return nil
}

// total is how many rows a page says that there are on all pages.
func (r *Response) total() int {
	return int(max(r.value("count").Int(), r.value("totalResults").Int()))
}

// next is where the page after this one is, of a list at path of which so many rows are read; "" is
// nowhere.
func (r *Response) next(path string, read int) string {
	if !r.value("totalResults").Exists() {
		return r.value("next").String()
	}
	address, err := url.Parse(path)
	if err != nil || r.total() <= read || len(r.rows()) == 0 {
		return ""
	}
	query := address.Query()
	query.Set("startIndex", strconv.Itoa(read+1))
	address.RawQuery = query.Encode()
	return address.String()
}

// mostRows is how many rows of a list are asked for at once. A target may give fewer.
const mostRows = "limit=1000"

// All reads a list whole, whatever query it has, and returns its first page with the rows of all
// pages: a list may have more rows than a page holds. It wants 200, but where answers do not matter.
func (c *Caller) All(path string) *Response {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	var first *Response
	all, read := []json.RawMessage{}, 0
	for page := range c.pages(path + separator + mostRows) {
		if !c.s.unchecked {
			page.Status(http.StatusOK)
		}
		first = cmp.Or(first, page)
		for _, row := range page.value("results").Array() {
			all = append(all, json.RawMessage(row.Raw))
		}
		read++
	}
	if read == 1 {
		return first
	}
	whole := *first.exchange
	whole.ResponseBody = encode(JSON{"count": len(all), "next": nil, "previous": nil, "results": all})
	return &Response{s: c.s, exchange: &whole}
}

// rowsOfOthers is how many rows others may add while a list is walked.
const rowsOfOthers = 500

// onePage is how many rows a first page holds at least, walksAgain how often a list that is longer
// is walked again for a row that was not seen.
const (
	onePage    = 100
	walksAgain = 3
)

// Lists wants a list to hold, or not to hold, a thing. A row that others delete while the pages
// are walked moves one from a later page to an earlier one: what is not seen is looked for again.
func (s *S) Lists(c *Caller, path string, thing Thing, want bool) {
	if want {
		ids := c.IDs(path)
		for range walksAgain {
			if slices.Contains(ids, thing.ID) || len(ids) <= onePage {
				break
			}
			ids = c.IDs(path)
		}
		s.Expect(ids).To(gomega.ContainElement(thing.ID))
		return
	}
	s.Expect(c.IDs(path)).NotTo(gomega.ContainElement(thing.ID))
}
