// Package journal remembers the requests that a sandbox got and what became of
// them, so that people can look at them, search them, follow them and replay them.
//
// A [Journal] takes an [Exchange] for each request, as it was: with keys, cookies
// and passwords. Nothing that the package gives out has them. They are masked when
// an [Entry] is shown, not when it is recorded, so that recording costs next to
// nothing and the price is paid by whoever looks.
//
//	j := journal.New(journal.Limits{})
//	j.Record(journal.Exchange{Method: "GET", URI: "/api/users/@me/", Status: 200})
//	list := j.List(journal.Query{})
//
// What a journal holds is bounded, see [Limits], and what several hold together, see
// [Budget]; the oldest entries make room.
package journal
