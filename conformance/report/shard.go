package report

import (
	"fmt"
	"strconv"
	"strings"
)

// missingShards names the shards that the parts of a run lack to be whole. It fails when a shard
// is there twice, or when the parts were not cut alike.
func missingShards(parts []*Report) (missing []string, err error) {
	of, from := 0, map[int]int{} // how many there are, and which log has one
	for i, part := range parts {
		if part.Shard == "" {
			continue
		}
		for shard := range strings.SplitSeq(part.Shard, "+") {
			index, total, ok := ParseShard(shard)
			switch first, twice := from[index]; {
			case !ok:
				return nil, fmt.Errorf("log %d: %q is no shard such as 1/3", i+1, shard)
			case of != 0 && of != total:
				return nil, fmt.Errorf("log %d is shard %s of a run that was cut in %d", i+1, shard, of)
			case twice:
				return nil, fmt.Errorf("shard %s is given twice: logs %d and %d", shard, first, i+1)
			}
			of, from[index] = total, i+1
		}
	}
	for index := 1; index <= of; index++ {
		if from[index] == 0 {
			missing = append(missing, fmt.Sprintf("%d/%d", index, of))
		}
	}
	return missing, nil
}

// ParseShard reads a shard such as 1/3: the part, from 1, and how many there are.
func ParseShard(text string) (index, total int, ok bool) {
	first, second, _ := strings.Cut(text, "/")
	index, err := strconv.Atoi(first)
	total, wrong := strconv.Atoi(second)
	return index, total, err == nil && wrong == nil && index >= 1 && index <= total
}
