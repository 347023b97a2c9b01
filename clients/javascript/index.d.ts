/**
 * `form` of a lead, from the fields that were posted (`FormData`, `URLSearchParams` or an object): what the script
 * `/form.js` measured; empty where it did not run.
 * @param {{get(name: string): unknown} | Record<string, unknown>} fields
 * @returns {import("./types.js").Form}
 */
export function formPart(fields: {
    get(name: string): unknown;
} | Record<string, unknown>): import("./types.js").Form;
/**
 * `client` of a lead, from the request's headers (`Headers`, or an object as Node.js has it). `ip` is the browser's
 * address as your own server knows it; behind a proxy that is not the connection's. The page with the form is the
 * `Referer` of the request that posts it. What a browser does not send is left out.
 * @param {Iterable<[string, unknown]> | Record<string, unknown>} headers
 * @param {{ip?: string | undefined}} [options]
 * @returns {import("./types.js").Client}
 */
export function clientPart(headers: Iterable<[string, unknown]> | Record<string, unknown>, { ip }?: {
    ip?: string | undefined;
}): import("./types.js").Client;
/** A call that gave nothing, and why. */
export class CallFailed extends Error {
    /**
     * @param {Why} why
     * @param {number | null} [status]
     * @param {ProblemDocument | null} [problem]
     */
    constructor(why: Why, status?: number | null, problem?: ProblemDocument | null);
    why: Why;
    /** The status of the answer, if one came. */
    status: number | null;
    /** What the service said of a call that it refused. */
    get problem(): import("./types.js").ProblemDocument | null;
    #private;
}
/** What a form goes on with: a verdict, or why there is none (`unchecked`). */
export class Answer {
    /**
     * @param {CheckVerdict | null} verdict
     * @param {CallFailed | null} failed
     * @param {string} idempotencyKey
     */
    constructor(verdict: CheckVerdict | null, failed: CallFailed | null, idempotencyKey: string);
    /** The verdict's; without one `review`: somebody has to look, or to ask again later. */
    decision: import("./types.js").Decision;
    /** The id of the check, to keep with the lead; null without a verdict. */
    checkId: string | null;
    /** Why there is no verdict; null if there is one. */
    unchecked: Why | null;
    /** The status of the service's answer, if one came. */
    status: number | null;
    /** The verdict, or null. */
    get verdict(): import("./types.js").CheckVerdict | null;
    /** What the service said of a call that it refused. */
    get problem(): import("./types.js").ProblemDocument | null;
    /** To keep beside a lead that was not checked: the same lead under the same key may be sent again, and counts once. */
    get idempotencyKey(): string;
    #private;
}
/** Calls the service. One client a process is enough; connections are kept open by `fetch` itself. */
export class Client {
    /**
     * @param {string} url where the service is, such as `http://127.0.0.1:8080`
     * @param {{key?: string | undefined, timeout?: number | undefined}} [options] `key`, where the service needs one;
     *   `timeout`, the limit in milliseconds of one call, all its tries and pauses together (1000)
     */
    constructor(url: string, { key, timeout }?: {
        key?: string | undefined;
        timeout?: number | undefined;
    });
    /**
     * Judge one lead. It never rejects: without a verdict, the answer says why. Give an `idempotencyKey` of your own (the
     * form submission's id) if you may send the same lead again.
     * @param {Lead} lead
     * @param {{idempotencyKey?: string | undefined}} [options]
     * @returns {Promise<Answer>}
     */
    check(lead: Lead, options?: {
        idempotencyKey?: string | undefined;
    }): Promise<Answer>;
    /**
     * A check as it is kept, with its facts. It rejects with CallFailed.
     * @param {string} checkId
     * @returns {Promise<KeptCheck>}
     */
    get(checkId: string): Promise<KeptCheck>;
    /**
     * Tell what became of a lead; told twice, it counts once. It rejects with CallFailed.
     * @param {string} checkId
     * @param {ToldOutcome} told
     * @returns {Promise<LeadOutcomes>}
     */
    outcome(checkId: string, told: ToldOutcome): Promise<LeadOutcomes>;
    #private;
}
export type Lead = import("./types.js").Lead;
export type CheckVerdict = import("./types.js").CheckVerdict;
export type KeptCheck = import("./types.js").KeptCheck;
export type ToldOutcome = import("./types.js").ToldOutcome;
export type LeadOutcomes = import("./types.js").LeadOutcomes;
export type ProblemDocument = import("./types.js").ProblemDocument;
/**
 * Why there is no verdict. `timeout`: none came within the limit. `unreachable`: no connection, or one that broke off
 * before the answer's end. `busy`: 429, 502, 503 or 504, and no time for another try. `refused`: another 4xx; `status`
 * says which. `broken`: an answer that is none of fraudcheck's. `unsendable`: the lead is no JSON.
 */
export type Why = "timeout" | "unreachable" | "busy" | "refused" | "broken" | "unsendable";
