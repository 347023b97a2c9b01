// The JavaScript client against the real service, whose address and keys are in the environment.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import test from "node:test";

import { CallFailed, Client, clientPart, formPart } from "../../../clients/javascript/index.js";

const { URL_OF_SERVICE: url, KEY_OF_SERVICE: key } = process.env;
const client = new Client(url, { key, timeout: 20_000 });
const LEAD = { email: "xkqjw8271z@mailinator.com", name: "asdfgh", country: "VN", form: { fill_seconds: 0.8 } };

test("a lead is judged, read again, and told of", async () => {
  const answer = await client.check({ ...LEAD, reference: "js-1" });
  assert.deepEqual([answer.decision, answer.unchecked, answer.status], ["reject", null, 200]);
  assert.equal(answer.verdict.reference, "js-1");
  const kept = await client.get(answer.checkId);
  assert.deepEqual([kept.check_id, kept.decision, kept.erased], [answer.checkId, "reject", false]);
  const told = { outcome: "returned", reason: "invalid_email" };
  for (const _ of [1, 2])
    assert.equal((await client.outcome(answer.checkId, told)).outcomes.length, 1);
});

test("one lead under one key is one check, also under a key that no header carries", async () => {
  for (const idempotencyKey of ["js-1", "Đơn số 1 (js)", "js\r\nX-B: c", "js".repeat(300)]) {
    const [first, again] = await Promise.all([client.check(LEAD, { idempotencyKey }), client.check(LEAD, { idempotencyKey })]);
    assert.equal(first.checkId, again.checkId);
    assert.ok(first.checkId);
    const later = await client.check(LEAD, { idempotencyKey: first.idempotencyKey });
    assert.equal(later.checkId, first.checkId);
    const other = await client.check({ phone: "+84912345678" }, { idempotencyKey });
    assert.deepEqual([other.decision, other.unchecked, other.status], ["review", "refused", 409]);
  }
});

test("what is refused says why", async () => {
  const nobody = await client.check({ name: "An" });
  assert.deepEqual([nobody.unchecked, nobody.status], ["refused", 422]);
  assert.deepEqual(nobody.problem.errors.map((error) => error.field), ["email", "phone"]);
  const stranger = await new Client(url, { key: "none", timeout: 20_000 }).check(LEAD);
  assert.deepEqual([stranger.unchecked, stranger.status, stranger.decision], ["refused", 401, "review"]);
  const large = await client.check({ ...LEAD, message: "x".repeat(70_000) });
  assert.deepEqual([large.unchecked, large.status], ["refused", 413]);
  for (const id of ["01a207bd-a9c0-7a2a-aa2a-2a2a2a2a2a2a", "..", "x/y"])
    await assert.rejects(client.get(id), (problem) => problem instanceof CallFailed && problem.status === 404);
});

test("what is no JSON never breaks a form", async () => {
  const round = { ...LEAD };
  round.round = round;
  const refuses = { toJSON() { throw new Error(LEAD.email); } };
  for (const lead of [round, refuses, { ...LEAD, big: 1n }, undefined, null, "lead", [LEAD], () => LEAD])
    assert.equal((await client.check(lead)).unchecked, "unsendable");
  const dated = await client.check({ ...LEAD, submitted_at: new Date(), nothing: undefined, half: "\ud800" });
  assert.deepEqual([dated.unchecked, dated.verdict.warnings], [null, []]);
});

test("parts of a lead come from a form and its headers", async () => {
  const form = new URLSearchParams({ email: LEAD.email, fraudcheck: "mark-js" });
  assert.deepEqual(formPart(form), { token: "mark-js" });
  assert.deepEqual(formPart({ fraudcheck: "mark-js" }), { token: "mark-js" });
  for (const without of [{}, { fraudcheck: "" }, { fraudcheck: ["a"] }, new FormData()]) assert.deepEqual(formPart(without), {});
  const sent = { "User-Agent": "Mozilla/5.0", "Accept-Language": "vi", Referer: "https://shop.example/contact" };
  const part = { user_agent: "Mozilla/5.0", accept_language: "vi", page_url: "https://shop.example/contact" };
  assert.deepEqual(clientPart(new Headers(sent)), part);
  assert.deepEqual(clientPart(sent, { ip: "203.0.113.7" }), { ip: "203.0.113.7", ...part });
  assert.deepEqual(clientPart({ "user-agent": "" }), { user_agent: "" });
  const answer = await client.check({ ...LEAD, form: formPart(form), client: clientPart(sent) });
  const kept = await client.get(answer.checkId);
  assert.equal(kept.lead.client.user_agent, "Mozilla/5.0");
});

test("a client is not made with what is no address, key or limit", () => {
  for (const wrong of ["", "checks.example", "ftp://checks.example", "http://u:secret@checks.example", "http://checks.example/?a=1", null])
    assert.throws(() => new Client(wrong), (problem) => /^url: /.test(problem.message) && !/secret/.test(problem.message));
  assert.throws(() => new Client(url, { key: "a\nb" }), /^TypeError: key: [^\n]*$/);
  for (const timeout of [0, -1, NaN, Infinity, "x"]) assert.throws(() => new Client(url, { timeout }), /^TypeError: timeout: /);
  new Client(`${url}/`, { key: ` ${key}\n` });
});

test("CommonJS has it as well", () => {
  const required = createRequire(import.meta.url)("../../../clients/javascript/index.js");
  assert.equal(required.Client, Client);
});
