package suite

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/conformance/target"
)

// listing serves a list of rows in pages of a size at most, whatever is asked for; rows says which
// there are when so many pages were read.
func listing(size int, rows func(read int) []string) http.HandlerFunc {
	read := 0
	return func(w http.ResponseWriter, r *http.Request) {
		all := rows(read)
		read++
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset")) // "" is 0
		from, to := min(offset, len(all)), min(offset+size, len(all))
		next := "null"
		if to < len(all) {
			next = fmt.Sprintf(`"http://%s%s?offset=%d"`, r.Host, r.URL.Path, to)
		}
		var page []string
		for _, id := range all[from:to] {
			page = append(page, `{"id": "`+id+`"}`)
		}
		answer(w, http.StatusOK, `{"count": %d, "next": %s, "previous": null, "results": [%s]}`, len(all), next, strings.Join(page, ","))
	}
}

func rowNames(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("row-%d", i))
	}
	return names
}

// TestReadsAListWhole: how many rows a page may have is for the target to say.
func TestReadsAListWhole(t *testing.T) {
	for name, size := range map[string]int{"a page holds all": 1000, "a page holds fifty": 50} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			client := newTestClient(t, listing(size, func(int) []string { return rowNames(120) }), target.Limits{})
			result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
				whole := s.Anonymous().Undocumented().All("/api/things/?search=a")
				whole.Has("count", 120).Has("results.#", 120).Has("results.119.id", "row-119").Has("next", nil)
			}}, "test")
			g.Expect(result.Failure + result.Error).To(BeEmpty())
		})
	}
}

// TestReadsAListOfSCIMWhole: the pages of SCIM have no links, they go on by the place of a row.
func TestReadsAListOfSCIMWhole(t *testing.T) {
	g := NewWithT(t)
	client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
		from, _ := strconv.Atoi(r.URL.Query().Get("startIndex")) // "" is 0
		rows := []string{}
		for i := max(from, 1); i <= 120 && len(rows) < 50; i++ {
			rows = append(rows, fmt.Sprintf(`{"id": "%d"}`, i))
		}
		answer(w, http.StatusOK, `{"totalResults": 120, "startIndex": %d, "itemsPerPage": %d, "Resources": [%s]}`, max(from, 1), len(rows), strings.Join(rows, ","))
	}, target.Limits{})
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		ids := s.Anonymous().Undocumented().IDs("/scim/v2/it/Users?count=50")
		s.Expect(ids).To(HaveLen(120))
		s.Expect(ids).To(ContainElements("1", "50", "51", "120"))
	}}, "test")
	g.Expect(result.Failure + result.Error).To(BeEmpty())
}

// TestFindsARowThatMoves: who deletes a row while pages are walked moves another out of sight.
func TestFindsARowThatMoves(t *testing.T) {
	all := rowNames(250)
	for name, c := range map[string]struct {
		rows  func(read int) []string
		found bool
	}{
		"moved while the pages were walked": {func(read int) []string {
			if read == 0 {
				return all
			}
			return all[1:] // the first of the second page is now the last of the first
		}, true},
		"not there": {func(int) []string { return append(append([]string{}, all[:100]...), all[101:]...) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			client := newTestClient(t, listing(100, c.rows), target.Limits{})
			result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
				s.Lists(s.Anonymous().Undocumented(), "/api/things/", Thing{ID: "row-100"}, true)
			}}, "test")
			g.Expect(result.Error).To(BeEmpty())
			g.Expect(result.Failure == "").To(Equal(c.found), result.Failure)
		})
	}
}

// TestWaitsForTheNextMoment: as long as the digits of the target say, however it writes the zone.
func TestWaitsForTheNextMoment(t *testing.T) {
	for written, want := range map[string]time.Duration{
		"2026-11-30T12:00:00Z":             time.Second + time.Millisecond,
		"2026-11-30T12:00:00+00:00":        time.Second + time.Millisecond,
		"2026-11-30T12:00:00.123Z":         2 * time.Millisecond,
		"2026-11-30T12:00:00.123+00:00":    2 * time.Millisecond,
		"2026-11-30T12:00:00.123456+00:00": time.Microsecond + time.Millisecond,
	} {
		client := newTestClient(t, func(http.ResponseWriter, *http.Request) {}, target.Limits{})
		var waited time.Duration
		client.wait = func(_ context.Context, d time.Duration) error { waited = d; return nil }
		Play(t.Context(), client, &Scenario{Run: func(s *S) { s.NextMoment(written) }}, "test")
		NewWithT(t).Expect(waited).To(Equal(want), written)
	}
}

// TestSaysWhyAStoryIsToldAgain: an answer that an outage gives too is no outage yet.
func TestSaysWhyAStoryIsToldAgain(t *testing.T) {
	g := NewWithT(t)
	client := newTestClient(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusUnauthorized, `{}`) }, target.Limits{})
	client.wait = func(context.Context, time.Duration) error { return nil }
	result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
		s.Expect(s.Anonymous().Undocumented().Get("/api/organizations/").Header("WWW-Authenticate")).NotTo(BeEmpty())
	}}, "test")
	g.Expect(result.Failure).NotTo(BeEmpty())
	g.Expect(result.RetriedFor).NotTo(BeEmpty())
	for why := range result.RetriedFor {
		g.Expect(why).To(ContainSubstring("an answer that an outage gives as well"))
	}
}

// TestWaitsForListsThatAreLate: lists may be read from a copy that follows a little later. What never
// comes is missing all the same.
func TestWaitsForListsThatAreLate(t *testing.T) {
	for name, c := range map[string]struct {
		late   time.Duration
		passes bool
	}{
		"at once":                        {0, true},
		"after three tenths of a second": {300 * time.Millisecond, true},
		"never":                          {time.Hour, false},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			var now atomic.Int64 // only waiting takes time
			made := map[string]int64{}
			client := newTestClient(t, func(w http.ResponseWriter, r *http.Request) {
				switch r.Method {
				case http.MethodPost:
					id := fmt.Sprintf("%08d-0000-4000-8000-000000000000", len(made))
					made[id] = now.Load()
					answer(w, http.StatusCreated, `{"id": %q, "domain": "a.example.com"}`, id)
				case http.MethodDelete:
					w.WriteHeader(http.StatusNoContent)
				default:
					var rows []string
					for id, at := range made {
						if now.Load()-at >= int64(c.late) {
							rows = append(rows, fmt.Sprintf(`{"id": %q}`, id))
						}
					}
					answer(w, http.StatusOK, `{"count": %d, "next": null, "previous": null, "results": [%s]}`, len(rows), strings.Join(rows, ","))
				}
			}, target.Limits{})
			client.wait = func(_ context.Context, d time.Duration) error { now.Add(int64(d)); return nil }
			result := Play(t.Context(), client, &Scenario{Run: func(s *S) {
				admin := s.Admin().Undocumented()
				domain := s.Made(Domains, admin.Post(s.Org(Domains), JSON{"domain": s.Domain()}))
				s.Lists(admin, s.Org(Domains), domain, true)
			}}, "test")
			g.Expect(result.Error).To(BeEmpty())
			g.Expect(result.Failure == "").To(Equal(c.passes), result.Failure)
			g.Expect(result.RetriedFor[lateAgain]).To(Equal(map[bool]int{true: 1, false: 0}[c.late > 0 && c.passes]))
			g.Expect(result.Leftovers).To(BeEmpty())
		})
	}
}
