// Shows a page of Next.js, fills it in, sends it, and prints what happened, as JSON. Standard input says how.
import { readFileSync } from "node:fs";

const { given, scripted, answer } = JSON.parse(readFileSync(0, "utf8"));
const states = [];
const [posted, pushed] = [[], []];
let asked = 0;

// What the stand-ins for react and next, beside this file, hand on to.
globalThis.useState = (first) => {
  const place = asked++;
  if (place === states.length) states.push(first);
  return [states[place], (value) => (states[place] = value)];
};
globalThis.useRouter = () => ({ push: (path) => pushed.push(path) });

const { default: Contact } = await import("./out/page.js");

// The elements of the page as it is now.
function draw() {
  asked = 0;
  const within = (element) => [element, ...[element?.props?.children ?? []].flat(9).flatMap(within)];
  return within(Contact()).filter((element) => element?.props);
}

const find = (kind) => draw().find((element) => element.type === kind).props;
const plain = (props) => Object.fromEntries(Object.entries(props).filter(([, value]) => typeof value === "string"));

globalThis.fetch = async (url, { method, headers, body }) => {
  posted.push([url, method, headers["Content-Type"], JSON.parse(body)]);
  if (answer === null) throw new TypeError("fetch failed");
  return new Response(null, { status: answer });
};
globalThis.window = scripted ? { fraudcheck: { data: (form) => `what was measured of ${form.id}` } } : {};

const shown = { script: plain(find("Script")), form: plain(find("form")), posted, pushed };
for (const [name, value] of Object.entries(given)) find("form").onChange({ target: { name, value } });
await find("form").onSubmit({ preventDefault: () => (shown.prevented = true), currentTarget: { id: "the form" } });
shown.alert = draw().find((element) => element.props.role === "alert")?.props.children ?? null;
console.log(JSON.stringify(shown));
