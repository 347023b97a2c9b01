// What a caller in TypeScript writes; it only has to pass the check of types.

import { type Answer, CallFailed, Client, clientPart, formPart, type Lead } from "fraudcheck-client";

const client = new Client("http://127.0.0.1:8080", { key: "k", timeout: 500 });
const lead: Lead = {
  email: "an.nguyen@gmail.com",
  phone: null,
  country: undefined,
  source: { vendor: "acme", price: { amount: "12.50", currency: "EUR" } },
  client: clientPart(new Headers(), { ip: "203.0.113.7" }),
  form: { ...formPart(new FormData()), fill_seconds: 41.7 },
  shirt_size: "M",
};
const answer: Answer = await client.check(lead, { idempotencyKey: "form-1" });
const kind: "accept" | "review" | "reject" = answer.decision;
const why: "timeout" | "unreachable" | "busy" | "refused" | "broken" | "unsendable" | null = answer.unchecked;
const codes: string[] = answer.verdict?.reasons.map((reason) => reason.code) ?? [];
const phone: string | null | undefined = answer.verdict?.normalized.phone;
if (answer.checkId !== null) {
  const vendor: string | null | undefined = (await client.get(answer.checkId)).lead?.source?.vendor;
  const { outcomes } = await client.outcome(answer.checkId, { outcome: "returned", reason: "invalid_phone" });
  console.log(vendor, outcomes[0]?.outcome);
}
// @ts-expect-error: no such reason
await client.outcome("", { outcome: "returned", reason: "because" });
// @ts-expect-error: seconds are numbers
const wrong: Lead = { form: { fill_seconds: "41" } };
// @ts-expect-error: there may be no verdict
answer.verdict.decision;
console.log(kind, why, codes, phone, wrong, new CallFailed("busy", 503).status);
