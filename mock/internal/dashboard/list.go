package dashboard

import (
	"net/url"
	"strconv"
)

// listPage is how many lines of a long list are shown at once.
const listPage = 100

// list is a part of a list of the control plane.
type list[T any] struct {
	Count   int // of the whole list
	Results []T
	name    string // of the list on its page; "" when it is the only one
	offset  int
}

// readList reads the part of a list that the reader has got to: a page with several
// lists turns one of them at a time.
func readList[T any](v *visit, path, name string) (*list[T], error) {
	l := &list[T]{name: name}
	if v.value("list") == name {
		l.offset, _ = strconv.Atoi(v.value("offset")) // else the beginning
		l.offset = max(l.offset, 0)
	}
	err := v.get(path+"?limit="+strconv.Itoa(listPage)+"&offset="+strconv.Itoa(l.offset), l)
	return l, err
}

// First and Last number the lines that are shown, from 1.
func (l *list[T]) First() int { return l.offset + 1 }

// Last see First.
func (l *list[T]) Last() int { return l.offset + len(l.Results) }

// Long tells whether the list has more than is shown.
func (l *list[T]) Long() bool { return l.Count > len(l.Results) }

// Before is the query of the part before, "" if there is none.
func (l *list[T]) Before() string {
	if l.offset == 0 {
		return ""
	}
	return l.at(max(l.offset-listPage, 0))
}

// After is the query of the part that follows, "" if there is none.
func (l *list[T]) After() string {
	if l.Last() >= l.Count {
		return ""
	}
	return l.at(l.offset + listPage)
}

func (l *list[T]) at(offset int) string {
	query := url.Values{"offset": {strconv.Itoa(offset)}}
	fragment := ""
	if l.name != "" {
		query.Set("list", l.name)
		fragment = "#" + l.name
	}
	return "?" + query.Encode() + fragment
}
