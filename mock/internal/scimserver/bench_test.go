package scimserver_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/mocktest"
)

// BenchmarkManyDomains reads a user of an organization with many domains, all of which the
// config serves: what a request takes must not grow with them.
func BenchmarkManyDomains(b *testing.B) {
	for _, domains := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprint(domains), func(b *testing.B) {
			world, err := fixtures.Named("default")
			if err != nil {
				b.Fatal(err)
			}
			o, all := &world.Organizations[0], "all"
			verified := fixtures.After(-time.Hour)
			for i := range domains {
				o.Domains = append(o.Domains, fixtures.Domain{
					ID: fmt.Sprintf("00000000-0000-4000-9000-%012d", i), Domain: fmt.Sprintf("d%d.example.com", i),
					VerificationChallenge: fmt.Sprint("challenge", i), VerifiedAt: &verified,
				})
			}
			for i := range o.IdentityProviderConfigs {
				o.IdentityProviderConfigs[i].DomainScope = &all
			}
			f := mocktest.New(b, mock.WithWorld(world), mock.WithRevision("2026-09"))
			directory := f.Provider()
			b.ResetTimer()
			for range b.N {
				directory.Get("ServiceProviderConfig").Status(200)
			}
		})
	}
}
