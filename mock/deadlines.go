package mock

import (
	"net/http"
	"time"
)

// withoutDeadlines lets an answer take as long as it takes: a stream goes on after
// the time-outs of the server that it came through.
func withoutDeadlines(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // where there is no connection there is no deadline
	_ = control.SetWriteDeadline(time.Time{})
}
