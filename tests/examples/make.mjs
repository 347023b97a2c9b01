// Goes through a blueprint of Make, whose file is the first argument, for what is sent to the port that is the second. It
// knows the modules that the blueprint has.
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:http";

const placeholders = { "https://checks.example.com": process.env.FRAUDCHECK_URL, YOUR_KEY: process.env.FRAUDCHECK_KEY };
const text = readFileSync(process.argv[2], "utf8");
const { flow } = JSON.parse(
  Object.entries(placeholders).reduce((all, [placeholder, own]) => all.replaceAll(placeholder, own), text),
);

// A mapped text: {{1.email}} is a value of a module's output, {{ifempty(A; "B")}} B where A is nothing.
function mapped(text, outputs) {
  const read = (path) => path.trim().split(".").reduce((found, name) => found?.[name], outputs) ?? "";
  return text.replace(/\{\{(?:ifempty\((.*?); "(.*?)"\)|(.*?))\}\}/g, (_, path, other, alone) =>
    alone === undefined ? read(path) || other : read(alone),
  );
}

const pairs = (listed, name, outputs) => listed.map((each) => [each[name], mapped(each.value, outputs)]);

const run = {
  "http:ActionSendData": async ({ mapper, parameters, onerror }, outputs) => {
    if (mapper.bodyType !== "x_www_form_urlencoded") throw new Error("another body than a form");
    try {
      const answer = await fetch(mapper.url, {
        method: mapper.method,
        headers: Object.fromEntries(pairs(mapper.headers, "name", outputs)),
        body: new URLSearchParams(pairs(mapper.formFields, "key", outputs)),
        signal: AbortSignal.timeout(Number(mapper.timeout) * 1000),
      });
      if (!answer.ok && parameters.handleErrors) throw new Error(`status ${answer.status}`);
      const isJson = answer.headers.get("content-type").startsWith("application/json");
      return { statusCode: answer.status, data: isJson && mapper.parseResponse ? await answer.json() : await answer.text() };
    } catch (problem) {
      if (onerror?.[0].module !== "builtin:Resume") throw problem;
      return onerror[0].mapper;
    }
  },
  "util:SetVariables": async ({ mapper }, outputs) => Object.fromEntries(pairs(mapper.variables, "name", outputs)),
  "gateway:WebhookRespond": async ({ mapper }, outputs, outgoing) => {
    outgoing.writeHead(Number(mapper.status), Object.fromEntries(pairs(mapper.headers, "key", outputs)));
    outgoing.end(mapped(mapper.body, outputs));
  },
};

createServer(async (incoming, outgoing) => {
  const [hook, ...modules] = flow;
  if (hook.module !== "gateway:CustomWebHook") throw new Error("begins with another module than a webhook");
  const outputs = { [hook.id]: Object.fromEntries(new URLSearchParams(Buffer.concat(await incoming.toArray()).toString())) };
  for (const module of modules) outputs[module.id] = await run[module.module](module, outputs, outgoing);
  const { id } = modules.find((module) => module.module === "util:SetVariables");
  appendFileSync(process.env.LEADS, `${JSON.stringify(outputs[id])}\n`);
}).listen(Number(process.argv[3]), "127.0.0.1");
