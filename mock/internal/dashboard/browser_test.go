package dashboard_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	. "github.com/onsi/gomega"

	"github.com/understudy-dev/understudy/mock"
	"github.com/understudy-dev/understudy/mock/internal/browsertest"
)

// until waits for a JavaScript expression to hold.
func until(expression string) chromedp.Action[chromedp.Void] {
	return chromedp.Poll[chromedp.Void](expression)
}

// says waits for a notice.
func says(words string) chromedp.Action[chromedp.Void] {
	return until(`document.getElementById("notice").textContent.includes("` + words + `")`)
}

// click presses the first thing that a selector finds.
func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// TestSwitchesChangeInPlace presses the switches that people press most. The page
// stays, and so does the place that the reader has got to.
func TestSwitchesChangeInPlace(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	page := s.open(browsertest.Start(t), desk, "ui/organizations/hedgerow-works")
	page.Script("window.stayed = true; window.confirm = () => true")

	page.Do(click(`#features [aria-label="SAML"]`), says("SAML is off."))
	g.Expect(attributeOf(page, `#features [aria-label="SAML"]`, "aria-checked")).To(Equal("false"))
	g.Expect(page.Script(`return document.activeElement.getAttribute("aria-label")`)).To(Equal("SAML"))
	g.Expect(s.control("organizations/" + hedgerow).Get(`features.#(=="saml")`).Exists()).To(BeFalse())

	page.Do(click(`[aria-label="pending.hedgerow.example is verified"]`), says("pending.hedgerow.example is verified."))
	page.Do(click(`[aria-label="The invite of pending.one@example.com has expired"]`), says("pending.one@example.com has expired."))
	page.Script(`const level = document.querySelector('[aria-label="Level of member@hedgerow.example"]');
		level.value = "15"; level.dispatchEvent(new Event("change", {bubbles: true}))`)
	page.Do(says("member@hedgerow.example is owner now."))
	page.Script(`const up = document.querySelector('#integrations select[data-submit]');
		up.value = "unpaid_invoices"; up.dispatchEvent(new Event("change", {bubbles: true}))`)
	page.Do(says("unpaid invoices"))

	page.Do(click(`#integrations summary`))
	page.Do(chromedp.SendKeys(chromedp.CSS(`#integrations [name="integration_id"]`), "icfg_new"))
	page.Do(click(`#integrations .primary`), says("The integration is installed."))
	g.Expect(page.Script(`return document.getElementById("integrations").textContent`)).To(ContainSubstring("icfg_new"))
	page.Do(click(`[aria-label="Remove pending.hedgerow.example"]`), says("pending.hedgerow.example is gone."))

	g.Expect(page.Script("return window.stayed")).To(Equal("true"))
	g.Expect(page.ConsoleErrors()).To(BeEmpty())
}

// TestFormsKeepWhatWasWritten makes sure that a refused form can be put right.
func TestFormsKeepWhatWasWritten(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	page := s.open(browsertest.Start(t), phone, "ui/clock")
	page.Do(chromedp.SendKeys(chromedp.CSS(`[name="span"]:not([type="hidden"])`), "a while"+kb.Enter))
	page.Do(says("a while"))
	g.Expect(page.Script(`return document.querySelector(".notice").className`)).To(ContainSubstring("problem"))
	g.Expect(page.Script(`return document.querySelector('[name="span"]:not([type="hidden"])').value`)).To(Equal("a while"))
	page.Do(chromedp.SetValue(chromedp.CSS(`[name="span"]:not([type="hidden"])`), "72h"), chromedp.SendKeys(chromedp.CSS(`[name="span"]:not([type="hidden"])`), kb.Enter))
	page.Do(says("The clock went on by 72h."))
	g.Expect(page.Script(`return document.querySelector(".clock-state").textContent`)).To(ContainSubstring("+3d"))
	page.Do(click(`.clock .button`), says("The clock stands still."))
	page.Script(`window.confirm = () => true; document.querySelector('.foot form').requestSubmit()`)
	page.Do(says("as it was at the start"))
	g.Expect(page.ConsoleErrors()).To(BeEmpty())
}

