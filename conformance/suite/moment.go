package suite

import (
	"net/http"
	"time"

	"github.com/onsi/gomega"
)

// machinesApart is how far the clock of the machine that writes a time may be from that of the
// one that dates answers.
const machinesApart = 30 * time.Second

// Lapse lets time pass, where there is no control plane to set a clock by.
func (s *S) Lapse(d time.Duration) {
	if err := s.client.wait(s.ctx, d); err != nil {
		s.giveUp(err.Error())
	}
}

// IsNow wants the time at a path to be that of the request, by the target's own clock: neither
// before it nor ahead. Where nothing tells that clock, nothing is wanted.
func (r *Response) IsNow(path string) *Response {
	now, told := r.toldTime()
	if !told {
		return r
	}
	defer r.judge()()
	at := r.value(path).Time()
	began := now.Add(-r.exchange.Duration - time.Second) // dates of answers are whole seconds
	r.s.Expect(at).To(gomega.And(gomega.BeTemporally(">=", began.Add(-machinesApart)), gomega.BeTemporally("<=", now.Add(machinesApart))), path)
	r.notePaths(path)
	return r
}

// toldTime is the target's time when it answered: the fake's clock where there is a control plane,
// else the date of the answer.
func (r *Response) toldTime() (now time.Time, told bool) {
	if r.s.Target().Control != "" {
		return r.s.Now(), true
	}
	now, err := http.ParseTime(r.Header("Date"))
	return now, err == nil
}
