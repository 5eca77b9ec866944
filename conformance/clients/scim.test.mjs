// The SCIM server as identity providers use it: discovery, then the life of users and groups in the dialects of
// Okta and Microsoft Entra ID. Every answer passes the validator, which is built on scimmy.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import SCIMMY from "scimmy";
import { startFake } from "./fake.mjs";
import { ScimClient, group, groups, list, refused, user, users } from "./scim-validator.mjs";

const { User, Group, ServiceProviderConfig, ResourceType } = SCIMMY.Schemas;
const okta = { "User-Agent": "Okta SCIM Client 1.0.0" };
const entra = { "User-Agent": "Microsoft Entra ID/1.0", "Content-Type": "application/scim+json; charset=utf-8" };

let fake, scim, loggedBefore;

before(async () => {
  fake = await startFake();
  scim = client();
  loggedBefore = (await logs()).length;
});
after(() => fake.stop());

function client(headers, token = fake.target.known.scim.token) {
  return new ScimClient(`${fake.target.base_url}/scim/v2/${fake.target.known.scim.domain_id}`, token, headers);
}

const address = (name) => `${name}@${fake.target.known.scim.email_domain}`;

/** A new user as both dialects create one. */
const person = (name, more = {}) => ({
  schemas: [User.id],
  userName: address(name),
  name: { givenName: "Nora", familyName: "Nilsson" },
  emails: [{ primary: true, value: address(name), type: "work" }],
  displayName: "Nora Nilsson",
  active: true,
  ...more,
});

const path = (kind, { id }) => `/${kind}/${id}`;
const filtered = (kind, expression) => `/${kind}?filter=${encodeURIComponent(expression)}`;

