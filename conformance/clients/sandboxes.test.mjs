// Many tests of a Node runner on one fake at the same time: each has a world of its own, named by a header or by the path
// of its base URL, and sees nothing of the others.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startFake } from "./fake.mjs";

const tests = 50;
let fake;

before(async () => {
  fake = await startFake();
});
after(() => fake.stop());

/** A client of one sandbox, with nothing but fetch. */
function client({ base, headers = {} }) {
  const { personal_api_key } = fake.target.credentials.admin;
  const call = async (method, address, body) => {
    const answer = await fetch(new URL(address, base), {
      method,
      headers: { ...headers, authorization: `Bearer ${personal_api_key}`, "content-type": "application/json" },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text && JSON.parse(text) };
  };
  const domains = `${base}/api/organizations/${fake.target.organization.id}/domains/`;
  return {
    create: (domain) => call("POST", domains, { domain }),
    delete: (id) => call("DELETE", `${domains}${id}/`),
    reset: () => call("POST", `${base}/_understudy/reset`),
    requests: () => call("GET", `${base}/_understudy/requests?limit=1000`),
    /** All domains, two a page, by the links that lead from one page to the next, and those links. */
    async list() {
      const rows = [];
      const links = [];
      for (let next = `${domains}?limit=2`; next; ) {
        const { status, body } = await call("GET", next);
        assert.equal(status, 200);
        rows.push(...body.results);
        if ((next = body.next)) links.push(next);
      }
      return { rows, links };
    },
  };
}

const ways = {
  header: (name) => ({ base: fake.target.base_url, headers: { "Understudy-Sandbox": name } }),
  path: (name) => ({ base: `${fake.target.base_url}/_sandbox/${name}` }),
};

const names = ({ rows }) => rows.map(({ domain }) => domain).toSorted();

describe("sandboxes", { concurrency: tests }, () => {
  for (let i = 0; i < tests; i++) {
    const way = i % 2 ? "header" : "path";
    test(`${i}, by ${way}`, async () => {
      const place = ways[way](`node-${i}`);
      const own = client(place);
      const start = names(await own.list());
      // All tests use the same names but for one: whoever shared a world would be told that they are taken.
      const mine = [`only-${i}.example.com`, "same-1.example.com", "same-2.example.com"];
      const created = await Promise.all(mine.map((domain) => own.create(domain)));
      assert.deepEqual(created.map(({ status }) => status), [201, 201, 201], JSON.stringify(created));

      const listed = await own.list();
      assert.deepEqual(names(listed), [...start, ...mine].toSorted());
      assert.ok(listed.links.length > 0, "there are several pages");
      for (const link of listed.links) assert.ok(link.startsWith(`${place.base}/api/`), link);

      assert.equal((await own.delete(created[0].body.id)).status, 204);
      assert.deepEqual(names(await own.list()), [...start, ...mine.slice(1)].toSorted());
      const { body: journal } = await own.requests();
      assert.equal(journal.requests.filter(({ method }) => method === "POST").length, mine.length);
      assert.equal(journal.requests.filter(({ method }) => method === "DELETE").length, 1);
      assert.equal((await own.reset()).status, 204);
      assert.deepEqual(names(await own.list()), start);
    });
  }
});

test("the header and the path lead to the same sandbox", async () => {
  const [one, other] = [client(ways.header("shared")), client(ways.path("shared"))];
  const { body } = await one.create("shared.example.com");
  assert.ok(names(await other.list()).includes("shared.example.com"));
  assert.equal((await other.delete(body.id)).status, 204);
  assert.ok(!names(await one.list()).includes("shared.example.com"));
});

test("who names no sandbox sees nothing of any", async () => {
  const all = names(await client({ base: fake.target.base_url }).list());
  assert.ok(all.length > 0);
  assert.ok(!all.some((domain) => /^(only|same|shared)-?/.test(domain)), all.join(", "));
});
