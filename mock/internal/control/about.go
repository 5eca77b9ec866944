package control

import (
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/address"
	"github.com/understudy-dev/understudy/mock/internal/exchange"
	"github.com/understudy-dev/understudy/mock/internal/journal"
	"github.com/understudy-dev/understudy/mock/internal/sandbox"
	"github.com/understudy-dev/understudy/mock/internal/world"
	"github.com/understudy-dev/understudy/spec"
)

// maxAboutRows is how many organizations, users and keys are listed.
const maxAboutRows = 100

// showAbout answers with what a client needs to begin: users and their credentials, and the
// external services that the fake uses.
func (p *Plane) showAbout(s *sandbox.Sandbox, g *gin.Context) {
	view := s.Store.View()
	keys := view.AllKeys()
	g.JSON(http.StatusOK, gin.H{
		"version": p.Version, "sandbox": s.Name(), "revision": s.Revision(), "left_out": listOf(s.LeftOut()), "world": s.Fixture().Name, "seed": s.Seed(), "base_url": exchange.Of(g.Request).Site(g.Request),
		"organizations": aboutOrganizations(view),
		"users":         aboutUsers(view),
		"keys":          aboutKeys(view, keys[:min(len(keys), maxAboutRows)]),
		"outside":       externalServices(s),
		"counts": gin.H{
			"organizations": view.Organizations().Len(), "users": view.Users().Len(), "keys": len(keys), "mail": len(view.Mail()),
			"requests": len(s.Journal.Select(journal.Query{})), "violations": s.Violations.Report().Count,
			"faults": len(s.Faults.List()), "sandboxes": p.Sandboxes.Count(),
		},
	})
}

func aboutOrganizations(view *world.World) []gin.H {
	list := []gin.H{}
	for _, o := range view.Organizations().Page(0, maxAboutRows) {
		list = append(list, gin.H{"id": o.ID, "name": o.Name, "slug": o.Slug})
	}
	return list
}

func aboutUsers(view *world.World) []gin.H {
	list := []gin.H{}
	for _, user := range view.Users().Page(0, maxAboutRows) {
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

// externalServices describes the external services that the server uses.
func externalServices(s *sandbox.Sandbox) []string {
	reached := []string{}
	if s.HandsOnMail() {
		reached = append(reached, "mail is handed on to a mail server")
	}
	if s.HasExternalResolver() {
		reached = append(reached, "domain verification asks real DNS")
	}
	if s.HasExternalUpstream() {
		reached = append(reached, "calls to marketplaces are passed on")
	}
	return reached
}

// documentedSite is the server's address in the OpenAPI documents, an example.
const documentedSite = "http://127.0.0.1:8010"

// showDocument answers with one of the OpenAPI documents: that of the sandbox's revision, or the control plane's. It names this server, with the
// prefix of the sandbox, so that tools that read it can send requests here.
func showDocument(s *sandbox.Sandbox, g *gin.Context) {
	data := spec.ControlOpenAPI()
	if g.FullPath() != address.Control+"/control.yaml" {
		data, _ = spec.OpenAPIOf(s.Revision()) // it is played
	}
	site := exchange.Of(g.Request).Site(g.Request)
	text := strings.Replace(string(data), "url: "+documentedSite, "url: "+site, 1)
	g.Data(http.StatusOK, "application/yaml; charset=utf-8", []byte(text))
}

// versionHeader is the header with the version of the server.
const versionHeader = "Understudy-Version"

// health answers that the fake is ready.
func (p *Plane) health(g *gin.Context) {
	g.Header(versionHeader, p.Version)
	g.JSON(http.StatusOK, gin.H{"status": "ok"})
}