/** The members of the organization, as its own API tells them: what provisioning is for. */
async function members() {
  const url = `${fake.target.base_url}/api/organizations/${fake.target.organization.id}/members/?limit=200`;
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${fake.target.credentials.admin.personal_api_key}` } });
  assert.equal(answer.status, 200);
  return (await answer.json()).results.map((member) => member.user.email);
}

/** The SCIM log of the domain, all pages, newest first. */
async function logs() {
  const { base_url, organization, known, credentials } = fake.target;
  const rows = [];
  let next = `${base_url}/api/organizations/${organization.id}/domains/${known.scim.domain_id}/scim/logs/?page_size=100`;
  while (next) {
    const answer = await fetch(next, { headers: { Cookie: credentials.admin.session.cookie } });
    assert.equal(answer.status, 200);
    const page = await answer.json();
    rows.push(...page.results);
    next = page.next;
  }
  return rows;
}

describe("discovery", () => {
  test("ServiceProviderConfig", async () => {
    const { status, body } = await scim.get("/ServiceProviderConfig");
    assert.equal(status, 200);
    const { patch, filter, bulk, sort, etag, changePassword, authenticationSchemes } = new ServiceProviderConfig(body);
    assert.deepEqual(body.schemas, [ServiceProviderConfig.id]);
    assert.deepEqual([patch, filter, bulk, sort, etag, changePassword].map(({ supported }) => supported), [true, true, false, false, false, false]);
    assert.deepEqual(authenticationSchemes.map(({ type }) => type), ["oauthbearertoken"]);
  });

  test("ResourceTypes lead to where the resources are", async () => {
    const types = list(await scim.get("/ResourceTypes")).map((type) => new ResourceType(type));
    assert.deepEqual(types.map(({ name, schema }) => [name, schema]), [["User", User.id], ["Group", Group.id]]);
    for (const { name, endpoint } of types) assert.match(endpoint, new RegExp(`/${name}s$`));
  });

  test("Schemas name the schemas of both", async () => {
    const schemas = list(await scim.get("/Schemas"));
    assert.deepEqual(schemas.map(({ id, name }) => [id, name]), [[User.id, "User"], [Group.id, "Group"]]);
    assert.equal(schemas[0].description, User.definition.description, "User Account");
  });

  test("without the token, with another, for another domain", async () => {
    refused(await client({}, "").get("/Users"), 401, "No bearer token provided");
    refused(await client({}, "wrong").get("/Users"), 403, "Authentication failed");
    const elsewhere = new ScimClient(`${fake.target.base_url}/scim/v2/${fake.target.known.verified_domain.id}`, fake.target.known.scim.token);
    refused(await elsewhere.get("/Users"), 403, "Authentication failed");
  });
});

describe("users", () => {
  test("everybody who is a member", async () => {
    const names = users(await scim.get("/Users")).map(({ emails }) => emails[0].value);
    assert.deepEqual(names.toSorted(), (await members()).toSorted());
  });

  test("create, get, replace, delete", async () => {
    const created = user(await scim.post("/Users", person("nora")), 201);
    assert.deepEqual([created.userName, created.displayName, created.active], [address("nora"), "Nora Nilsson", true]);
    assert.deepEqual(user(await scim.get(path("Users", created))), created);
    assert.ok((await members()).includes(address("nora")));

    const renamed = user(await scim.put(path("Users", created), person("nora", { name: { givenName: "Nora" } })));
    assert.deepEqual([renamed.id, renamed.name.givenName, renamed.name.familyName], [created.id, "Nora", ""]);

    assert.equal((await scim.delete(path("Users", created))).status, 204);
    assert.ok(!(await members()).includes(address("nora")));
    assert.deepEqual(users(await scim.get(filtered("Users", `userName eq "${address("nora")}"`))), []);
  });

  test("filters", async () => {
    const created = user(await scim.post("/Users", person("filtered", { name: { givenName: "Filtrine", familyName: "Unique" } })), 201);
    for (const expression of [
      `userName eq "${address("filtered")}"`,
      `emails.value eq "${address("filtered")}"`,
      `name.givenName eq "Filtrine"`,
      `name.familyName eq "Unique"`,
      `userName eq "${address("filtered")}" and name.familyName eq "Unique"`,
      `userName sw "filtered@"`,
    ]) {
      const found = users(await scim.get(filtered("Users", expression)));
      assert.deepEqual(found.map(({ id }) => id), [created.id], expression);
    }
    for (const expression of [`userName eq "${address("nobody")}"`, "userName eq", "(((", `userName eq "`]) {
      assert.deepEqual(users(await scim.get(filtered("Users", expression))), [], expression);
    }
  });

  test("refusals", async () => {
    const taken = user(await scim.post("/Users", person("taken")), 201);
    refused(await scim.post("/Users", person("taken")), 409, "User already exists");
    refused(await scim.post("/Users", { schemas: [User.id], userName: "nothing" }), 400, "Invalid user data");
    refused(await scim.post("/Users", person("x", { emails: [{ value: "x@elsewhere.example", primary: true }] })), 400, "Invalid user data");
    refused(await scim.post("/Users", '{"schemas": ['), 400);
    refused(await scim.put(path("Users", taken), { schemas: [User.id], userName: address("taken") }), 400, "Invalid user data");
    refused(await scim.patch(path("Users", taken), { op: "remove", path: "emails" }), 400, "Failed to update user");
    for (const missing of ["/Users/987654321", "/Groups/01900000-000b-7000-8000-0000000000ff"]) {
      const detail = missing.startsWith("/Users") ? "User not found" : "Group not found";
      refused(await scim.get(missing), 404, detail);
      refused(await scim.put(missing, missing.startsWith("/Users") ? person("y") : { displayName: "y" }), 404, detail);
      refused(await scim.patch(missing, { op: "replace", path: "displayName", value: "y" }), 404, detail);
      refused(await scim.delete(missing), 404, detail);
    }
    assert.deepEqual(user(await scim.get(path("Users", taken))), taken, "nothing changed");
  });
});

