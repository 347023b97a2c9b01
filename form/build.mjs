// Builds form.ts into the package, under the hash of its bytes. One file for each version of fraudcheck stays for good:
// pages name it with its hash. `web/static/form.txt` lists them, the newest first, each with the version it came with.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { buildSync } from "esbuild";

const folder = new URL("../fraudcheck/web/static/", import.meta.url);
const [{ contents }] = buildSync({
  entryPoints: ["form.ts"],
  charset: "ascii",
  minify: true,
  target: "es2017",
  legalComments: "none",
  write: false,
}).outputFiles;
const hash = createHash("sha256").update(contents).digest("hex").slice(0, 16);
const version = /__version__ = "([^"]+)"/.exec(readFileSync(new URL("../../__init__.py", folder), "utf8"))[1];
const list = new URL("form.txt", folder);
const kept = existsSync(list) ? readFileSync(list, "utf8").trim().split("\n") : [];
const older = kept.filter((line) => line.split(" ")[1] !== version);
for (const line of kept) {
  const [name] = line.split(" ");
  if (!older.includes(line) && name !== hash && !older.some((each) => each.startsWith(name)))
    rmSync(new URL(`form.${name}.js`, folder), { force: true });
}
writeFileSync(new URL(`form.${hash}.js`, folder), contents);
writeFileSync(list, [`${hash} ${version}`, ...older.filter((line) => !line.startsWith(hash))].join("\n") + "\n");
console.log(`form.${hash}.js: ${contents.length} bytes`);
