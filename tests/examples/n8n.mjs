// Goes through a workflow of n8n, whose file is the first argument, for what is sent to the port that is the second. It
// knows the nodes that the workflow has, and takes the credential to be as the workflow's note says.
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:http";

const workflow = JSON.parse(readFileSync(process.argv[2], "utf8"));
const nodes = Object.fromEntries(workflow.nodes.map((node) => [node.name, node]));

// A parameter's value: "=" begins a text with expressions, and an expression alone keeps its kind.
function value(text, items, $json) {
  if (typeof text !== "string" || !text.startsWith("=")) return text;
  const $ = (name) => ({ item: { json: items[name] } });
  const evaluated = (code) => new Function("$json", "$", `return (${code})`)($json, $);
  const alone = /^=\{\{((?:(?!\}\}).)*)\}\}$/s.exec(text);
  return alone ? evaluated(alone[1]) : text.slice(1).replace(/\{\{(.*?)\}\}/gs, (_, code) => evaluated(code));
}

const run = {
  webhook: async (_, item) => [item],
  noOp: async (_, item) => [item],
  respondToWebhook: async ({ parameters }, item, items, outgoing) => {
    if (parameters.respondWith !== "redirect") throw new Error("another answer than a redirection");
    outgoing.writeHead(parameters.options.responseCode, { Location: value(parameters.redirectURL, items, item) }).end();
    return [item];
  },
  httpRequest: async ({ parameters, onError }, item, items) => {
    const url = value(parameters.url, items, item).replace("https://checks.example.com", process.env.FRAUDCHECK_URL);
    const sign = parameters.authentication === "genericCredentialType" && parameters.genericAuthType === "httpHeaderAuth";
    try {
      const answer = await fetch(url, {
        method: parameters.method,
        headers: {
          "Content-Type": parameters.sendBody && parameters.specifyBody === "json" ? "application/json" : "",
          Authorization: sign ? `Bearer ${process.env.FRAUDCHECK_KEY}` : "",
        },
        body: value(parameters.jsonBody, items, item),
        signal: AbortSignal.timeout(parameters.options.timeout),
      });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const isJson = answer.headers.get("content-type").startsWith("application/json");
      return [isJson ? ((await answer.json()) ?? {}) : { data: await answer.text() }];
    } catch (problem) {
      if (onError !== "continueRegularOutput") throw problem;
      return [{ error: { message: problem.message } }];
    }
  },
  set: async ({ parameters }, item, items) => [
    Object.fromEntries(parameters.assignments.assignments.map((each) => [each.name, value(each.value, items, item)])),
  ],
  if: async ({ parameters }, item, items) => {
    const [{ leftValue, rightValue, operator }, ...others] = parameters.conditions.conditions;
    if (others.length || operator.operation !== "equals") throw new Error("another condition than one equality");
    return value(leftValue, items, item) === value(rightValue, items, item) ? [item, null] : [null, item];
  },
};

createServer(async (incoming, outgoing) => {
  const sent = Object.fromEntries(new URLSearchParams(Buffer.concat(await incoming.toArray()).toString()));
  const start = workflow.nodes.find((node) => node.type === "n8n-nodes-base.webhook");
  let [name, item] = [start.name, { headers: incoming.headers, params: {}, query: {}, body: sent }];
  const items = {};
  for (;;) {
    const outputs = await run[nodes[name].type.replace("n8n-nodes-base.", "")](nodes[name], item, items, outgoing);
    const output = outputs.findIndex(Boolean);
    items[name] = item = outputs[output];
    const next = workflow.connections[name]?.main[output];
    if (!next) break;
    name = next[0].node;
  }
  appendFileSync(process.env.LEADS, `${JSON.stringify({ ...item, end: name })}\n`);
}).listen(Number(process.argv[3]), "127.0.0.1");
