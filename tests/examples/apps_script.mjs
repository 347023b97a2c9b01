// Runs a script of a Google Form's sheet, whose file is the first argument, for what is sent to the port that is the second.
import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import vm from "node:vm";

const rows = [["Zeitstempel", "Full name", "Email address", "Phone number", "Message"]];

const sheet = {
  getLastColumn: () => rows[0].length,
  getRange: (row, column, height, width) => ({
    getRow: () => row,
    getSheet: () => sheet,
    getValues: () => [rows[row - 1].slice(column - 1, column - 1 + width)],
    setValues: ([values]) => values.forEach((value, index) => (rows[row - 1][column - 1 + index] = value)),
  }),
};

// Google's call waits until it has its answer, which a program of its own does here.
const CALL = `
const { url, told } = JSON.parse(process.argv[1]);
const headers = { ...told.headers, "Content-Type": told.contentType };
fetch(url, { method: told.method, headers, body: told.payload })
  .then(async (answer) => console.log(JSON.stringify([answer.status, await answer.text()])))
  .catch(() => process.exit(1));
`;

function fetchNow(url, told) {
  const done = spawnSync(process.execPath, ["-e", CALL, JSON.stringify({ url, told })], { encoding: "utf8" });
  if (done.status !== 0) throw new Error("Address unavailable");
  const [status, text] = JSON.parse(done.stdout);
  if (status >= 400 && !told.muteHttpExceptions) throw new Error(`Request failed, returned code ${status}`);
  return { getResponseCode: () => status, getContentText: () => text };
}

const world = vm.createContext({
  PropertiesService: { getScriptProperties: () => ({ getProperty: (name) => process.env[name] }) },
  UrlFetchApp: { fetch: fetchNow },
  console: { warn: () => {} },
});
vm.runInContext(readFileSync(process.argv[2], "utf8"), world);

createServer(async (incoming, outgoing) => {
  const sent = new URLSearchParams(Buffer.concat(await incoming.toArray()).toString());
  const values = ["29.11.2026 13:05:00", ...rows[0].slice(1, 5).map((question) => sent.get(question) ?? "")];
  rows.push([...values]);
  const namedValues = Object.fromEntries(values.map((value, index) => [rows[0][index], [value]]));
  world.onFormSubmit({ namedValues, values, range: sheet.getRange(rows.length, 1, 1, values.length) });
  appendFileSync(process.env.LEADS, `${JSON.stringify([rows[0], rows.at(-1)])}\n`);
  outgoing.end("Your response has been recorded.");
}).listen(Number(process.argv[3]), "127.0.0.1");