// TestProblemsAreSeen sends a form from the end of a long page, and looks for what has
// come of it.
func TestProblemsAreSeen(t *testing.T) {
	s := newSite(t, "")
	browser := browsertest.Start(t)
	for _, width := range []int64{desk, phone} {
		g := NewWithT(t)
		page := s.open(browser, width, "ui/organizations/hedgerow-works")
		page.Script(`const form = document.querySelector('#members form.form');
			form.closest("details").open = true; form.elements.email.value = "member@hedgerow.example"; form.scrollIntoView()`)
		page.Do(click(`#members .primary`), says("is a member already"))
		const inSight = `const box = document.querySelector(".notice").getBoundingClientRect();
			const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
			return box.top >= 0 && box.bottom <= innerHeight && seen.closest(".notice") !== null`
		g.Expect(page.Script(inSight)).To(Equal("true"), "at %d pixels", width)
		g.Expect(page.Script(`return scrollY > 500`)).To(Equal("true"))
		g.Expect(page.ConsoleErrors()).To(BeEmpty())
	}
}

// TestRequestsComeLive watches requests come, and stops watching.
func TestRequestsComeLive(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "/_sandbox/live")
	page := s.open(browsertest.Start(t), desk, "ui/requests?method=POST")
	page.Do(until(`document.querySelector("[data-stream]").dataset.state === "live"`))
	invite := func(who string) {
		s.call(http.MethodPost, "/api/organizations/@current/invites/", `{"target_email": "`+who+`@example.com"}`)
	}
	invite("one")
	s.call(http.MethodGet, "/api/organizations/@current/domains/", "")
	page.Do(says("1 more request."))
	g.Expect(page.Script(`return document.querySelectorAll("#journal tbody tr").length`)).To(Equal("1"))

	page.Do(click("[data-pause]"), until(`document.querySelector("[data-stream]").dataset.state === "paused"`))
	invite("two")
	g.Expect(page.Script(`return document.querySelectorAll("#journal tbody tr").length`)).To(Equal("1"))
	page.Do(click("[data-pause]"), until(`document.querySelectorAll("#journal tbody tr").length === 2`))

	page.Do(click("#journal tbody tr .over"))
	page.Do(chromedp.WaitVisible(chromedp.CSS(`[action$="/rewind"]`)))
	g.Expect(page.Script(`return document.getElementById("content").textContent`)).To(And(ContainSubstring("two@example.com"), ContainSubstring("created")))
	page.Script("window.confirm = () => true")
	page.Do(click(`[action$="/rewind"] button`), says("as it was before request"))
	g.Expect(page.ConsoleErrors()).To(BeEmpty())
}

// TestKeyboard goes through a page without a mouse.
func TestKeyboard(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	page := s.open(browsertest.Start(t), desk, "ui/dns")
	page.Do(chromedp.KeyEvent(kb.Tab))
	g.Expect(page.Script(`return document.activeElement.textContent`)).To(Equal("Skip to content"))
	g.Expect(page.Script(`return document.activeElement.getBoundingClientRect().top >= 0`)).To(Equal("true"), "it is seen while it has the focus")
	page.Do(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
	g.Expect(page.Script(`return document.activeElement.closest("main") !== null`)).To(Equal("true"))
	g.Expect(page.Script(`return getComputedStyle(document.activeElement).outlineStyle`)).To(Equal("solid"))
	page.Do(chromedp.Focus(chromedp.CSS(`main [name="name"]:not([type="hidden"])`)),
		chromedp.KeyEvent("_posthog-challenge.keys.example"), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent("typed"), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	page.Do(says("now sees the record"))
	g.Expect(s.control("dns/_posthog-challenge.keys.example").Get("values.0").String()).To(Equal("typed"))
	g.Expect(page.ConsoleErrors()).To(BeEmpty())
}

// TestChoicesByKey goes through the choices of a list with the keys. Only the one that
// is meant is sent.
func TestChoicesByKey(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	page := s.open(browsertest.Start(t), desk, "ui/organizations/hedgerow-works")
	const level = `[aria-label="Level of member@hedgerow.example"]`
	levelNow := func() int64 {
		return s.control("organizations/" + hedgerow).Get(`levels.member@hedgerow\.example`).Int()
	}
	page.Do(chromedp.Focus(chromedp.CSS(level)), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown))
	page.Do(until(`document.querySelector('` + level + `').value === "15"`))
	g.Expect(page.Script(`return document.getElementById("notice").textContent.trim()`)).To(BeEmpty())
	g.Expect(levelNow()).To(BeEquivalentTo(1))
	page.Do(chromedp.KeyEvent(kb.Enter), says("member@hedgerow.example is owner now."))
	page.Do(chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter), says("member@hedgerow.example is admin now."))
	g.Expect(levelNow()).To(BeEquivalentTo(8))
	g.Expect(page.ConsoleErrors()).To(BeEmpty())
}

