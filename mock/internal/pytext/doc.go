// Package pytext gives the text forms that Python and Django give: what str()
// and repr() print, what int() and EmailValidator accept, how a query string is
// read and written.
package pytext
