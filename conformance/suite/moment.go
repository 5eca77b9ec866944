package suite

import (
	"net/http"
	"regexp"
	"time"

	"github.com/onsi/gomega"
)

// machinesApart is how far the clock of the machine that writes a time may be from that of the
// one that dates answers.
const machinesApart = 30 * time.Second

// Lapse lets time pass; no control plane sets a clock by it.
func (s *S) Lapse(d time.Duration) {
	if err := s.client.wait(s.ctx, d); err != nil {
		s.giveUp(err.Error())
	}
}

// IsNow wants the time at a path to be that of the request, by the target's own clock: neither
// before it nor ahead. Where nothing tells that clock, nothing is wanted.
func (r *Response) IsNow(path string) *Response {
	from, until, told := r.toldTimes()
	if !told {
		return r
	}
	defer r.judge()()
	at := r.value(path).Time()
	r.s.Expect(at).To(gomega.And(gomega.BeTemporally(">=", from.Add(-machinesApart)), gomega.BeTemporally("<=", until.Add(machinesApart))), path)
	r.notePaths(path)
	return r
}

// ToldAt is the target's time when it answered; not known where it tells none.
func (r *Response) ToldAt() (at time.Time, known bool) {
	_, at, known = r.toldTimes()
	return at, known
}

// toldTimes are the target's times between which it had the request: by the fake's clock where there
// is a control plane, which is read later, else by the date of the answer, in whole seconds.
func (r *Response) toldTimes() (from, until time.Time, told bool) {
	if r.s.Target().Control != "" {
		until = r.s.Now()
		return until.Add(-r.s.client.now().Sub(r.exchange.sentAt)), until, true
	}
	until, err := http.ParseTime(r.Header("Date"))
	return until.Add(-r.exchange.Duration - time.Second), until, err == nil
}

// NextMoment waits until the target would write another time than one that it wrote:
// how long that takes follows from the digits behind its seconds.
func (s *S) NextMoment(written string) {
	s.Lapse(Precision(written) + time.Millisecond)
}

// Precision is how far apart two moments must be to be written otherwise, by the digits of one.
func Precision(written string) time.Duration {
	step := time.Second
	for range len(fraction.FindString(written)) - 1 {
		step /= 10
	}
	return step
}

// fraction is what stands behind the seconds of a moment, whatever follows.
var fraction = regexp.MustCompile(`\.\d+`)

// Now is the target's time: the fake's clock where there is a control plane,
// else the date of an answer.
func (s *S) Now() time.Time {
	if s.Target().Control != "" {
		return s.Anonymous().Get(s.Target().Control + "/clock").Status(http.StatusOK).Get("now").Time()
	}
	at, err := http.ParseTime(s.Anonymous().Get("/api/organizations/").Header("Date"))
	if err != nil {
		s.giveUp("the target's answers have no date")
	}
	return at
}