describe("Okta", () => {
  test("looks first, creates, replaces, deactivates and reactivates without a path", async () => {
    const scim = client(okta);
    const search = `${filtered("Users", `userName eq "${address("olga")}"`)}&startIndex=1&count=100`;
    assert.deepEqual(users(await scim.get(search)), []);
    const sent = person("olga", { locale: "en-US", externalId: "00u1", groups: [], password: "unused-by-sso" });
    const created = user(await scim.post("/Users", sent), 201);
    assert.deepEqual(users(await scim.get(search)).map(({ id }) => id), [created.id]);

    const { id } = created;
    const replaced = user(await scim.put(path("Users", created), { ...sent, id, name: { givenName: "Olga", familyName: "Olsen" } }));
    assert.equal(replaced.displayName, "Olga Olsen");

    const off = user(await scim.patch(path("Users", created), { op: "replace", value: { active: false } }));
    assert.equal(off.active, false);
    assert.ok(!(await members()).includes(address("olga")));
    const on = user(await scim.patch(path("Users", created), { op: "replace", value: { active: true } }));
    assert.equal(on.active, true);
    assert.ok((await members()).includes(address("olga")));
  });

  test("matches people by a name that is no address, and finds them again after they left", async () => {
    const scim = client(okta);
    const search = (name) => scim.get(`${filtered("Users", `userName eq "${name}"`)}&startIndex=1&count=100`).then(users);
    assert.deepEqual(await search("oscar.o"), []);
    const sent = person("oscar", { userName: "oscar.o" });
    const created = user(await scim.post("/Users", sent), 201);
    assert.deepEqual([created.userName, created.emails[0].value], ["oscar.o", address("oscar")]);
    assert.deepEqual((await search("OSCAR.O")).map(({ id }) => id), [created.id]);
    assert.deepEqual(await search(address("oscar")), [], "that is the address, not the name");

    user(await scim.patch(path("Users", created), { op: "replace", value: { active: false } }));
    assert.deepEqual((await search("oscar.o")).map(({ id, active }) => [id, active]), [[created.id, false]]);
    refused(await scim.post("/Users", sent), 409, "User already exists");
    const back = user(await scim.put(path("Users", created), { ...sent, id: created.id, userName: "oscar.oak" }));
    assert.deepEqual([back.userName, back.active], ["oscar.oak", true]);
    assert.deepEqual([(await search("oscar.o")).length, (await search("oscar.oak")).length], [0, 1]);
  });

  test("pushes a group, renames it, adds and removes members by filter", async () => {
    const scim = client(okta);
    const [one, two] = [user(await scim.post("/Users", person("okta1")), 201), user(await scim.post("/Users", person("okta2")), 201)];
    const role = group(await scim.post("/Groups", { schemas: [Group.id], displayName: "Okta engineers", members: [{ value: one.id, display: one.userName }] }), 201);
    assert.deepEqual(role.members.map(({ value, display }) => [value, display]), [[one.id, address("okta1")]]);
    assert.deepEqual(user(await scim.get(path("Users", one))).groups.map(({ value, display }) => [value, display]), [[role.id, "Okta engineers"]]);

    const renamed = group(await scim.patch(path("Groups", role), { op: "replace", value: { id: role.id, displayName: "Okta builders" } }));
    assert.equal(renamed.displayName, "Okta builders");
    const grown = group(await scim.patch(path("Groups", role), { op: "add", path: "members", value: [{ value: two.id, display: two.userName }] }));
    assert.deepEqual(grown.members.map(({ value }) => value).toSorted(), [one.id, two.id].toSorted());
    const shrunk = group(await scim.patch(path("Groups", role), { op: "remove", path: `members[value eq "${one.id}"]` }));
    assert.deepEqual(shrunk.members.map(({ value }) => value), [two.id]);
    const replaced = group(await scim.patch(path("Groups", role), { op: "replace", path: "members", value: [{ value: one.id }] }));
    assert.deepEqual(replaced.members.map(({ value }) => value), [one.id]);
    assert.equal((await scim.delete(path("Groups", role))).status, 204);
    assert.deepEqual(user(await scim.get(path("Users", one))).groups, []);
  });
});

