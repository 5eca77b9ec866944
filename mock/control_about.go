package mock

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/world"
)

// aboutPeople is how many users and keys are listed: those that a reader starts with.
const aboutPeople = 100

// showAbout answers with what a client needs to begin: who there is, what they sign
// in with, and what the fake reaches beside itself.
func (b *Sandbox) showAbout(g *gin.Context) {
	view := b.store.View()
	keys := view.AllKeys()
	g.JSON(http.StatusOK, gin.H{
		"version": Version(), "sandbox": b.name, "world": b.fixture().Name, "seed": b.seed, "base_url": exchangeOf(g.Request).site(g.Request),
		"organizations": aboutOrganizations(view),
		"users":         aboutUsers(view),
		"keys":          aboutKeys(view, keys[:min(len(keys), aboutPeople)]),
		"outside":       b.core.outside(),
		"counts": gin.H{
			"organizations": view.Organizations().Len(), "users": view.Users().Len(), "keys": len(keys), "mail": len(view.Mail()),
			"requests": len(b.journal.Select(journal.Query{})), "violations": b.violations.Report().Count,
			"faults": len(b.faults.List()), "sandboxes": len(b.core.all()),
		},
	})
}

func aboutOrganizations(view *world.World) []gin.H {
	list := []gin.H{}
	for _, o := range view.Organizations().Page(0, aboutPeople) {
		list = append(list, gin.H{"id": o.ID, "name": o.Name, "slug": o.Slug})
	}
	return list
}

func aboutUsers(view *world.World) []gin.H {
	list := []gin.H{}
	for _, user := range view.Users().Page(0, aboutPeople) {
		memberships := []gin.H{}
		for _, m := range view.MembershipsOf(user.ID) {
			if o, ok := view.Organization(m.Organization); ok {
				memberships = append(memberships, gin.H{"organization": o.Name, "slug": o.Slug, "level": m.Level})
			}
		}
		list = append(list, gin.H{
			"email": user.Email, "password": user.Password, "first_name": user.FirstName, "last_name": user.LastName,
			"memberships": memberships,
		})
	}
	return list
}

func aboutKeys(view *world.World, keys []*world.Key) []gin.H {
	list := []gin.H{}
	for _, key := range keys {
		email := ""
		if user, ok := view.User(key.User); ok {
			email = user.Email
		}
		list = append(list, gin.H{"id": key.ID, "label": key.Label, "value": key.Value, "user": email, "scopes": key.Scopes})
	}
	return list
}

// outside says what the server reaches beside itself.
func (k *core) outside() []string {
	reached := []string{}
	if k.config.mailer != nil {
		reached = append(reached, "mail is handed on to a mail server")
	}
	if k.config.resolver != nil {
		reached = append(reached, "domain verification asks real DNS")
	}
	if k.config.upstream != nil {
		reached = append(reached, "calls to marketplaces are passed on")
	}
	return reached
}
