package world

import "time"

// SessionAge is how long a session lasts, and how long a browser keeps the cookies; the
// real default.
const SessionAge = 14 * 24 * time.Hour

// Over reports whether a session has ended by its age.
func (s *Session) Over(now time.Time) bool { return !now.Before(s.LoggedInAt.Add(SessionAge)) }
