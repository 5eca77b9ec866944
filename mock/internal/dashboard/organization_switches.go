package dashboard

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// organizationSwitches are the forms of an organization's page.
func (d *dashboard) organizationSwitches() {
	for name, read := range map[string]func(*visit) (change, error){
		"feature":        switchFeature,
		"setting":        switchSetting,
		"remove":         removeThing,
		"level":          changeLevel,
		"members":        addMember,
		"members/remove": removeMember,
		"domain":         switchDomain,
		"invite":         switchInvite,
		"integration":    switchIntegration,
		"integrations":   installIntegration,
	} {
		d.change("/ui/organizations/{id}/"+name, read)
	}
}

// organizationAt is the organization's page at one of its lists.
func (v *visit) organizationAt(list string) string {
	return strings.TrimPrefix(escaped("ui", "organizations", v.part("id")), "/") + "#" + list
}

func (v *visit) patchOrganization(body any, done, list string) change {
	return change{
		method: http.MethodPatch, path: "/organizations" + escaped(v.part("id")), body: body, done: done, back: v.organizationAt(list),
	}
}

func switchFeature(v *visit) (change, error) {
	name := v.value("name")
	return v.patchOrganization(map[string]any{"feature": map[string]bool{name: v.on("on")}}, words(name)+onOff(v.on("on")), "features"), nil
}

func switchSetting(v *visit) (change, error) {
	name := v.value("name")
	return v.patchOrganization(map[string]any{name: v.on("on")}, v.value("label")+onOff(v.on("on")), "settings"), nil
}

func changeLevel(v *visit) (change, error) {
	n, err := strconv.Atoi(v.value("level"))
	email := v.value("email")
	return v.patchOrganization(map[string]any{"levels": map[string]int{email: n}}, email+" is "+level(n)+" now.", "members"), err
}

func addMember(v *visit) (change, error) {
	n, err := strconv.Atoi(v.value("level"))
	if v.value("email") == "" {
		err = hint("Write the e-mail of the new member.")
	}
	return change{
		method: http.MethodPost, path: "/members",
		body: map[string]any{
			"email": v.value("email"), "organization": v.part("id"), "level": n,
			"first_name": v.value("first_name"), "last_name": v.value("last_name"), "password": v.Sent.Get("password"),
		},
		done: v.value("email") + " is " + level(n) + " now.", back: v.organizationAt("members"),
	}, err
}

func removeMember(v *visit) (change, error) {
	email := v.value("email")
	return change{
		method: http.MethodDelete, path: "/members" + escaped(email) + "?" + url.Values{"organization": {v.part("id")}}.Encode(),
		done: email + " is no member any more.", back: v.organizationAt("members"),
	}, nil
}

// removeThing deletes one line of a list.
func removeThing(v *visit) (change, error) {
	list := v.value("list")
	if !slices.Contains([]string{"domains", "identity_provider_configs", "integrations", "invites", "roles"}, list) {
		return change{back: v.organizationAt("")}, hint("There is no such list.")
	}
	return change{
		method: http.MethodDelete, path: "/" + list + escaped(v.value("id")), done: v.value("name") + " is gone.", back: v.organizationAt(list),
	}, nil
}

func switchDomain(v *visit) (change, error) {
	done := v.value("domain") + " is no longer verified."
	if v.on("on") {
		done = v.value("domain") + " is verified."
	}
	return change{
		method: http.MethodPatch, path: "/domains" + escaped(v.value("id")), body: map[string]any{"verified": v.on("on")},
		done: done, back: v.organizationAt("domains"),
	}, nil
}

func switchInvite(v *visit) (change, error) {
	done := "The invite of " + v.value("email") + " can be accepted."
	if v.on("on") {
		done = "The invite of " + v.value("email") + " has expired."
	}
	return change{
		method: http.MethodPatch, path: "/invites" + escaped(v.value("id")), body: map[string]any{"expired": v.on("on")},
		done: done, back: v.organizationAt("invites"),
	}, nil
}

func switchIntegration(v *visit) (change, error) {
	mode := v.value("upstream")
	return change{
		method: http.MethodPatch, path: "/integrations" + escaped(v.value("id")), body: map[string]any{"upstream": mode},
		done: "Upstream of this integration: " + words(mode) + ".", back: v.organizationAt("integrations"),
	}, nil
}

func installIntegration(v *visit) (change, error) {
	body := map[string]any{"organization": v.part("id"), "upstream": v.value("upstream")}
	if kind := v.value("type"); kind != "" {
		body["config"] = map[string]string{"type": kind}
	}
	for _, name := range []string{"kind", "integration_id", "access_token", "created_by"} {
		if value := v.value(name); value != "" {
			body[name] = value
		}
	}
	return change{
		method: http.MethodPost, path: "/integrations", body: body,
		done: "The integration is installed.", back: v.organizationAt("integrations"),
	}, nil
}

// onOff ends a sentence about a switch.
func onOff(on bool) string {
	if on {
		return " is on."
	}
	return " is off."
}
