// The API half of PostHog's command line: the package's own script, started as the posthog-cli binary starts it
// for `posthog-cli api …`. Before and after each call it looks up the key, the caller, the organization, the project.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startFake } from "./fake.mjs";

const script = join(fileURLToPath(new URL(".", import.meta.url)), "node_modules/@posthog/cli/lib/posthog-api-cli.mjs");
const run = promisify(execFile);

let fake, home;

before(async () => {
  fake = await startFake();
  home = await mkdtemp(join(tmpdir(), "posthog-cli-"));
});
after(async () => {
  await rm(home, { recursive: true });
  await fake.stop();
});

/** What `posthog-cli api call --json TOOL INPUT` prints, with the key of a role of the target profile. */
async function call(tool, input = {}, key = fake.target.credentials.admin.personal_api_key) {
  const env = {
    PATH: process.env.PATH,
    HOME: home, // no credentials of whoever runs this
    POSTHOG_CLI_HOST: fake.target.base_url,
    POSTHOG_CLI_API_KEY: key,
    POSTHOG_CLI_PROJECT_ID: String(fake.target.known.projects[0]),
  };
  const { stdout } = await run(process.execPath, [script, "call", "--json", tool, JSON.stringify(input)], { env });
  return JSON.parse(stdout);
}

test("organizations-get, organizations-list, organization-get", async () => {
  const { id, slug } = fake.target.organization;
  const [names, { count, results }, active] = await Promise.all([call("organizations-get"), call("organizations-list"), call("organization-get")]);
  assert.ok(names.some((row) => row.id === id));
  assert.equal(count, results.length);
  assert.equal(results.find((row) => row.id === id).slug, slug);
  assert.equal(active.id, id);
});

test("projects-get, project-get", async () => {
  const [first, second] = fake.target.known.projects;
  const [all, configured, other] = await Promise.all([call("projects-get"), call("project-get"), call("project-get", { id: second })]);
  assert.ok(all.some((project) => project.id === second));
  assert.deepEqual([configured.id, configured.organization], [first, fake.target.organization.id]);
  assert.equal(other.id, second);
});

test("user-get", async () => {
  const me = await call("user-get");
  assert.equal(me.email, fake.target.credentials.admin.email);
  assert.equal(me.organization.id, fake.target.organization.id);
});

test("org-members-list", async () => {
  const { results } = await call("org-members-list", { order: "joined_at" });
  const joined = results.map((member) => member.joined_at);
  assert.deepEqual(joined, joined.toSorted());
  const emails = results.map((member) => member.user.email);
  for (const role of ["admin", "owner", "member"]) assert.ok(emails.includes(fake.target.credentials[role].email));
});

test("roles-list, role-get, role-members-list", async () => {
  const headers = { Authorization: `Bearer ${fake.target.credentials.admin.personal_api_key}`, "Content-Type": "application/json" };
  const url = `${fake.target.base_url}/api/organizations/${fake.target.organization.id}/roles/`;
  const post = async (path, body) => {
    const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    assert.equal(answer.status, 201, await answer.clone().text());
    return answer.json();
  };
  const me = await call("user-get");
  const role = await post("", { name: "Command line" });
  await post(`${role.id}/role_memberships/`, { user_uuid: me.uuid });

  const [roles, one, members] = await Promise.all([call("roles-list"), call("role-get", { id: role.id }), call("role-members-list", { role_id: role.id })]);
  assert.ok(roles.results.some(({ id, name }) => id === role.id && name === "Command line"));
  assert.equal(one.name, "Command line");
  assert.deepEqual(members.results.map(({ user }) => user.email), [me.email]);
});

test("switch-organization", async () => {
  const { id } = fake.target.organization;
  const text = (await call("switch-organization", { orgId: id })).content[0].text;
  assert.match(text, new RegExp(`Switched to organization ${id}`));
  assert.match(text, new RegExp(`within organization ".+" \\(id: ${id}\\)`), "it has looked the organization up");
});

test("a refusal ends with status 1 and the API's words", async () => {
  const refused = (words) => ({ code, stderr }) => {
    assert.equal(code, 1);
    assert.match(stderr, words);
    return true;
  };
  await Promise.all([
    assert.rejects(call("role-get", { id: "01900000-000b-7000-8000-0000000000ff" }), refused(/Not found\./)),
    assert.rejects(call("organizations-list", {}, "phx_unknown"), refused(/INVALID_API_KEY/)),
  ]);
});
