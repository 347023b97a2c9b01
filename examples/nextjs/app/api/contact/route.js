// What becomes of the form: fraudcheck is asked, the lead is kept, and the visitor is thanked, whatever the verdict.
import { appendFile } from "node:fs/promises";

const SERVICE = process.env.NEXT_PUBLIC_FRAUDCHECK_URL ?? "http://127.0.0.1:8080";
const KEY = process.env.FRAUDCHECK_KEY ?? ""; // a secret: it stays on your server
const PROXIES = Number(process.env.PROXIES ?? 0); // how many of your own proxies stand before Next.js
const LEADS = process.env.LEADS ?? "leads.ndjson"; // in the place of your database

// The verdict on a lead; an empty one where there is none within a second: then a person decides.
async function judge(lead) {
  try {
    const answer = await fetch(`${SERVICE}/v1/checks`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${KEY}` },
      body: JSON.stringify(lead),
      signal: AbortSignal.timeout(1000),
    });
    return (answer.ok && (await answer.json())) || {};
  } catch {
    return {};
  }
}

// The visitor's address. Next.js hands on what the visitor wrote into X-Forwarded-For: only what your own proxies added
// can be believed, and without a proxy nothing is.
function address(headers) {
  const added = headers.get("x-forwarded-for")?.split(",") ?? [];
  return PROXIES ? added.at(-PROXIES)?.trim() : undefined;
}

export async function POST(request) {
  const isJson = request.headers.get("content-type")?.startsWith("application/json");
  // A browser without JavaScript sends the form itself.
  const sent = isJson ? await request.json() : Object.fromEntries(await request.formData());
  const contact = { name: sent.name, email: sent.email, phone: sent.phone, message: sent.message };
  const verdict = await judge({
    ...contact,
    source: { vendor: "website" },
    client: {
      ip: address(request.headers),
      user_agent: request.headers.get("user-agent"),
      accept_language: request.headers.get("accept-language"),
      page_url: request.headers.get("referer"),
    },
    form: { token: sent.fraudcheck }, // what form.js measured
  });
  const kept = { ...contact, check_id: verdict.check_id ?? null, decision: verdict.decision ?? "review" };
  await appendFile(LEADS, `${JSON.stringify(kept)}\n`);
  return new Response(null, { status: 303, headers: { Location: "/contact/thanks" } });
}
