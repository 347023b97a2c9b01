// What the JavaScript client makes of services, each at an address that it is given by name. It prints that as JSON.

import { inspect } from "node:util";

import { Client } from "../../../clients/javascript/index.js";

const { urls, lead, key, timeout } = JSON.parse(process.argv[2]);
const printed = [];
for (const name of ["log", "warn", "error"]) console[name] = (...words) => printed.push(inspect(words));

const answers = await Promise.all(
  Object.entries(urls).map(async ([name, url]) => {
    const began = performance.now();
    const client = new Client(url, { key, timeout });
    const answer = await client.check(lead);
    return [
      name,
      {
        decision: answer.decision,
        check_id: answer.checkId,
        unchecked: answer.unchecked,
        status: answer.status,
        title: answer.problem?.title ?? null,
        score: answer.verdict?.trust_score ?? null,
        key: answer.idempotencyKey,
        seconds: (performance.now() - began) / 1000,
        printed: [inspect([client, answer], { depth: 9, showHidden: false }), JSON.stringify([client, answer]), ...printed].join(),
      },
    ];
  }),
);
process.stdout.write(JSON.stringify(Object.fromEntries(answers)), () => process.exit());
