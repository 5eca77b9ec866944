package scimserver

import (
	"strconv"
	"strings"
	"sync"

	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// Defects that are planted at every operation of the SCIM server.

// everywhereMutants are the defects that all operations can have.
func everywhereMutants() (rows []mutantRow) {
	document, err := spec.LoadRevision(spec.DefaultRevision)
	if err != nil {
		return nil // without it there is no fake
	}
	for _, o := range document.Operations() {
		if o.IsSCIM() {
			rows = append(rows, mutantRow{
				"scim.takes_ended_tokens." + o.ID, o.ID + ": a token that is over opens it.", "scim.auth.everywhere_ended", takeEndedTokens(o),
			})
		}
		if o.IsSCIM() && strings.HasSuffix(o.Path, "/{id}") {
			rows = append(rows, mutantRow{
				"scim.reaches_others." + o.ID, o.ID + ": what belongs to another organization is reached.", "scim.auth.everywhere_foreign", before(o.ID, (*call).goWhereItIs),
			})
		}
	}
	return rows
}

// goWhereItIs makes the organization of the thing of the path the one that the request is for.
func (c *call) goWhereItIs() {
	owner := ""
	if role, ok := c.tx.RoleByID(c.param("id")); ok {
		owner = role.Organization
	} else if number, err := strconv.Atoi(c.param("id")); err == nil {
		for _, m := range c.tx.MembershipsOf(number) {
			owner = m.Organization
		}
	}
	if o, ok := c.tx.Organization(owner); ok {
		c.organization = o
	}
}

// takeEndedTokens has an operation go on taking tokens that were right once.
func takeEndedTokens(o *spec.Operation) defect {
	return func(t *Tables) {
		var known sync.Map                     // of this server
		own, has := t.Document.Operation(o.ID) // whose path may be another
		if !t.Aim(has) {
			return
		}
		aroundAuthenticate(func(c *call, tx *world.Tx, next func(*call, *world.Tx) error) error {
			token := c.segment() + " " + strings.TrimPrefix(c.request.Header.Get("Authorization"), "Bearer ")
			err := next(c, tx)
			if err == nil {
				known.Store(token, c.provisioner)
				return nil
			}
			old, was := known.Load(token)
			if p, ok := old.(*provisioner); was && ok && c.resource.path == own.Path && c.request.Method == own.Method {
				c.letIn(p)
				return nil
			}
			return err
		})(t)
	}
}
