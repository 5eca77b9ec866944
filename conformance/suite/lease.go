package suite

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Runs of other machines see no lock of this one. What they see is the target: so whoever
// changes known things leaves a lease there, a domain whose name says until when. A run that
// finds one of another run waits. A run that made its own looks again, and takes it back if
// another is there too: of two, the one that came later sees the other. One that is over is
// ignored, as that of a run that was killed; its journal has it.

const (
	// leaseLasts is longer than any story has known things.
	leaseLasts = 10 * time.Minute
	// askForLease is how often a run looks whether another is done, plus up to as much again so
	// that two do not keep in step.
	askForLease = time.Second
)

// leaseName matches the name of a domain that is a lease, with the run that has it and its end
// in seconds.
var leaseName = regexp.MustCompile(`(?i)^us-([a-z0-9]+)-\d+-known-things-until-(\d+)\.`)

// leaseKnownThings waits until no other run changes known things of the target, and says there
// that this one does. A target on which no domain can be made is not shared with care: the run
// goes on, and says so.
func (s *S) leaseKnownThings() {
	if s.Target().Control != "" {
		return // a fake, which its sandboxes keep apart
	}
	told := false
	for {
		aside := s.aside()
		switch other, err := aside.tryLease(); {
		case s.ctx.Err() != nil:
			aside.cleanUp()
			s.giveUp("the run was told to stop while another changed known things of the target")
		case err != "":
			aside.cleanUp()
			s.client.notify("runs of other machines are not kept off known things of the target: %s", err)
			return
		case other == "":
			s.Cleanup("lease of known things", func(cleaner *S) *Response {
				if left := aside.cleanUp(); len(left) > 0 {
					cleaner.fail(strings.Join(left, "; "))
				}
				return nil
			})
			return
		case !told:
			s.client.notify("run %s, on another machine, changes known things of the target; waiting for it", other)
			told = true
		}
		aside.cleanUp()
		_ = s.client.wait(s.ctx, askForLease+rand.N(askForLease))
	}
}

// tryLease makes a lease unless another run has one, and names that run. err says why none can
// be made.
func (s *S) tryLease() (other, err string) {
	now := s.client.targetTime(s.ctx)
	if now.IsZero() {
		now = s.client.now()
	}
	err = s.Try(func(s *S) {
		if other = s.leased(now); other != "" {
			return
		}
		name := fmt.Sprintf("%s-known-things-until-%d.example.com", s.Name(), now.Add(leaseLasts).Unix())
		if made := s.Admin().Post(s.Org(Domains), JSON{"domain": name}); made.code() != http.StatusCreated {
			s.fail(fmt.Sprintf("a domain to say so by cannot be made: status %d", made.code()))
		}
		other = s.leased(now)
	})
	return other, err
}

// leased returns another run that has a lease, "" if none has.
func (s *S) leased(now time.Time) string {
	for _, name := range s.Admin().All(s.Org(Domains)).value("results.#.domain").Array() {
		m := leaseName.FindStringSubmatch(name.String())
		if len(m) < 3 || strings.EqualFold(m[1], s.runLabel) {
			continue
		}
		if until, err := strconv.ParseInt(m[2], 10, 64); err == nil && now.Unix() < until {
			return m[1]
		}
	}
	return ""
}
