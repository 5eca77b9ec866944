// PostHog's agent toolkit: its own calls check every answer with zod schemas; its generated client covers the
// rest of the API; its tools choose organization and project from the caller's user and key.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { PostHogAgentToolkit } from "@posthog/agent-toolkit";
import { startFake } from "./fake.mjs";

let fake, organization;

before(async () => {
  fake = await startFake();
  organization = fake.target.organization;
});
after(() => fake.stop());

/** The toolkit with the key of a role of the target profile. */
function toolkit(role) {
  return new PostHogAgentToolkit({
    posthogApiToken: role === "nobody" ? "phx_unknown" : fake.target.credentials[role].personal_api_key,
    posthogApiBaseUrl: fake.target.base_url,
  });
}

/** The data of an answer that passed the toolkit's schema. */
async function accepted(call) {
  const answer = await call;
  assert.ok(answer.success, answer.error?.message);
  return answer.data;
}

describe("checked calls", () => {
  test("organizations", async () => {
    const { api } = toolkit("admin").getContext();
    const all = await accepted(api.organizations().list());
    assert.ok(all.some(({ id }) => id === organization.id));
    const one = await accepted(api.organizations().get({ orgId: organization.id }));
    assert.equal(one.id, organization.id);
  });

  test("projects, below the organization and by id alone", async () => {
    const { api } = toolkit("admin").getContext();
    const projects = await accepted(api.organizations().projects({ orgId: organization.id }).list());
    const [id] = fake.target.known.projects;
    const listed = projects.find((project) => project.id === id);
    assert.equal(listed.organization, organization.id);
    assert.deepEqual(await accepted(api.projects().get({ projectId: String(id) })), listed);
  });

  test("the caller's user and key", async () => {
    const { api } = toolkit("admin").getContext();
    const me = await accepted(api.users().me());
    assert.equal(me.organization.id, organization.id);
    assert.equal(me.team.organization, organization.id);
    const key = await accepted(api.apiKeys().current());
    assert.deepEqual(key, { scopes: ["*"], scoped_teams: [], scoped_organizations: [] });
  });

  test("limits of a key", async () => {
    const key = await accepted(toolkit("other_organization_only").getContext().api.apiKeys().current());
    assert.deepEqual(key.scoped_organizations, [fake.target.known.other_organization.id]);
    const limited = await accepted(toolkit("project_only").getContext().api.apiKeys().current());
    assert.ok(limited.scoped_teams.length > 0);
  });

  test("an unknown key is told apart", async () => {
    const { api } = toolkit("nobody").getContext();
    for (const call of [api.organizations().list(), api.users().me(), api.apiKeys().current()]) {
      const answer = await call;
      assert.equal(answer.success, false);
      assert.equal(answer.error.message, "INVALID_API_KEY");
    }
  });

  test("an organization that is not there", async () => {
    const answer = await toolkit("admin").getContext().api.organizations().get({ orgId: "01900000-0001-7000-8000-0000000000ff" });
    assert.equal(answer.success, false);
    assert.match(answer.error.message, /Status Code: 404/);
  });
});

describe("tools", () => {
  /** What a tool says, called as an agent's runtime calls it. */
  async function say(context, name, input = {}) {
    const { getToolsFromContext } = await import("@posthog/agent-toolkit/tools");
    const tools = await getToolsFromContext(context);
    const tool = tools.find((candidate) => candidate.name === name);
    assert.ok(tool, `the key should have the tool ${name}; it has ${tools.map((t) => t.name)}`);
    const { content } = await tool.handler(context, tool.schema.parse(input));
    return content[0].text;
  }

  test("find the active organization and its projects", async () => {
    const context = toolkit("admin").getContext();
    assert.ok(JSON.parse(await say(context, "organizations-get")).some(({ id }) => id === organization.id));
    assert.equal(JSON.parse(await say(context, "organization-details-get")).id, organization.id);
    const projects = JSON.parse(await say(context, "projects-get"));
    assert.ok(projects.some(({ id }) => id === fake.target.known.projects[0]));
    assert.equal(await context.stateManager.getProjectId(), String(fake.target.known.projects[0]));
  });

  test("are those that the key's scopes allow", async () => {
    const names = async (role) => (await toolkit(role).getTools()).map(({ name }) => name);
    const all = await names("admin");
    const some = await names("read_scopes");
    for (const name of ["organizations-get", "organization-details-get", "switch-project"]) assert.ok(all.includes(name), name);
    assert.ok(some.includes("organization-details-get"), "organization:read is there");
    for (const name of ["organizations-get", "switch-project"]) assert.ok(!some.includes(name), `${name} needs user:read or project:read`);
  });
});