// TestPageThatWasKept makes sure that a page shows what is when the reader comes back
// to it, though the browser has kept it.
func TestPageThatWasKept(t *testing.T) {
	s := newSite(t, "")
	page := s.open(browsertest.Start(t), desk, "ui/organizations/hedgerow-works")
	s.call(http.MethodPatch, "/_understudy/organizations/"+hedgerow, `{"feature": {"saml": false}}`)
	page.Script(`setTimeout(() => dispatchEvent(new PageTransitionEvent("pageshow", {persisted: true})), 50)`)
	g := NewWithT(t)
	g.Eventually(func() (string, error) { // there is no page while it loads
		return chromedp.Run(page.Context, chromedp.Evaluate[string](`document.querySelector('[aria-label="SAML"]').getAttribute("aria-checked")`))
	}).WithTimeout(time.Minute).Should(Equal("false"))
	g.Expect(page.ConsoleErrors()).To(BeEmpty())
}

// TestAnswerThatIsNoPage makes sure that a form says what has come of it, also when the
// control plane has begun to ask for a token.
func TestAnswerThatIsNoPage(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "", mock.WithControlToken("secret"))
	page := s.open(browsertest.Start(t), desk, "ui/clock?token=secret")
	page.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.ClearBrowserCookies, cdp.Empty{})
		return err
	}))
	page.Do(chromedp.SendKeys(chromedp.CSS(`[name="span"]:not([type="hidden"])`), "72h"+kb.Enter), says("The fake answered with 401"))
	g.Expect(page.Script(`return document.querySelector('[name="span"]:not([type="hidden"])').value`)).To(Equal("72h"))
}

// TestPhoneMenu opens the menu of a narrow screen.
func TestPhoneMenu(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	page := s.open(browsertest.Start(t), phone, "")
	g.Expect(page.Script(`return document.querySelector(".side").checkVisibility()`)).To(Equal("false"))
	page.Do(click(".bar .button"))
	page.Do(chromedp.WaitVisible(chromedp.CSS("#drawer")))
	page.Do(chromedp.KeyEvent(kb.Escape), chromedp.WaitNotVisible(chromedp.CSS("#drawer")))
	page.Do(click(".bar .button"))
	page.Do(click(`#drawer a[href$="ui/outbox"]`))
	page.Do(chromedp.WaitVisible(chromedp.CSS(`[data-section="outbox"]`)))
	g.Expect(page.ConsoleErrors()).To(BeEmpty())
}

// TestTheme makes sure that the reader's choice goes over the system's, and stays.
func TestTheme(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	page := s.open(browsertest.Start(t), desk, "")
	prefer(page, "light")
	ground := func() string { return page.Script("return getComputedStyle(document.body).backgroundColor") }
	light := ground()
	page.Do(click(".side [data-theme-switch]"))
	g.Expect(ground()).To(Equal(light))
	page.Do(click(".side [data-theme-switch]"))
	dark := ground()
	g.Expect(dark).NotTo(Equal(light))
	page.Do(chromedp.Reload())
	g.Expect(ground()).To(Equal(dark))
	page.Do(click(".side [data-theme-switch]"))
	g.Expect(ground()).To(Equal(light), "as the system has it")
	g.Expect(page.ConsoleErrors()).To(BeEmpty())
}

// TestCopy puts a key on the clipboard.
func TestCopy(t *testing.T) {
	g := NewWithT(t)
	s := newSite(t, "")
	page := s.open(browsertest.Start(t), desk, "")
	page.Script(`window.copied = ""; navigator.clipboard.writeText = async text => { window.copied = text }`)
	page.Do(click(`[aria-label="Copy the base URL"]`), says("Copied."))
	g.Expect(page.Script("return window.copied")).To(Equal(s.fake.URL))
	g.Expect(page.ConsoleErrors()).To(BeEmpty())
}
