package conformance

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-dev/understudy/conformance/journal"
	"github.com/understudy-dev/understudy/conformance/suite"
)

// Connection says how a run reaches its target and what it writes down. The zero
// value is what most need.
type Connection struct {
	// Timeout bounds each request; 0 is 30 seconds.
	Timeout time.Duration
	// CAFile holds certificates to trust as well as the system's; "" is none.
	CAFile string
	// Journal is the file that keeps what the run creates, see package journal; "" is
	// none.
	Journal string
}

// client makes the client of a run. close ends its journal too.
func (c Connection) client(t *Target, label string) (client *suite.Client, done func(), err error) {
	options := []suite.ClientOption{suite.WithTimeout(c.Timeout), suite.WithCAFile(c.CAFile)}
	var j *journal.Journal
	if c.Journal != "" {
		if j, err = journal.Open(c.Journal, label, JournalTarget(t)); err != nil {
			return nil, nil, err
		}
		options = append(options, suite.WithJournal(j))
	}
	if client, err = suite.NewClient(t, options...); err != nil {
		return nil, nil, errors.Join(err, j.Close())
	}
	return client, func() { client.Close(); _ = j.Close() }, nil
}

// Shard is one part of a run that is split over several: part I, from 1, of N. The
// zero value is all. To which a scenario belongs depends on its id alone.
type Shard struct{ I, N int }

// ParseShard reads "2/3"; "" is all.
func ParseShard(text string) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	first, second, _ := strings.Cut(text, "/")
	i, err := strconv.Atoi(first)
	n, wrong := strconv.Atoi(second)
	if err != nil || wrong != nil || i < 1 || n < i {
		return Shard{}, fmt.Errorf("--shard %q: want the part and how many there are, such as 2/3", text)
	}
	return Shard{i, n}, nil
}

// String is the shard as [ParseShard] reads it.
func (s Shard) String() string {
	if s.N == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.I, s.N)
}

// has tells whether a scenario belongs to the shard.
func (s Shard) has(id string) bool {
	if s.N == 0 {
		return true
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(id)) // never fails
	return int(hash.Sum32()%uint32(s.N)) == s.I-1
}