describe("generated client", () => {
  let api, path;

  before(() => {
    api = toolkit("admin").getContext().api.generated;
    path = { organization_id: organization.id };
  });

  /** A refusal, as the client words it: status and the API's own body. */
  const refused = (status, code) => (error) => {
    assert.match(error.message, new RegExp(`^Failed request: \\[${status}\\] `));
    assert.equal(JSON.parse(error.message.replace(/^.*?\] /, "")).code, code);
    return true;
  };

  test("invites: create, list, bulk, delete", async () => {
    const target = "/api/organizations/{organization_id}/invites/";
    const invite = await api.post(target, { path, body: { target_email: "toolkit@example.com", level: 1 } });
    assert.equal(invite.target_email, "toolkit@example.com");
    const bulk = await api.post(`${target}bulk/`, { path, body: [{ target_email: "bulk1@example.com" }, { target_email: "bulk2@example.com" }] });
    assert.deepEqual(bulk.map(({ target_email }) => target_email), ["bulk1@example.com", "bulk2@example.com"]);
    const { results } = await api.get(target, { path, query: { limit: 50 } });
    for (const { id } of [invite, ...bulk]) {
      assert.ok(results.some((row) => row.id === id));
      await api.delete(`${target}{id}/`, { path: { ...path, id } });
    }
    await assert.rejects(api.post(target, { path, body: {} }), refused(400, "required"));
  });

  test("domains: create, update, delete", async () => {
    const target = "/api/organizations/{organization_id}/domains/";
    const domain = await api.post(target, { path, body: { domain: "toolkit.example" } });
    const one = { ...path, id: domain.id };
    const updated = await api.patch(`${target}{id}/`, { path: one, body: { saml_entity_id: "toolkit" } });
    assert.equal(updated.saml_entity_id, "toolkit");
    await assert.rejects(api.patch(`${target}{id}/`, { path: one, body: { jit_provisioning_enabled: true } }), refused(400, "verification_required"));
    await assert.rejects(api.post(`${target}{id}/verify/`, { path: one, body: {} }), refused(403, "permission_denied"));
    await api.delete(`${target}{id}/`, { path: one });
    await assert.rejects(api.get(`${target}{id}/`, { path: one }), refused(404, "not_found"));
  });

  test("members: list, change of level", async () => {
    const target = "/api/organizations/{organization_id}/members/";
    const { results } = await api.get(target, { path });
    const member = results.find(({ user }) => user.email === fake.target.credentials.member.email);
    const one = { ...path, user__uuid: member.user.uuid };
    for (const level of [8, 1]) {
      const changed = await api.patch(`${target}{user__uuid}/`, { path: one, body: { level } });
      assert.deepEqual([changed.id, changed.level], [member.id, level]);
    }
  });

  test("roles and role memberships: create, rename, join, leave, delete", async () => {
    const target = "/api/organizations/{organization_id}/roles/";
    const role = await api.post(target, { path, body: { name: "Toolkit" } });
    const one = { ...path, id: role.id };
    await assert.rejects(api.post(target, { path, body: { name: "toolkit" } }), refused(400, "unique"));
    assert.equal((await api.patch(`${target}{id}/`, { path: one, body: { name: "Toolkits" } })).name, "Toolkits");
    const me = await toolkit("admin").getContext().api.generated.get("/api/users/{uuid}/", { path: { uuid: "@me" } });
    const members = "/api/organizations/{organization_id}/roles/{role_id}/role_memberships/";
    const below = { ...path, role_id: role.id };
    const membership = await api.post(members, { path: below, body: { user_uuid: me.uuid } });
    assert.equal(membership.user.email, me.email);
    assert.equal((await api.get(members, { path: below })).count, 1);
    assert.equal((await api.get(`${target}{id}/`, { path: one })).members.length, 1);
    await api.delete(`${members}{id}/`, { path: { ...below, id: membership.id } });
    assert.equal((await api.get(members, { path: below })).count, 0);
    await api.delete(`${target}{id}/`, { path: one });
    await assert.rejects(api.get(`${target}{id}/`, { path: one }), refused(404, "not_found"));
  });

  test("projects: create, update, delete", async () => {
    const target = "/api/organizations/{organization_id}/projects/";
    const project = await api.post(target, { path, body: { name: "Toolkit" } });
    assert.equal(project.organization, organization.id);
    const one = { ...path, id: project.id };
    const updated = await api.patch(`${target}{id}/`, { path: one, body: { timezone: "Europe/Berlin" } });
    assert.deepEqual([updated.timezone, updated.api_token], ["Europe/Berlin", project.api_token]);
    await api.delete(`${target}{id}/`, { path: one });
    // It is marked, and gone a while later.
    assert.equal((await api.get(`${target}{id}/`, { path: one })).is_pending_deletion, true);
    await assert.rejects(api.delete(`${target}{id}/`, { path: one }), refused(400, "invalid_input"));
  });

  test("organizations: create, update, delete", async () => {
    const owner = toolkit("owner").getContext().api.generated;
    const created = await owner.post("/api/organizations/", { body: { name: "Toolkit Works" } });
    assert.equal(created.membership_level, 15);
    const one = { id: created.id };
    assert.equal((await owner.patch("/api/organizations/{id}/", { path: one, body: { name: "Toolkit" } })).name, "Toolkit");
    await owner.delete("/api/organizations/{id}/", { path: one });
    await assert.rejects(owner.get("/api/organizations/{id}/", { path: one }), refused(404, "not_found"));
  });
});
