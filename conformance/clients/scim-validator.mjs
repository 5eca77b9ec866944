// What a SCIM client expects of a server, checked with scimmy's own classes: every answer becomes an instance of the
// schema or message that it claims to be, and must come out of it as it went in.
import assert from "node:assert/strict";
import SCIMMY from "scimmy";

const { Schemas, Messages, Types } = SCIMMY;

/** A provisioning client of one server. `user` and `group` check each answer; `list` and `refusal` the messages. */
export class ScimClient {
  #base;
  #headers;

  constructor(base, token, headers = {}) {
    this.#base = base;
    this.#headers = { ...(token && { Authorization: `Bearer ${token}` }), "Content-Type": "application/scim+json", Accept: "application/scim+json", ...headers };
  }

  /** Any request; `body` is sent as it is if it is text, else as JSON. */
  async request(method, path, body) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await fetch(this.#base + path, { method, headers: this.#headers, ...(body !== undefined && { body: text }) });
    const received = await answer.text();
    if (received === "") return { status: answer.status, path };
    assert.match(answer.headers.get("content-type") ?? "", /^application\/(scim\+)?json\b/, `${method} ${path}`);
    return { status: answer.status, path, body: JSON.parse(received) };
  }

  get = (path) => this.request("GET", path);
  post = (path, body) => this.request("POST", path, body);
  put = (path, body) => this.request("PUT", path, body);
  delete = (path) => this.request("DELETE", path);

  /** A PATCH whose message scimmy accepts as one, or the test itself is wrong. */
  patch(path, ...Operations) {
    return this.request("PATCH", path, new Messages.PatchOp({ schemas: [Messages.PatchOp.id], Operations }));
  }
}

/** The resource of an answer, if it is a valid one: `Schema` is a class of scimmy. */
export function resource(answer, Schema, status = 200) {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  return valid(answer.body, Schema);
}

export const user = (answer, status) => resource(answer, Schemas.User, status);
export const group = (answer, status) => resource(answer, Schemas.Group, status);

function valid(body, Schema) {
  const kept = JSON.parse(JSON.stringify(new Schema(body, "out")));
  // Nothing is lost or changed, so nothing is there that the schema does not define.
  assert.deepEqual(kept, { schemas: [Schema.id], ...body });
  for (const { name, config } of Schema.definition.attributes) if (config?.required) assert.notEqual(body[name], "", `${name} is required`);
  assert.equal(typeof body.id, "string", "an id is text");
  assert.equal(body.meta.resourceType, Schema.definition.name);
  assert.ok(body.meta.location.endsWith(`/${Schema.definition.name}s/${body.id}`), body.meta.location);
  return body;
}

/** The resources of a list, each valid if `Schema` is given. */
export function list(answer, Schema) {
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  const { body } = answer;
  assert.deepEqual(body.schemas, [Messages.ListResponse.id]);
  const message = new Messages.ListResponse(body);
  assert.equal(message.totalResults, body.totalResults);
  assert.ok(body.totalResults >= body.Resources.length);
  if (Schema) body.Resources.forEach((row) => valid(row, Schema));
  return body.Resources;
}

export const users = (answer) => list(answer, Schemas.User);
export const groups = (answer) => list(answer, Schemas.Group);

/** A refusal in SCIM's own form, which scimmy reads and throws as the error that it stands for. */
export function refused(answer, status, detail) {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.ok(Array.isArray(answer.body.schemas), JSON.stringify(answer.body));
  assert.throws(
    () => new Messages.ErrorResponse(answer.body),
    (error) => {
      assert.ok(error instanceof Types.Error, `${error}`);
      assert.equal(Number(error.status), status);
      if (detail) assert.equal(error.message, detail);
      return true;
    },
  );
}
