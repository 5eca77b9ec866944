package fault

import (
	"net/http"
	"strconv"

	"github.com/understudy-dev/understudy/mock/internal/rest"
	"github.com/understudy-dev/understudy/mock/internal/scim"
)

// Answer is a whole response: what a handler gave, or what a fault makes of it.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Render gives a refusal the form of a protocol.
type Render func(*rest.Error) Answer

// RenderAPI renders a refusal in the form of the REST API.
func RenderAPI(e *rest.Error) Answer {
	var out rest.Writer
	e.Write(&out)
	return answer(e.Status, e.Header, "application/json", out.Bytes())
}

// RenderSCIM renders a refusal in the form of SCIM.
func RenderSCIM(e *rest.Error) Answer {
	var out rest.Writer
	refusal := scim.AsError(e)
	refusal.Write(&out)
	return answer(refusal.Status, refusal.Header, "application/scim+json", out.Bytes())
}

func answer(status int, header http.Header, contentType string, body []byte) Answer {
	header = header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Content-Type", contentType)
	return Answer{status, header, body}
}

// refusals are the statuses for which the API has words, and these words.
var refusals = map[int]*rest.Error{
	http.StatusUnauthorized:        rest.ErrNotAuthenticated,
	http.StatusForbidden:           rest.ErrPermission,
	http.StatusNotFound:            rest.ErrNotFound,
	http.StatusTooManyRequests:     rest.Throttled(1),
	http.StatusInternalServerError: rest.ErrServer,
	http.StatusBadGateway:          rest.ErrBadGateway,
	http.StatusServiceUnavailable:  rest.ErrUnavailable,
	http.StatusGatewayTimeout:      rest.ErrGatewayTimeout,
}

// refuse returns the refusal of the fault.
func (f *Fault) refuse(render Render) Answer {
	refusal := refusals[f.Status]
	if f.Status == http.StatusTooManyRequests {
		refusal = rest.Throttled(max(1, f.RetryAfter))
	}
	if refusal == nil {
		refusal = &rest.Error{Status: f.Status}
	}
	answer := render(refusal)
	if f.RetryAfter > 0 {
		answer.Header.Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	if f.Error != nil {
		answer.Body = f.Error
	}
	return answer
}
