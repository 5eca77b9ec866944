package coverage

import (
	"fmt"
	"slices"
)

// Share is how much of what the document says of one kind was covered.
type Share struct {
	Covered int      `json:"covered"`
	Total   int      `json:"total"`
	Missing []string `json:"missing,omitempty"` // in no order but that of their names
}

// String is how many of all, "" where the document has none.
func (s Share) String() string {
	if s.Total == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Covered, s.Total)
}

// Row is the coverage of one operation. Kinds of which the document says nothing are
// not in it.
type Row struct {
	Operation string         `json:"operation"`
	Kinds     map[Kind]Share `json:"kinds"`
}

// Table compares what was covered with what is documented. Operations come in the
// order of their names.
func Table(documented, covered Set) []Row {
	rows := make([]Row, 0, len(documented))
	for operation := range documented {
		row := Row{Operation: operation, Kinds: map[Kind]Share{}}
		for _, kind := range Kinds {
			names := documented.Names(operation, kind)
			if names == nil {
				continue
			}
			share := Share{Total: len(names)}
			for _, name := range names {
				if covered[operation][Point{kind, name}] {
					share.Covered++
				} else {
					share.Missing = append(share.Missing, name)
				}
			}
			row.Kinds[kind] = share
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b Row) int {
		if a.Operation < b.Operation {
			return -1
		}
		return 1
	})
	return rows
}

// Sum adds up the rows.
func Sum(rows []Row) map[Kind]Share {
	sum := map[Kind]Share{}
	for _, row := range rows {
		for kind, share := range row.Kinds {
			sum[kind] = Share{Covered: sum[kind].Covered + share.Covered, Total: sum[kind].Total + share.Total}
		}
	}
	return sum
}
