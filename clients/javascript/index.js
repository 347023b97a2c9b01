/**
 * How does a form backend ask fraudcheck about a lead? One call, with a limit of time for all tries, that never fails.
 *
 * Where no verdict can be had, the answer says so, and the form goes on: a lead is never lost because of it. Nothing of
 * a lead and no key stands in what is printed of a client, an answer or an error.
 */

/** @typedef {import("./types.js").Lead} Lead */
/** @typedef {import("./types.js").CheckVerdict} CheckVerdict */
/** @typedef {import("./types.js").KeptCheck} KeptCheck */
/** @typedef {import("./types.js").ToldOutcome} ToldOutcome */
/** @typedef {import("./types.js").LeadOutcomes} LeadOutcomes */
/** @typedef {import("./types.js").ProblemDocument} ProblemDocument */
/**
 * Why there is no verdict. `timeout`: none came within the limit. `unreachable`: no connection, or one that broke off
 * before the answer's end. `busy`: 429, 502, 503 or 504, and no time for another try. `refused`: another 4xx; `status`
 * says which. `broken`: an answer that is none of fraudcheck's. `unsendable`: the lead is no JSON.
 * @typedef {"timeout" | "unreachable" | "busy" | "refused" | "broken" | "unsendable"} Why
 */

const LARGEST = 1 << 20; // bytes of an answer that are read, at most; a verdict has about 4,000
const FIRST_PAUSE = 50; // milliseconds between two tries, where the service names no time
const LONGEST_PAUSE = 2000;
const SHORTEST_TRY = 20; // milliseconds that a further try needs to be worth it
const AGAIN = [429, 502, 503, 504];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A call that gave nothing, and why. */
export class CallFailed extends Error {
  #problem;

  /**
   * @param {Why} why
   * @param {number | null} [status]
   * @param {ProblemDocument | null} [problem]
   */
  constructor(why, status = null, problem = null) {
    super(status === null ? why : `${why} (${status})`);
    this.name = "CallFailed";
    this.why = why;
    /** The status of the answer, if one came. */
    this.status = status;
    this.#problem = problem;
  }

  /** What the service said of a call that it refused. */
  get problem() {
    return this.#problem;
  }
}

/** What a form goes on with: a verdict, or why there is none (`unchecked`). */
export class Answer {
  #verdict;
  #problem;
  #idempotencyKey;

  /**
   * @param {CheckVerdict | null} verdict
   * @param {CallFailed | null} failed
   * @param {string} idempotencyKey
   */
  constructor(verdict, failed, idempotencyKey) {
    this.#verdict = verdict;
    this.#problem = failed?.problem ?? null;
    this.#idempotencyKey = idempotencyKey;
    /** The verdict's; without one `review`: somebody has to look, or to ask again later. */
    this.decision = verdict?.decision ?? "review";
    /** The id of the check, to keep with the lead; null without a verdict. */
    this.checkId = verdict?.check_id ?? null;
    /** Why there is no verdict; null if there is one. */
    this.unchecked = failed?.why ?? null;
    /** The status of the service's answer, if one came. */
    this.status = failed === null ? 200 : failed.status;
  }

  /** The verdict, or null. */
  get verdict() {
    return this.#verdict;
  }

  /** What the service said of a call that it refused. */
  get problem() {
    return this.#problem;
  }

  /** To keep beside a lead that was not checked: the same lead under the same key may be sent again, and counts once. */
  get idempotencyKey() {
    return this.#idempotencyKey;
  }
}

/** Calls the service. One client a process is enough; connections are kept open by `fetch` itself. */
export class Client {
  #url;
  #mark = ""; // by which a call of this client is known; made with the first call, as workers allow no chance before
  #headers;
  #timeout;

  /**
   * @param {string} url where the service is, such as `http://127.0.0.1:8080`
   * @param {{key?: string | undefined, timeout?: number | undefined}} [options] `key`, where the service needs one;
   *   `timeout`, the limit in milliseconds of one call, all its tries and pauses together (1000)
   */
  constructor(url, { key = "", timeout = 1000 } = {}) {
    this.#url = service(url);
    key = (key ?? "").trim();
    if (!/^[!-~]*$/.test(key)) throw new TypeError("key: give what `fraudcheck keys create` printed");
    if (!(timeout > 0 && timeout < 2 ** 31)) throw new TypeError("timeout: give milliseconds, more than 0");
    /** @type {Record<string, string>} */
    this.#headers = { Accept: "application/json", ...(key ? { Authorization: `Bearer ${key}` } : {}) };
    this.#timeout = timeout;
  }

