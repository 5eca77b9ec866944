package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	. "github.com/onsi/gomega"
	"github.com/tidwall/gjson"
)

// TestServeRateLimits holds the choices of --rate-limits against what is in force then.
func TestServeRateLimits(t *testing.T) {
	for choice, mode := range map[string]string{"off": "off", "observe": "observe", "enforce": "enforce", "real": "enforce"} {
		t.Run(choice, func(t *testing.T) {
			g := NewWithT(t)
			file := filepath.Join(t.TempDir(), "target.json")
			ctx, stop := context.WithCancel(t.Context())
			stopped := make(chan int, 1)
			listening := &signalWriter{told: make(chan struct{})}
			go func() {
				stopped <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0", "--target-out", file, "--rate-limits", choice}, streams{nil, listening, os.Stderr})
			}()
			<-listening.told
			profile, err := os.ReadFile(file)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(gjson.GetBytes(profile, "limits").Exists()).To(Equal(mode == "enforce"))

			response, err := http.Get(gjson.GetBytes(profile, "control").String() + "/rate-limits")
			g.Expect(err).NotTo(HaveOccurred())
			answer, err := io.ReadAll(response.Body)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(response.Body.Close()).To(Succeed())
			g.Expect(string(answer)).To(ContainSubstring(`{"mode":"` + mode + `","per_minute":480,"per_hour":4800,`))
			stop()
			g.Expect(<-stopped).To(Equal(exitFine))
		})
	}
}
