// What a caller does with types that openapi-typescript made, against the service at the address it is given.
// It prints what it read of the answers, as JSON; ../call.py prints the same.

import createClient from "openapi-fetch";

import type { components, paths } from "./schema.js";

declare const process: { argv: string[] };

type Schemas = components["schemas"];

const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });

/** The answer, which has to be a good one. */
async function read<Data>(call: Promise<{ data?: Data; error?: unknown }>): Promise<Data> {
  const { data, error } = await call;
  if (data === undefined) throw new Error(`no answer: ${JSON.stringify(error)}`);
  return data;
}

const lead: Schemas["Lead"] = {
  email: "xkqjw8271z@mailinator.com",
  phone: "0912 840 375",
  name: "asdfgh",
  first_name: "An",
  last_name: "Nguyễn",
  company: "Anh Duc Furniture",
  message: "I need a quote for 40 chairs in March.",
  address: "12 Hàng Bài, Hà Nội",
  postal_code: "11000",
  country: "VN",
  source: {
    vendor: "acme",
    campaign: "spring",
    sub_id: "pub-4711",
    channel: "ppc",
    price: { amount: "12.50", currency: "EUR" },
  },
  client: {
    ip: "203.0.113.7",
    user_agent: "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    accept_language: "vi-VN,vi;q=0.9",
    timezone: "Asia/Ho_Chi_Minh",
    device_id: "9f3c1b7e5a2d4c60",
    referrer: "https://shop.example/chairs",
    page_url: "https://shop.example/contact",
  },
  form: {
    seconds_on_page: 84.2,
    fill_seconds: 0.8,
    keystrokes: 63,
    pastes: 0,
    autofills: 0,
    pointer_events: 118,
    honeypot: "",
    webdriver: false,
    token: "c1f0a6d2b94e",
  },
  submitted_at: "2026-11-23T09:30:00+07:00",
  reference: "crm-123",
  shirt_size: "M",
};
const once = { header: { "Idempotency-Key": "form-1" } };
const first: Schemas["CheckVerdict"] = await read(client.POST("/v1/checks", { params: once, body: lead }));
const again = await read(client.POST("/v1/checks", { params: once, body: lead }));
await read(client.POST("/v1/checks", { body: { phone: "+84912345678", email: null } }));
const { error: problem } = await client.POST("/v1/checks", { body: { name: "An" } });

const one = { params: { path: { check_id: first.check_id } } };
const kept: Schemas["KeptCheck"] = await read(client.GET("/v1/checks/{check_id}", one));
const page = await read(client.GET("/v1/checks", { params: { query: { limit: 1 } } }));
const rest = await read(
  client.GET("/v1/checks", { params: { query: { limit: 1, cursor: page.next_cursor ?? first.check_id } } }),
);
const rejected = await read(
  client.GET("/v1/checks", { params: { query: { vendor: "acme", decision: "reject", from: first.checked_at } } }),
);

const told: Schemas["ToldOutcome"] = { outcome: "returned", reason: "invalid_phone", at: first.submitted_at };
const { outcomes } = await read(client.POST("/v1/checks/{check_id}/outcome", { ...one, body: told }));
const vendors = await read(client.GET("/v1/vendors", { params: { query: { visits: ["100"] } } }));
const report = await read(
  client.GET("/v1/vendors/{vendor}/report", { params: { path: { vendor: "acme" }, query: { campaign: "spring" } } }),
);
const catalogue = await read(client.GET("/v1/reasons"));

let batch: Schemas["Batch"] = await read(
  client.POST("/v1/batches", {
    params: { query: { map: ["reference=reference"] } },
    body: "email,phone,reference\nan@gmail.com,+84912345678,r1\n,,r2\n",
    bodySerializer: (file) => file,
    headers: { "Content-Type": "text/csv" },
  }),
);
const job = { params: { path: { batch_id: batch.id } } };
while (batch.state === "queued" || batch.state === "running") {
  await new Promise((resolve) => setTimeout(resolve, 100));
  batch = await read(client.GET("/v1/batches/{batch_id}", job));
}
const lines = (file: string): string[] => file.trim().split("\n");
const results = await read(client.GET("/v1/batches/{batch_id}/results", { ...job, parseAs: "text" }));
const unread = await read(client.GET("/v1/batches/{batch_id}/rejected", { ...job, parseAs: "text" }));

const capped = first.group_caps.reduce((sum, cap) => sum + cap.points_removed, 0);
const points = first.reasons.reduce((sum, reason) => sum + reason.points, first.prior) + capped;
console.log(
  JSON.stringify({
    decision: first.decision,
    trust_score: first.trust_score,
    score_range: first.score_range,
    sum: Math.abs(points - first.sum) < 0.001,
    codes: first.reasons.filter((reason) => reason.group === "email").map((reason) => reason.code),
    phone: first.normalized.phone,
    suggested: first.suggestions.email,
    submitted: first.submitted_at,
    same: again.check_id === first.check_id,
    problem: [problem?.status, problem?.errors?.map((error) => error.field)],
    kept: [kept.lead?.source?.vendor, kept.lead?.form?.keystrokes, kept.lead?.extra, kept.revised_by, kept.erased],
    pages: [...page.checks, ...rest.checks].map((check) => check.check_id === first.check_id),
    rejected: rejected.checks.map((check) => check.reference),
    outcomes: outcomes.map((outcome) => [outcome.outcome, outcome.reason]),
    vendors: vendors.vendors.map((line) => line.vendor).sort(),
    visits: vendors.conversions[0]?.visits,
    report: [report.summary.vendor, report.summary.bad.part, report.campaigns[0]?.name, report.summary.change],
    catalogue: catalogue.reasons.find((reason) => reason.code === "EMAIL_DISPOSABLE")?.return_reason,
    batch: [batch.state, batch.rows, batch.rejected, batch.finished_at !== null],
    results: lines(results).map((line) => (JSON.parse(line) as Schemas["BatchRow"]).reference),
    unread: lines(unread).map((line) => (JSON.parse(line) as Schemas["Rejected"]).row),
  }),
);