// The order of calls is that of Microsoft's own SCIM validator, as far as the API allows it: people are addresses of
// a verified domain there, and PATCH answers with the resource.
describe("Microsoft Entra ID", () => {
  test("tests the connection by looking for somebody who cannot be", async () => {
    const scim = client(entra);
    assert.deepEqual(users(await scim.get(filtered("Users", `userName eq "d1b0c1c5-2b0a-4a3e-9f2e-000000000000"`))), []);
    assert.deepEqual(groups(await scim.get(filtered("Groups", `displayName eq "d1b0c1c5-2b0a-4a3e-9f2e-000000000000"`))), []);
    users(await scim.get("/Users?startIndex=1&count=1"));
    groups(await scim.get("/Groups?startIndex=1&count=1"));
  });

  test("creates with the enterprise extension, patches with capital operations and text for booleans, deletes", async () => {
    const scim = client(entra);
    const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    const created = user(
      await scim.post("/Users", {
        ...person("emil", { externalId: "emil", meta: { resourceType: "User" }, roles: [], title: "Engineer", addresses: [{ type: "work", country: null }] }),
        schemas: [User.id, enterprise],
        [enterprise]: { department: "Works", manager: { value: "1" } },
      }),
      201,
    );
    const patch = async (...operations) => user(await scim.patch(path("Users", created), ...operations));
    const named = await patch({ op: "Replace", path: "name.givenName", value: "Emil" }, { op: "Add", path: "name.familyName", value: "Ek" });
    assert.deepEqual([named.name.givenName, named.name.familyName], ["Emil", "Ek"]);
    const moved = await patch({ op: "Replace", path: 'emails[type eq "work"].value', value: address("emil.ek") });
    assert.deepEqual(moved.emails.map(({ value }) => value), [address("emil.ek")]);
    const renamed = await patch({ op: "Replace", path: "userName", value: "emil.ek@tenant.example" });
    assert.deepEqual([renamed.userName, renamed.emails[0].value], ["emil.ek@tenant.example", address("emil.ek")]);
    const bundled = await patch({
      op: "Replace",
      value: { "name.givenName": "Emilio", 'emails[type eq "work"].value': address("emilio"), [`${enterprise}:department`]: "Works", [enterprise]: { division: "N" }, displayName: "E" },
    });
    assert.deepEqual([bundled.displayName, bundled.emails[0].value, bundled.userName], ["Emilio Ek", address("emilio"), "emil.ek@tenant.example"]);
    await patch({ op: "Replace", path: 'emails[type eq "work"].value', value: address("emil.ek") });
    await patch({ op: "Replace", path: `${enterprise}:manager`, value: "7" }, { op: "Replace", path: 'phoneNumbers[type eq "mobile"].value', value: "1" }, { op: "Add", path: 'roles[primary eq "True"].value', value: "r" });
    refused(await scim.patch(path("Users", created), { op: "Replace", path: "name.givenName", value: "Kept" }, { op: "Replace", path: "active", value: [{ value: "False" }] }), 400, "Failed to update user");
    assert.equal(user(await scim.get(path("Users", created))).name.givenName, "Kept", "operations are made one by one");
    assert.equal((await patch({ op: "Replace", path: "active", value: "False" })).active, false);
    assert.ok(!(await members()).includes(address("emil.ek")));
    assert.equal((await patch({ op: "Add", path: "active", value: "True" })).active, true);
    assert.deepEqual(await patch({ op: "Replace", path: "nickName", value: "unknown here" }), user(await scim.get(path("Users", created))));
    assert.equal((await scim.delete(path("Users", created))).status, 204);
  });

  test("creates, fills, empties, replaces and deletes groups", async () => {
    const scim = client(entra);
    const [three, four] = [user(await scim.post("/Users", person("entra3")), 201), user(await scim.post("/Users", person("entra4")), 201)];
    const empty = group(await scim.post("/Groups", { schemas: [Group.id, "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"], externalId: "g1", displayName: "Entra one", members: [] }), 201);
    const filled = group(await scim.post("/Groups", { schemas: [Group.id], externalId: "g2", displayName: "Entra two", members: [{ value: three.id, display: "VP" }] }), 201);
    const bare = group(await scim.post("/Groups", { schemas: [Group.id], displayName: "Entra three" }), 201);
    assert.deepEqual([empty, filled, bare].map((role) => role.members.length), [0, 1, 0]);
    assert.deepEqual(groups(await scim.get(filtered("Groups", 'displayName eq "Entra two"'))).map(({ id }) => id), [filled.id]);
    group(await scim.get(`${path("Groups", filled)}?excludedAttributes=members`).then(withMembers));

    const replaced = group(await scim.put(path("Groups", bare), { schemas: [Group.id], id: bare.id, displayName: "Entra 3", members: [{ value: three.id }, { value: four.id }] }));
    assert.deepEqual([replaced.id, replaced.displayName, replaced.members.length], [bare.id, "Entra 3", 2]);

    const patch = async (operation) => group(await scim.patch(path("Groups", empty), operation)).members.map(({ value }) => value);
    const add = { name: "addMember", op: "Add", path: "members", value: [{ displayName: "new", value: four.id }] };
    assert.deepEqual(await patch(add), [four.id]);
    assert.deepEqual(await patch({ op: "Remove", path: "members", value: [{ value: four.id }] }), []);
    assert.deepEqual(await patch(add), [four.id]);
    assert.deepEqual(await patch(add), [four.id], "twice is once");
    assert.deepEqual(await patch({ op: "Add", path: "members", value: [{ value: "987654321" }] }), [four.id], "nobody is skipped");
    assert.deepEqual(await patch({ op: "Add", path: "members", value: [{ value: filled.id }] }), [four.id], "a group within the group is skipped");
    assert.deepEqual(await patch({ op: "Remove", path: "members" }), []);
    refused(await scim.patch(path("Groups", empty), { op: "Remove", path: "displayName" }), 400, "Failed to update group");
    refused(await scim.put(path("Groups", empty), { schemas: [Group.id], members: [] }), 400, "Invalid group data");
    refused(await scim.post("/Groups", { schemas: [Group.id], members: [] }), 400, "Invalid group data");

    const again = group(await scim.post("/Groups", { schemas: [Group.id], displayName: "Entra two", members: [{ value: four.id }] }), 201);
    assert.deepEqual([again.id, again.members.map(({ value }) => value)], [filled.id, [four.id]], "a group is its name");
    for (const role of [empty, filled, bare]) {
      assert.equal((await scim.delete(path("Groups", role))).status, 204);
      refused(await scim.get(path("Groups", role)), 404, "Group not found");
    }
    for (const one of [three, four]) assert.equal((await scim.delete(path("Users", one))).status, 204);
  });

  /** A group is valid with or without the members that a client asked to leave out. */
  const withMembers = (answer) => ({ ...answer, body: { members: [], ...answer.body } });

  test("many changes of one group at once lose nothing", async () => {
    const scim = client(entra);
    const people = await Promise.all(Array.from({ length: 8 }, async (_, i) => user(await scim.post("/Users", person(`crowd${i}`)), 201)));
    const crowd = group(await scim.post("/Groups", { schemas: [Group.id], displayName: "Crowd" }), 201);
    await Promise.all(people.map(({ id }) => scim.patch(path("Groups", crowd), { op: "Add", path: "members", value: [{ value: id }] }).then(group)));
    const full = group(await scim.get(path("Groups", crowd)));
    assert.deepEqual(full.members.map(({ value }) => value).toSorted(), people.map(({ id }) => id).toSorted());
  });
});

test("what was provisioned is in the domain's log, without personal data", async () => {
  const all = await logs();
  const rows = all.slice(0, all.length - loggedBefore); // newest first
  for (const provider of ["okta", "entra_id"]) {
    assert.ok(rows.some((row) => row.identity_provider === provider && row.request_method === "PATCH" && row.response_status === 200), provider);
  }
  const text = JSON.stringify(rows);
  for (const secret of [fake.target.known.scim.token, address("olga"), "Olsen"]) assert.ok(!text.includes(secret), secret);
});