  /**
   * Judge one lead. It never rejects: without a verdict, the answer says why. Give an `idempotencyKey` of your own (the
   * form submission's id) if you may send the same lead again.
   * @param {Lead} lead
   * @param {{idempotencyKey?: string | undefined}} [options]
   * @returns {Promise<Answer>}
   */
  async check(lead, options) {
    let key = "";
    try {
      key = await soundKey(options?.idempotencyKey);
      const verdict = await this.#call("POST", "/v1/checks", written(lead), key);
      if (!isVerdict(verdict)) throw new CallFailed("broken", 200);
      return new Answer(verdict, null, key);
    } catch (problem) {
      return new Answer(null, problem instanceof CallFailed ? problem : new CallFailed("broken"), key);
    }
  }

  /**
   * A check as it is kept, with its facts. It rejects with CallFailed.
   * @param {string} checkId
   * @returns {Promise<KeptCheck>}
   */
  async get(checkId) {
    return /** @type {KeptCheck} */ (await this.#call("GET", `/v1/checks/${checked(checkId)}`));
  }

  /**
   * Tell what became of a lead; told twice, it counts once. It rejects with CallFailed.
   * @param {string} checkId
   * @param {ToldOutcome} told
   * @returns {Promise<LeadOutcomes>}
   */
  async outcome(checkId, told) {
    const path = `/v1/checks/${checked(checkId)}/outcome`;
    return /** @type {LeadOutcomes} */ (await this.#call("POST", path, written(told)));
  }

  /**
   * The JSON object that a call gives, within the limit.
   * @param {string} method
   * @param {string} path
   * @param {string} [body]
   * @param {string} [key]
   * @returns {Promise<unknown>}
   */
  async #call(method, path, body, key) {
    const ends = performance.now() + this.#timeout;
    const stop = new AbortController();
    this.#mark ||= crypto.randomUUID().slice(0, 18);
    /** @type {RequestInit} */
    const request = {
      method,
      body: body ?? null,
      redirect: "manual", // another host must not have the key
      signal: stop.signal,
      headers: {
        ...this.#headers,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(key ? { "Idempotency-Key": key } : {}),
      },
    };
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const timeUp = new Promise((_, fail) => {
      timer = setTimeout(() => fail(new CallFailed("timeout")), this.#timeout);
    });
    try {
      return await Promise.race([tries(this.#url + path, request, ends, this.#mark), timeUp]);
    } finally {
      clearTimeout(timer);
      stop.abort(); // what still runs is of no use
    }
  }
}

/**
 * `form` of a lead, from the fields that were posted (`FormData`, `URLSearchParams` or an object): what the script
 * `/form.js` measured; empty where it did not run.
 * @param {{get(name: string): unknown} | Record<string, unknown>} fields
 * @returns {import("./types.js").Form}
 */
export function formPart(fields) {
  const named = /** @type {Record<string, unknown>} */ (fields);
  const mark = typeof fields.get === "function" ? fields.get("fraudcheck") : named["fraudcheck"];
  return typeof mark === "string" && mark ? { token: mark } : {};
}

/**
 * `client` of a lead, from the request's headers (`Headers`, or an object as Node.js has it). `ip` is the browser's
 * address as your own server knows it; behind a proxy that is not the connection's. The page with the form is the
 * `Referer` of the request that posts it. What a browser does not send is left out.
 * @param {Iterable<[string, unknown]> | Record<string, unknown>} headers
 * @param {{ip?: string | undefined}} [options]
 * @returns {import("./types.js").Client}
 */
export function clientPart(headers, { ip } = {}) {
  const pairs = Symbol.iterator in headers ? headers : Object.entries(headers);
  const named = [.../** @type {Iterable<[string, unknown]>} */ (pairs)];
  const given = new Map(named.map(([name, value]) => [name.toLowerCase(), value]));
  /** @type {import("./types.js").Client} */
  const part = ip ? { ip } : {};
  for (const [field, header] of /** @type {const} */ ([
    ["user_agent", "user-agent"],
    ["accept_language", "accept-language"],
    ["page_url", "referer"],
  ])) {
    const value = given.get(header);
    if (typeof value === "string") part[field] = value;
  }
  return part;
}

/**
 * @param {string} url
 * @param {RequestInit} request
 * @param {number} ends
 * @param {string} mark
 * @returns {Promise<unknown>}
 */
async function tries(url, request, ends, mark) {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
    let failed = new CallFailed("unreachable");
    let wait = 0;
    const got = await send(url, request, mark);
    if (got !== null) {
      const { status, headers, text } = got;
      if (text === null) throw new CallFailed("broken", status);
      if (status === 200) return object(headers, text);
      if (!AGAIN.includes(status)) throw refusal(status, headers, text);
      failed = new CallFailed("busy", status);
      wait = retryAfter(headers);
    }
    wait = Math.max(wait, pause * (0.5 + Math.random() / 2));
    if (performance.now() + wait + SHORTEST_TRY > ends) throw failed;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/**
 * One try; null where the connection failed. `text` is null where the answer is larger than any of the service's.
 * @param {string} url
 * @param {RequestInit} request
 * @param {string} mark
 * @returns {Promise<{status: number, headers: Headers, text: string | null} | null>}
 */
async function send(url, request, mark) {
  const name = mark + crypto.randomUUID().slice(18);
  try {
    const response = await fetch(url, { ...request, headers: { ...request.headers, "X-Request-Id": name } });
    const { status, headers } = response;
    const answers = headers.get("X-Request-Id") ?? name;
    if (answers !== name && answers.startsWith(mark)) {
      // The answer to another call: what stands between has mixed them up. The connection is given up.
      response.body?.cancel().catch(() => {});
      return null;
    }
    const decoder = new TextDecoder();
    let text = "";
    let size = 0;
    const reader = response.body?.getReader();
    while (reader) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > LARGEST) {
        reader.cancel().catch(() => {});
        return { status, headers, text: null };
      }
      text += decoder.decode(value, { stream: true });
    }
    return { status, headers, text: text + decoder.decode() };
  } catch {
    return null; // its words may quote what was sent
  }
}

/**
 * The address of a service, without a slash at its end.
 * @param {string} url
 */
function service(url) {
  let read;
  try {
    read = new URL(url);
  } catch {
    // said below, without the address
  }
  const extra = read && (read.username || read.password || read.search || read.hash);
  if (!read || !["http:", "https:"].includes(read.protocol) || extra)
    throw new TypeError("url: give the service's address, such as http://127.0.0.1:8080");
  return read.href.replace(/\/+$/, "");
}

/** @param {string} checkId */
function checked(checkId) {
  if (!UUID.test(checkId)) throw new CallFailed("refused", 404);
  return checkId;
}

/** @param {unknown} told */
function written(told) {
  let text;
  try {
    text = JSON.stringify(told);
  } catch {
    // said below
  }
  if (text === undefined || !text.startsWith("{")) throw new CallFailed("unsendable");
  return text;
}

/**
 * The Idempotency-Key of a lead: the caller's, by its hash where a header cannot carry it, or a new one.
 * @param {string | undefined} given
 */
async function soundKey(given) {
  if (!given) return crypto.randomUUID();
  const text = String(given);
  if (/^[!-~]{1,255}$/.test(text)) return text;
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Milliseconds after which the service wants to be asked again; 0 where it does not say. A date is held against the
 * answer's own `Date`, as two clocks may differ.
 * @param {Headers} headers
 */
function retryAfter(headers) {
  const given = (headers.get("Retry-After") ?? "").trim();
  if (/^[0-9]{1,9}$/.test(given)) return 1000 * Number(given);
  const until = /^[A-Z]/i.test(given) ? Date.parse(given) : NaN;
  const now = Date.parse(headers.get("Date") ?? "");
  return Math.max(0, until - (Number.isNaN(now) ? Date.now() : now)) || 0;
}

/** @param {Headers} headers */
function mediaType(headers) {
  return /** @type {string} */ ((headers.get("Content-Type") ?? "").split(";")[0]).trim().toLowerCase();
}

/**
 * @param {string} text
 * @returns {Record<string, unknown> | null}
 */
function parsed(text) {
  try {
    const read = JSON.parse(text);
    return typeof read === "object" && !Array.isArray(read) ? read : null;
  } catch {
    return null;
  }
}

/**
 * @param {Headers} headers
 * @param {string} text
 */
function object(headers, text) {
  const read = mediaType(headers) === "application/json" ? parsed(text) : null;
  if (typeof read?.["check_id"] !== "string") throw new CallFailed("broken", 200);
  return read;
}

/**
 * @param {number} status
 * @param {Headers} headers
 * @param {string} text
 */
function refusal(status, headers, text) {
  const read = mediaType(headers) === "application/problem+json" ? parsed(text) : null;
  const problem = /** @type {ProblemDocument | null} */ (/** @type {unknown} */ (read));
  const why = status >= 400 && status < 500 ? "refused" : "broken";
  return new CallFailed(why, status, typeof problem?.title === "string" ? problem : null);
}

/**
 * Whether an answer has what every verdict had from the first version on.
 * @param {unknown} read
 * @returns {read is CheckVerdict}
 */
function isVerdict(read) {
  const { decision, trust_score, classification, reasons } = /** @type {Record<string, unknown>} */ (read);
  return (
    ["accept", "review", "reject"].includes(/** @type {string} */ (decision)) &&
    Number.isInteger(trust_score) &&
    /** @type {number} */ (trust_score) >= 0 &&
    /** @type {number} */ (trust_score) <= 100 &&
    typeof classification === "string" &&
    Array.isArray(reasons)
  );
}
