package mock

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/understudy-dev/understudy/mock/internal/world"
)

// txtRecord is how the control plane shows the TXT records under a name.
type txtRecord struct {
	Name   string   `json:"name"`
	Values txtTexts `json:"values"`
}

// txtTexts reads a list of texts, or a single one.
type txtTexts []string

func (t *txtTexts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = txtTexts{one}
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		return fmt.Errorf("values: want a list of texts: %w", err)
	}
	*t = list
	return nil
}

func (b *Sandbox) listTXT(g *gin.Context) {
	records := []txtRecord{}
	for _, r := range b.store.View().AllTXT() {
		records = append(records, txtRecord{r.Name, r.Values})
	}
	g.JSON(http.StatusOK, gin.H{"records": records})
}

func (b *Sandbox) showTXT(g *gin.Context) {
	record, ok := b.store.View().TXT(g.Param("name"))
	if !ok {
		controlError(g, http.StatusNotFound, "no_such_record", "There are no TXT records under "+g.Param("name")+".")
		return
	}
	g.JSON(http.StatusOK, txtRecord{record.Name, record.Values})
}

// putTXT replaces the records under a name: {"values": ["…"]}.
func (b *Sandbox) putTXT(g *gin.Context) {
	var body struct {
		Name   string   `json:"name"`
		Values txtTexts `json:"values"`
	}
	if !b.core.controlBody(g, &body) {
		return
	}
	if len(body.Values) == 0 {
		controlError(g, http.StatusBadRequest, "invalid_body", `Name at least one text in "values", or DELETE the name.`)
		return
	}
	if b.core.config.resolver != nil {
		controlError(g, http.StatusConflict, "other_resolver",
			"Domain verification of this server does not ask the world; publish the record where it asks, or start it without --dns.")
		return
	}
	if strings.ContainsRune(g.Param("name"), 0) {
		controlError(g, http.StatusBadRequest, "invalid_name", "The name in the path contains a null character: remove it.")
		return
	}
	b.PublishTXT(g.Param("name"), body.Values...)
	b.showTXT(g)
}

func (b *Sandbox) deleteTXT(g *gin.Context) {
	b.RemoveTXT(g.Param("name"))
	g.Status(http.StatusNoContent)
}

// PublishTXT replaces the TXT records that domain verification finds under a
// name. It has no effect on a resolver given by [WithResolver].
func (b *Sandbox) PublishTXT(name string, values ...string) {
	_ = b.store.Update(func(tx *world.Tx) error {
		tx.PutTXT(&world.TXTRecord{Name: name, Values: values})
		return nil
	})
}

// RemoveTXT removes the TXT records under a name.
func (b *Sandbox) RemoveTXT(name string) {
	_ = b.store.Update(func(tx *world.Tx) error {
		tx.DeleteTXT(name)
		return nil
	})
}
