package server_test

import (
	"encoding/json"
	"testing"

	"github.com/chromedp/chromedp"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/browsertest"
)

// session logs in, reads, writes and logs out as a frontend does, with cookies, and
// returns what it saw.
const session = `
const call = (method, path, body) => fetch(site + path, {
	method, credentials: "include", body: body && JSON.stringify(body),
	headers: {"Content-Type": "application/json", "X-CSRFToken": (document.cookie.match(/posthog_csrftoken=(\w+)/) || [])[1] || ""},
});
const seen = [];
seen.push((await call("GET", "/api/users/@me/")).status);
seen.push((await call("POST", "/api/login/", {email, password})).status);
seen.push((await (await call("GET", "/api/users/@me/")).json()).email);
const invite = await (await call("POST", invites, {target_email: "guest@example.com"})).json();
seen.push(invite.target_email);
seen.push((await (await call("GET", invites)).json()).results.some(i => i.id === invite.id));
seen.push((await call("DELETE", invites + invite.id + "/")).status);
seen.push(document.cookie.includes("sessionid"));
const out = await fetch(site + "/logout", {method: "POST", credentials: "include", redirect: "manual", headers: {"X-CSRFToken": document.cookie.match(/posthog_csrftoken=(\w+)/)[1]}});
seen.push(out.type);
seen.push((await call("GET", "/api/users/@me/")).status);
return JSON.stringify(seen);
`

// TestFrontendInABrowser: a frontend on another port of this machine uses the API as
// one of the site itself does.
func TestFrontendInABrowser(t *testing.T) {
	fake, profile := startForBrowsers(t)
	browser := browsertest.Start(t)
	admin := profile.Get("credentials.admin")
	for _, tc := range []struct{ name, page, site string }{
		{"another port", pageServer(t, "localhost"), named(fake.URL, "localhost")},
		{"another port, by address", pageServer(t, "127.0.0.1"), fake.URL},
		{"behind the same origin", fake.URL, fake.URL},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := NewWithT(t)
			given, err := json.Marshal([]string{tc.site, admin.Get("email").String(), admin.Get("password").String(),
				"/api/organizations/" + profile.Get("organization.id").String() + "/invites/"})
			g.Expect(err).NotTo(HaveOccurred())
			page := browser.Open(tc.page)
			seen := page.Script("const [site, email, password, invites] = " + string(given) + ";" + session)
			g.Expect(seen).To(MatchJSON(`[401, 200, "` + admin.Get("email").String() + `", "guest@example.com", true, 204, false, "opaqueredirect", 401]`))
			g.Expect(page.ConsoleErrors()).To(HaveEach(ContainSubstring("401")), "the browser finds nothing else wrong")
		})
	}
}

// TestHeadersInABrowser: a frontend reads when to try again.
func TestHeadersInABrowser(t *testing.T) {
	g := NewWithT(t)
	fake, profile := startForBrowsers(t, mock.WithRateLimits(mock.RateLimits{PerMinute: 1}))
	page := browsertest.Start(t).Open(pageServer(t, "localhost"))
	said := page.Script(`
		const call = () => fetch("` + fake.URL + `/api/organizations/@current/invites/", {headers: {Authorization: "Bearer ` + profile.Get("credentials.admin.personal_api_key").String() + `"}});
		await call();
		const refused = await call();
		return refused.status + " " + refused.headers.get("Retry-After")`)
	g.Expect(said).To(MatchRegexp(`^429 \d+$`))
}

// TestTokenInABrowser: the token is given once, in the address or on the page that
// asks for it, and stands in no address afterwards.
func TestTokenInABrowser(t *testing.T) {
	g := NewWithT(t)
	fake, _ := startForBrowsers(t, mock.WithControlToken("open; sesame"))
	dashboard := fake.URL + "/_understudy/"
	page := browsertest.Start(t).Open(dashboard)

	page.Do(chromedp.SendKeys(chromedp.CSS("#token"), "guess\r"), chromedp.WaitVisible(chromedp.CSS("[role=alert]")))
	page.Do(chromedp.SendKeys(chromedp.CSS("#token"), "open; sesame\r"), chromedp.WaitNotPresent(chromedp.CSS("#token")))
	g.Expect(browsertest.Ask(page, chromedp.Location())).To(Equal(dashboard))
	page.Do(chromedp.Reload(), chromedp.WaitNotPresent(chromedp.CSS("#token")))

	page.Do(chromedp.Navigate(fake.URL))
	g.Expect(page.Script(`return (await fetch("/_understudy/clock")).status + document.cookie`)).To(Equal("200"), "no script sees the cookie")
	elsewhere := named(fake.URL, "localhost")
	page.Do(chromedp.Navigate(elsewhere))
	g.Expect(page.Script(`return (await fetch("/_understudy/clock")).status`)).To(Equal("401"), "another host has other cookies")
	page.Do(chromedp.Navigate(elsewhere + "/_understudy/?token=open%3B+sesame"))
	g.Expect(browsertest.Ask(page, chromedp.Location())).To(Equal(elsewhere + "/_understudy/"))
}
