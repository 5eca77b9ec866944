package suite

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-dev/understudy/spec"
)

// NewContractBetween is the contract of a deployment that lies between two revisions, of
// which the first is played: answers may be as either has them. shown are the properties
// that rows of a schema showed.
func NewContractBetween(baseURL string, played, other spec.Revision, shown map[string][]string) (*Contract, error) {
	document, err := spec.Between(played, other, shown)
	if err != nil {
		return nil, err
	}
	lenient, err := spec.Between(played, other, shown)
	if err != nil {
		return nil, err
	}
	c, err := newContract(baseURL, document, demandOnlyPromised(lenient))
	if err != nil {
		return nil, err
	}
	whole, err := spec.LoadRevision(played)
	if err != nil {
		return nil, err
	}
	c.absent = map[string][]string{}
	for name, properties := range shown {
		schema, _ := whole.Schema(name)
		for _, property := range schema.Properties {
			if !slices.Contains(properties, property.Name) {
				c.absent[name] = append(c.absent[name], property.Name)
			}
		}
	}
	return c, nil
}

// missed says what of the played revision a story asked for that a target between two
// revisions does not have, "" if nothing: a property that it sent, a path that it called.
func (s *S) missed() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.contract.absent == nil {
		return ""
	}
	for _, e := range s.exchanges {
		if missed := s.contract.missedBy(e); missed != "" {
			return missed
		}
	}
	return ""
}

func (c *Contract) missedBy(e *Exchange) string {
	operation, ok := c.document.Operation(e.Operation)
	if !ok {
		return ""
	}
	if isUnknownPath(e) {
		return operation.String()
	}
	sent, _ := e.decodedBody().(map[string]any)
	schema := strings.TrimPrefix(operation.Request, "Patched")
	for _, property := range c.absent[schema] {
		if _, ok := sent[property]; ok {
			return fmt.Sprintf("%s.%s", schema, property)
		}
	}
	return ""
}
