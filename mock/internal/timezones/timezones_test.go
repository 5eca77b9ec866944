package timezones_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock/internal/timezones"
)

func TestKnown(t *testing.T) {
	for name, known := range map[string]bool{
		"UTC": true, "Europe/Berlin": true, "America/Argentina/ComodRivadavia": true, "Africa/Abidjan": true, "Zulu": true,
		"US/Pacific": true, "Etc/GMT-14": true, "America/Port-au-Prince": true, "GMT+0": true,
		"": false, "europe/berlin": false, "Europe": false, "Mars/Base": false, "Local": false, "Factory": false, "Europe/Berlin ": false, //nolint:gocritic // the space is what is tested
	} {
		t.Run(name, func(t *testing.T) { NewWithT(t).Expect(timezones.Known(name)).To(Equal(known)) })
	}
}
