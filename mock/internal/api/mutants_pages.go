package api

import (
	"bytes"
	"encoding/json"
	"strconv"
	"sync"

	"github.com/understudy-dev/understudy/mock/internal/rest"
)

// lastVersion keeps rows as they were, by their ids.
type lastVersion = sync.Map

// rowsAsked makes a list cut out another page than was asked for. The links stay.
func rowsAsked(id string, change func(limit, offset int) (int, int)) defect {
	return around(id, func(c *call, next action) (int, error) {
		asked, window := c.query, c.query.Window()
		limit, offset := change(window.Limit, window.Offset)
		if limit == window.Limit && offset == window.Offset {
			return next(c)
		}
		var usual rest.Writer
		c.out, usual = usual, c.out
		if _, err := next(c); err != nil {
			return 0, err
		}
		var page struct{ Count, Next, Previous json.RawMessage }
		_ = json.Unmarshal(c.out.Bytes(), &page) // it was written just now
		c.query = rest.ParseQuery("limit=" + strconv.Itoa(limit) + "&offset=" + strconv.Itoa(offset))
		c.out = usual
		if _, err := next(c); err != nil {
			return 0, err
		}
		c.query = asked
		var other struct{ Results json.RawMessage }
		_ = json.Unmarshal(c.out.Bytes(), &other)
		results := bytes.Clone(other.Results)
		c.out.Reset()
		c.out.Object()
		c.out.Key("count").Raw(page.Count)
		c.out.Key("next").Raw(page.Next)
		c.out.Key("previous").Raw(page.Previous)
		c.out.Key("results").Raw(results)
		c.out.End()
		return 200, nil
	})
}

// askedMore gives one row more than was asked for.
func askedMore(id string) defect {
	return rowsAsked(id, func(limit, offset int) (int, int) { return limit + 1, offset })
}

// askedEarlier begins every page but the first a row too early.
func askedEarlier(id string) defect {
	return rowsAsked(id, func(limit, offset int) (int, int) { return limit, max(0, offset-1) })
}

// refuseLimit refuses a limit that is no positive number.
func refuseLimit(id string) defect {
	return around(id, func(c *call, next action) (int, error) {
		if text, ok := c.query.Get("limit"); ok {
			if n, err := strconv.Atoi(text); err != nil || n < 1 {
				return 0, rest.InvalidInput("Invalid limit.").On("limit")
			}
		}
		return next(c)
	})
}

// refuseBeyond refuses an offset past the end.
func refuseBeyond(id string) defect {
	return around(id, func(c *call, next action) (int, error) {
		if c.query.Window().Offset >= 1000 {
			return 0, rest.NotFound("Invalid page.")
		}
		return next(c)
	})
}

// firstText is the first text under a key of a JSON object, as it was sent.
func firstText(data []byte, key string) (string, bool) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	for {
		token, err := decoder.Token()
		if err != nil {
			return "", false
		}
		if token == key {
			text, err := decoder.Token()
			first, ok := text.(string)
			return first, ok && err == nil
		}
	}
}
