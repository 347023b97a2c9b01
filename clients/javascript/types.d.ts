// Which data go to the service and come back? Made from its OpenAPI document; not to be edited.

/** What the person did on the site before the form: an event of the caller's own naming, when, and how often. */
export interface Activity {
  /** What the person did, in your own word. Unit or format: at most 64 characters. */
  event: string;
  /** When it was; left out if not told. Unit or format: RFC 3339, in UTC. */
  at?: string | null | undefined;
  /** How often it was; 1 if not told. Unit or format: times. */
  count?: number | undefined;
}

/** A way to reach the person. */
export type Channel = "email" | "phone";

/**
 * A verdict as it is sent and kept in the ledger. Scores are 0 to 100, and high is good; `prior` and `sum` are
 * decibans; times are RFC 3339 in UTC.
 */
export interface CheckVerdict {
  /**
   * The id of this check. `GET /v1/checks/{check_id}` gives the verdict again, with its facts. Unit or format: UUIDv7.
   */
  check_id: string;
  /** Your own id of the lead, as you sent it; null if you sent none. */
  reference: string | null;
  /** How the lead came: `live`, `batch:<id>` or `revision`. */
  origin: string;
  /**
   * How far the lead can be trusted: 0 certainly fake, 100 certainly genuine. HIGH IS GOOD. Unit or format: trust
   * score, 0 to 100.
   */
  trust_score: number;
  /**
   * The lowest and the highest score that the checks in `unknown` could have led to. Unit or format: trust score, 0 to
   * 100.
   */
  score_range: [number, number];
  /** What the policy advises. */
  decision: Decision;
  /**
   * The rule that decided: accept_from, between_limits, one_group, lists_only, conclusive, two_groups, test,
   * unreadable, `action:KIND` or `unknown:CHECK`.
   */
  decided_by: string;
  /**
   * What the lead is: genuine, unverified, bot, farm, prank, mistyped, duplicate, non_sales, competitor, assisted,
   * test, …
   */
  classification: string;
  /** Where the sum starts. The policy says it. Unit or format: decibans, with one decimal. */
  prior: number;
  /** Where the sum ends. The score is made from it. Unit or format: decibans, with one decimal. */
  sum: number;
  /** Every finding that moved the score, and some others: `code`, `group`, `points`, `text` and `evidence`. */
  reasons: Array<ScoredReason>;
  /** Points that were taken out again, because one group of findings says only so much. */
  group_caps: Array<GroupCap>;
  /** Checks that could not be made, as when a name server is down. They cost the lead nothing. */
  unknown: Array<string>;
  /**
   * What could not be read, and so counts as absent; and unknown fields with a name near one of ours: `field` and
   * `problem`.
   */
  warnings: Array<FieldWarning>;
  /** What the person probably meant (`email`, `phone`), to show beside the form. */
  suggestions: Contacts;
  /** The contact data in normal form: `email`, `phone` (E.164) and `country`. */
  normalized: Normalized;
  /**
   * What the verdict rests on: `service`, `policy` and `quality` (their hashes), `model`, and `data`, each list's
   * version.
   */
  versions: Versions;
  /** When the person sent the form. Unit or format: RFC 3339, in UTC. */
  submitted_at: string;
  /** When the lead was judged. Unit or format: RFC 3339, in UTC. */
  checked_at: string;
  /** How long the check took; null in a batch. Unit or format: milliseconds. */
  elapsed_ms: number | null;
  /** What kind of enquiry the lead is. It moves no score: a real person may ask for something else than an offer. */
  enquiry: Enquiry;
  /** Which type of contact the lead is, and whether a channel to it is known to work. It moves no score. */
  contact: Contact;
  /** What the lead is worth to you, by your own table. It moves no score. */
  quality: Quality;
}

/** Which click on an advertisement brought the person: the platforms' ids and the campaign's `utm_` marks. */
export interface Click {
  /**
   * Google's id of the click on an advertisement. Where it is not given, it is taken from the query of
   * `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given.
   * It moves no score. Unit or format: click id. Characters: 500, else not read. If absent: The platform cannot be told
   * by it what became of the lead.
   */
  gclid?: string | null | undefined;
  /**
   * Google's id of a click from an app to the web. Where it is not given, it is taken from the query of
   * `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given.
   * It moves no score. Unit or format: click id. Characters: 500, else not read. If absent: The platform cannot be told
   * by it what became of the lead.
   */
  wbraid?: string | null | undefined;
  /**
   * Google's id of a click from the web to an app. Where it is not given, it is taken from the query of
   * `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given.
   * It moves no score. Unit or format: click id. Characters: 500, else not read. If absent: The platform cannot be told
   * by it what became of the lead.
   */
  gbraid?: string | null | undefined;
  /**
   * Meta's id of the click on an advertisement; of a `_fbc` cookie (`fb.1.1754500000000.IwAR…`) its last part. Where it
   * is not given, it is taken from the query of `client.page_url`. A macro that the advertising platform did not fill
   * in (`{{campaign.name}}`) counts as not given. It moves no score. Unit or format: click id. Characters: 500, else
   * not read. If absent: The platform cannot be told by it what became of the lead.
   */
  fbclid?: string | null | undefined;
  /**
   * The id that the advertising platform's own form gave the lead; Meta's `l:` before it is left out. A `reference`
   * such as `l:1234567890123456` is read as well. Where it is not given, it is taken from the query of
   * `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given.
   * It moves no score. Unit or format: the platform's id. Characters: 500, else not read. If absent: The platform
   * cannot be told by it what became of the lead.
   */
  lead_id?: string | null | undefined;
  /**
   * The link's `utm_source`: the site or platform that the person came from. Where it is not given, it is taken from
   * the query of `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts
   * as not given. It moves no score. Unit or format: one line. Characters: 500, else not read. If absent: Nothing
   * follows.
   */
  utm_source?: string | null | undefined;
  /**
   * The link's `utm_medium`: the kind of link. Where it is not given, it is taken from the query of `client.page_url`.
   * A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given. It moves no score.
   * Unit or format: one line. Characters: 500, else not read. If absent: Nothing follows.
   */
  utm_medium?: string | null | undefined;
  /**
   * The link's `utm_campaign`: the campaign. Where it is not given, it is taken from the query of `client.page_url`. A
   * macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given. It moves no score.
   * Unit or format: one line. Characters: 500, else not read. If absent: Nothing follows.
   */
  utm_campaign?: string | null | undefined;
  /**
   * The link's `utm_term`: the words that were searched for. Where it is not given, it is taken from the query of
   * `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as not given.
   * It moves no score. Unit or format: one line. Characters: 500, else not read. If absent: Nothing follows.
   */
  utm_term?: string | null | undefined;
  /**
   * The link's `utm_content`: which of several links or advertisements. Where it is not given, it is taken from the
   * query of `client.page_url`. A macro that the advertising platform did not fill in (`{{campaign.name}}`) counts as
   * not given. It moves no score. Unit or format: one line. Characters: 500, else not read. If absent: Nothing follows.
   */
  utm_content?: string | null | undefined;
}

/** The person's browser, as the form's server saw it. An empty string was sent empty; None was not sent at all. */
export interface Client {
  /**
   * The internet address of the person's browser. Never send your own server's address. Unit or format: IPv4 or IPv6
   * address. Characters: 100, else not read. If absent: No check of the network is made, and the lead is counted under
   * no address.
   */
  ip?: string | null | undefined;
  /**
   * The name that the browser gives itself. An empty string means: the browser sent an empty one, which is evidence.
   * Unit or format: `User-Agent` header. Characters: 1,024, else cut. If absent: The browser's name is not judged.
   */
  user_agent?: string | null | undefined;
  /**
   * The languages that the browser asks for. Unit or format: `Accept-Language` header. Characters: 1,000, else cut. If
   * absent: Languages are not compared.
   */
  accept_language?: string | null | undefined;
  /**
   * The browser's time zone: `Intl.DateTimeFormat().resolvedOptions().timeZone`. Unit or format: IANA name. Characters:
   * 100, else not read. If absent: The browser's clock is not compared with the country of its address.
   */
  timezone?: string | null | undefined;
  /**
   * A mark that your form gives to one browser or device, the same on every visit: a random value in a cookie of your
   * own, for example. It is only compared, never read. Never send one value for all visitors. Characters: 1,000, else
   * not read. If absent: In the place of the device the internet address with the browser is counted, which weighs a
   * third.
   */
  device_id?: string | null | undefined;
  /**
   * The page from which the person came to the form. Links to that site in the message count as your own. Unit or
   * format: URL. Characters: 2,048, else cut. If absent: Nothing follows.
   */
  referrer?: string | null | undefined;
  /**
   * The page with the form. Links to that site in the message count as your own. Unit or format: URL. Characters:
   * 2,048, else cut. If absent: Nothing follows.
   */
  page_url?: string | null | undefined;
}

/** How a person showed that a channel works. */
export type ConfirmedBy = "link" | "code" | "call";

/**
 * Which type of contact the lead is and whether a channel to it is known to work (`worth.contact`). `next` is what
 * would verify it; None where nothing is needed or would help.
 */
export interface Contact {
  /**
   * `quick` (name and number only), `registration` (account data), `promotional` (stands, lists), `interested` (says
   * what is wanted), or `unknown`.
   */
  type: string;
  /**
   * `verified` (a channel is known to work), `unreachable` (none of them does), else `unqualified`; `unknown` where
   * nobody looked.
   */
  status: string;
  /** What would verify it next; null where nothing is needed or would help. */
  next: string | null;
}

/** A mail address and a phone number. Both are personal data. */
export interface Contacts {
  /** The mail address, masked without the scope personal; null if none. */
  email: string | null;
  /** The phone number, masked without the scope personal; null if none. Unit or format: E.164. */
  phone: string | null;
}

/**
 * One criterion of a lead's quality: `part` is fit, engagement, stage or band; `value` what the lead had, None where
 * that is missing; `points` what it earned of `weight`. Stage and band earn none: they say what told them.
 */
export interface Criterion {
  /** What it belongs to: fit, engagement, stage or band. */
  part: string;
  /** What was looked at. */
  name: string;
  /**
   * What the lead had; null where it had none, and once the person is erased; `***` without the scope personal. Unit or
   * format: text, number, or true or false.
   */
  value: boolean | number | string | null;
  /** The most points that it gives. Unit or format: points. */
  weight: number;
  /** The points that it gave; null where nothing is known. Unit or format: points. */
  points: number | null;
}

/** What the policy advises to do with a lead. */
export type Decision = "accept" | "review" | "reject";

/**
 * What kind of enquiry the lead is (`worth.enquiry.KINDS`): `unclear` where it could not be told, `none` without a
 * text, `unknown` where nobody looked. `confidence` is the calibrated probability of the kind, 0 to 1, `runner_up` the
 * next kind, `language` ISO 639-1. `because` are spans of the message, first character and the one after the last, that
 * speak most for it.
 */
export interface Enquiry {
  /**
   * One of sales_lead, customer_service, general_business, peer, personal, solicitation, spam, job, student,
   * competitor; `unclear` where it cannot be told, `none` without a text, `unknown` where nobody looked.
   */
  kind: string;
  /** How likely the kind is right; null where none is told. Unit or format: probability, 0 to 1. */
  confidence: number | null;
  /** The next kind; null where none is told. */
  runner_up: string | null;
  /** The language of the message; null where it cannot be told. Unit or format: ISO 639-1. */
  language: string | null;
  /**
   * What of the message speaks most for the kind: pairs of the first character and the one after the last, counted from
   * 0 in the message as it was sent. Unit or format: characters.
   */
  because: Array<Array<number>>;
}

/** A field at fault. */
export interface FieldProblem {
  /** The field or the parameter. */
  field: string;
  /** What is wrong with it. It never quotes the value. */
  problem: string;
}

/** A field that could not be read, so it counts as absent. The text of the problem never contains the value. */
export interface FieldWarning {
  /** The field, with a dot where it is inside of an object. */
  field: string;
  /** What is wrong with it. It never quotes the value. */
  problem: string;
}

/**
 * How the form was filled in. Times are in seconds. None means not measured, which is not the same as 0. `inserted`
 * counts fields whose whole value came at once; `token_seconds` is the time since the token was fetched, by the page's
 * clock; `signs` names what the script saw of the browser (`intake.field_readers.SIGNS`). `token` is the token alone,
 * without the measures that came in the same field.
 */
export interface Form {
  /**
   * Time from the page's load to the sending of the form. Unit or format: seconds. If absent: Not measured. This is not
   * the same as 0.
   */
  seconds_on_page?: number | null | undefined;
  /**
   * Time from the first input into a field to the sending of the form. Unit or format: seconds. If absent: Not
   * measured. This is not the same as 0.
   */
  fill_seconds?: number | null | undefined;
  /**
   * How many times a key changed a field. Count the page's `input` events whose `inputType` is `insertText`,
   * `insertCompositionText` or begins with `delete`; `keydown` events miss many telephones. Unit or format: key inputs.
   * If absent: Not measured. This is not the same as 0.
   */
  keystrokes?: number | null | undefined;
  /**
   * How many times text was pasted into a field: the page's `paste` events. Unit or format: pastes. If absent: Not
   * measured. This is not the same as 0.
   */
  pastes?: number | null | undefined;
  /**
   * How many fields a browser or a password manager filled in for the person. Such a field matches `:autofill`, and its
   * `input` event has no `inputType`. Unit or format: fields. If absent: Not measured. This is not the same as 0.
   */
  autofills?: number | null | undefined;
  /**
   * How many mouse, touch and pen events the page saw: the `pointer…` events. Unit or format: events. If absent: Not
   * measured. This is not the same as 0.
   */
  pointer_events?: number | null | undefined;
  /**
   * What stands in the honeypot, a field that people cannot see. Empty text, `0`, `false`, `off`, `no`, words that mean
   * nothing (`null`, `None`, `n/a`), and a list or an object with nothing else in it count as untouched. Of several
   * honeypots each text is a line. Characters: 500, else cut. If absent: There was no honeypot, or it stayed empty:
   * nothing follows.
   */
  honeypot?: string | null | undefined;
  /**
   * The browser's `navigator.webdriver`: true says that a program drives the browser. Unit or format: true or false. If
   * absent: Not measured. This is not the same as 0.
   */
  webdriver?: boolean | null | undefined;
  /**
   * The field `fraudcheck` that the form's script adds, as it is; or a random mark that your server makes for each
   * visit of the form. The same token with another mailbox and another phone is conclusive evidence, so never let a
   * cached page give one token to several visitors. Characters: 4,096, else not read. If absent: No token is compared.
   * Where nearly all leads of the vendor carry one of ours, its absence is evidence.
   */
  token?: string | null | undefined;
  /**
   * How many fields got their whole value in one input that was neither a paste nor an autofill. Unit or format:
   * fields. If absent: Not measured. This is not the same as 0.
   */
  inserted?: number | null | undefined;
  /**
   * How many times the focus came to a field of the form. Unit or format: changes. If absent: Not measured. This is not
   * the same as 0.
   */
  focus_changes?: number | null | undefined;
  /**
   * Time from the page's load to the first input into a field. Unit or format: seconds. If absent: Not measured. This
   * is not the same as 0.
   */
  first_input_seconds?: number | null | undefined;
  /**
   * Time from the fetching of the form's token to the sending of the form, by the page's clock. Unit or format:
   * seconds. If absent: Not measured. This is not the same as 0.
   */
  token_seconds?: number | null | undefined;
  /**
   * What the form's script saw of the browser: it names itself headless, draws without a graphics card, has a window
   * larger than its screen or a platform that its name contradicts, bears an automation tool's marks, or an AI
   * assistant's. Unit or format: list of `headless`, `software_gpu`, `window`, `platform`, `automation`, `assistant`.
   * If absent: Not measured. This is not the same as 0.
   */
  signs?: Array<string> | undefined;
}

/**
 * Points, in decibans, that a cap removed from the sum. They are above zero where the cap removed points against the
 * lead, below zero where it removed points for the lead. `group` is the name of a group, several names joined by `+`,
 * or `for`.
 */
export interface GroupCap {
  /** The group; several joined by `+`; or `for`, all points for the lead. */
  group: string;
  /**
   * What the cap takes out: above zero of points against the lead, below zero of points for it. Unit or format:
   * decibans, with one decimal.
   */
  points_removed: number;
}

/** A verdict with its facts. `lead` is null once it is erased, and masked without the scope personal. */
export interface KeptCheck {
  /**
   * The id of this check. `GET /v1/checks/{check_id}` gives the verdict again, with its facts. Unit or format: UUIDv7.
   */
  check_id: string;
  /** Your own id of the lead, as you sent it; null if you sent none. */
  reference: string | null;
  /** How the lead came: `live`, `batch:<id>` or `revision`. */
  origin: string;
  /**
   * How far the lead can be trusted: 0 certainly fake, 100 certainly genuine. HIGH IS GOOD. Unit or format: trust
   * score, 0 to 100.
   */
  trust_score: number;
  /**
   * The lowest and the highest score that the checks in `unknown` could have led to. Unit or format: trust score, 0 to
   * 100.
   */
  score_range: [number, number];
  /** What the policy advises. */
  decision: Decision;
  /**
   * The rule that decided: accept_from, between_limits, one_group, lists_only, conclusive, two_groups, test,
   * unreadable, `action:KIND` or `unknown:CHECK`.
   */
  decided_by: string;
  /**
   * What the lead is: genuine, unverified, bot, farm, prank, mistyped, duplicate, non_sales, competitor, assisted,
   * test, …
   */
  classification: string;
  /** Where the sum starts. The policy says it. Unit or format: decibans, with one decimal. */
  prior: number;
  /** Where the sum ends. The score is made from it. Unit or format: decibans, with one decimal. */
  sum: number;
  /** Every finding that moved the score, and some others: `code`, `group`, `points`, `text` and `evidence`. */
  reasons: Array<ScoredReason>;
  /** Points that were taken out again, because one group of findings says only so much. */
  group_caps: Array<GroupCap>;
  /** Checks that could not be made, as when a name server is down. They cost the lead nothing. */
  unknown: Array<string>;
  /**
   * What could not be read, and so counts as absent; and unknown fields with a name near one of ours: `field` and
   * `problem`.
   */
  warnings: Array<FieldWarning>;
  /** What the person probably meant (`email`, `phone`), to show beside the form. */
  suggestions: Contacts;
  /** The contact data in normal form: `email`, `phone` (E.164) and `country`. */
  normalized: Normalized;
  /**
   * What the verdict rests on: `service`, `policy` and `quality` (their hashes), `model`, and `data`, each list's
   * version.
   */
  versions: Versions;
  /** When the person sent the form. Unit or format: RFC 3339, in UTC. */
  submitted_at: string;
  /** When the lead was judged. Unit or format: RFC 3339, in UTC. */
  checked_at: string;
  /** How long the check took; null in a batch. Unit or format: milliseconds. */
  elapsed_ms: number | null;
  /** What kind of enquiry the lead is. It moves no score: a real person may ask for something else than an offer. */
  enquiry: Enquiry;
  /** Which type of contact the lead is, and whether a channel to it is known to work. It moves no score. */
  contact: Contact;
  /** What the lead is worth to you, by your own table. It moves no score. */
  quality: Quality;
  /** The check that replaces this one; null if there is none. Unit or format: UUIDv7. */
  revised_by: string | null;
  /** The check that this one replaces; left out if there is none. Unit or format: UUIDv7. */
  revises?: string | undefined;
  /** Whether the person's data was erased. */
  erased: boolean;
  /** The lead; null once it is erased; masked without the scope personal. */
  lead: KeptLead | null;
  /** What each check found out, by the check's name; null where the lead has nothing to look up. */
  facts: Record<string, Record<string, unknown> | null>;
  /** The hash of the record in the ledger. Unit or format: sha256: and hexadecimal digits. */
  record_hash: string;
  /** What became of the lead, in the order in which it was told. */
  outcomes: Array<KeptOutcome>;
  /** The lead's confirmations, in the order in which they were told. */
  confirmations: Array<KeptConfirmation>;
}

/** That a person showed that a channel works, as the caller told it. */
export interface KeptConfirmation {
  /** The channel that was shown to work. */
  channel: Channel;
  /** By what it was shown: a link or a code that was sent there, or a call. */
  how: ConfirmedBy;
  /** When it was so. Unit or format: RFC 3339, in UTC. */
  at?: string | undefined;
  /** Whose key told it. */
  buyer?: string | undefined;
}

/**
 * A lead as it was read. Fields that were not given are left out; without the scope personal, a text that may tell who
 * the person is is `***`.
 */
export interface KeptLead {
  /**
   * The mail address as the person typed it. What stands around it is left out; of several addresses the first that can
   * be used is the lead's. Unit or format: mail address. Characters: 1,000, else cut. If absent: No check of the mail
   * address is made. A lead needs this or `phone`.
   */
  email?: string | null | undefined;
  /**
   * The phone number as the person typed it. A number without `+` is read in `country`; without that in the service's
   * `default_country`; without that in the country of `client.timezone`. Unit or format: phone number. Characters: 500,
   * else cut. If absent: No check of the phone is made. A lead needs this or `email`.
   */
  phone?: string | null | undefined;
  /**
   * The person's full name, in any script. Characters: 200, else cut. If absent: `first_name` and `last_name` are taken
   * together. Without these, no name is judged.
   */
  name?: string | null | undefined;
  /**
   * The given name, for forms that ask for two names. Not used where `name` is given. Characters: 200, else cut. If
   * absent: See `name`.
   */
  first_name?: string | null | undefined;
  /**
   * The family name, for forms that ask for two names. Not used where `name` is given. Characters: 200, else cut. If
   * absent: See `name`.
   */
  last_name?: string | null | undefined;
  /**
   * The company or organisation. A link to the company's own site is no evidence against the lead. Characters: 300,
   * else cut. If absent: Not judged.
   */
  company?: string | null | undefined;
  /**
   * What the person wrote. It is judged for links, markup, attacks and mass mailings, and compared with other leads'
   * messages. Characters: 8,192, else cut. If absent: No message is judged.
   */
  message?: string | null | undefined;
  /**
   * Street and town. With the name and `postal_code` it tells whether the same person came before. Characters: 500,
   * else cut. If absent: Not judged.
   */
  address?: string | null | undefined;
  /**
   * The postal code. With the name and `address` it tells whether the same person came before. Characters: 100, else
   * cut. If absent: Not judged.
   */
  postal_code?: string | null | undefined;
  /**
   * The person's country. Names are read in the languages that people use, with ISO's own forms and short ones (`Việt
   * Nam`, `Korea (Republic of)`, `U.S.A.`), alpha-3 codes, flags, and a name beside its code. `UK` and `EL` are read as
   * `GB` and `GR`. A name of two countries (`Congo`) is not read. Unit or format: ISO 3166-1 alpha-2, or a country's
   * name. Characters: 100, else not read. If absent: A phone without `+` is read as `phone` says; nothing is compared
   * with the country.
   */
  country?: string | null | undefined;
  /** Who sold or sent the lead, and from where it came. */
  source?: Source | undefined;
  /** The person's browser, as the server of your form saw it. */
  client?: Client | undefined;
  /** How the form was filled in. Leave out what you did not measure. */
  form?: Form | undefined;
  /**
   * What the person did on your site before the form: pages, prices, a basket, delivery terms, questions, downloads,
   * visits. Each event has a name of your own (`event`, at most 64 characters), and where you know them its time (`at`)
   * and how often it was (`count`). Counts by name (`{"pages": 7}`) and a list of names are read too, and any of these
   * as text. It moves no score; `quality` reads it. Unit or format: list of `event`, `at` and `count`; at most 100
   * events. If absent: Not measured: nothing follows.
   */
  activity?: Array<Activity> | undefined;
  /**
   * When the person sent the form. Of a date alone no time of day is known. Unit or format: RFC 3339, UTC where it
   * names no offset; or seconds or milliseconds since 1970. Characters: 100, else not read. If absent: Now.
   */
  submitted_at?: string | null | undefined;
  /**
   * Your own id of the lead. The verdict gives it back, and outcomes can be told by it. Characters: 500, else not read.
   * If absent: The verdict's `reference` is null.
   */
  reference?: string | null | undefined;
  /**
   * Not a field to send: any other field that you send is kept under this name, and not judged. If absent: Nothing
   * follows.
   */
  extra?: Record<string, unknown> | undefined;
}

/** What became of a lead, as its buyer told it. What was not told is left out. */
export interface KeptOutcome {
  /**
   * What became of the lead: contacted, qualified, converted, returned, reviewed_genuine, reviewed_fake, or an event of
   * the tenant's own.
   */
  outcome: string;
  /** Why the lead was returned, or reviewed as fake. */
  reason?: string | null | undefined;
  /** What a conversion brought. */
  value?: Price | null | undefined;
  /** When it was so. Unit or format: RFC 3339, in UTC. */
  at?: string | undefined;
  /** Which buyer of the tenant tells it. */
  buyer?: string | undefined;
}

/**
 * A lead as the person typed it, after the lenient reading (`intake.lead`). It never changes, so a signal's `judge` may
 * read it in a replay as well.
 */
export interface Lead {
  /**
   * The mail address as the person typed it. What stands around it is left out; of several addresses the first that can
   * be used is the lead's. Unit or format: mail address. Characters: 1,000, else cut. If absent: No check of the mail
   * address is made. A lead needs this or `phone`.
   */
  email?: string | null | undefined;
  /**
   * The phone number as the person typed it. A number without `+` is read in `country`; without that in the service's
   * `default_country`; without that in the country of `client.timezone`. Unit or format: phone number. Characters: 500,
   * else cut. If absent: No check of the phone is made. A lead needs this or `email`.
   */
  phone?: string | null | undefined;
  /**
   * The person's full name, in any script. Characters: 200, else cut. If absent: `first_name` and `last_name` are taken
   * together. Without these, no name is judged.
   */
  name?: string | null | undefined;
  /**
   * The given name, for forms that ask for two names. Not used where `name` is given. Characters: 200, else cut. If
   * absent: See `name`.
   */
  first_name?: string | null | undefined;
  /**
   * The family name, for forms that ask for two names. Not used where `name` is given. Characters: 200, else cut. If
   * absent: See `name`.
   */
  last_name?: string | null | undefined;
  /**
   * The company or organisation. A link to the company's own site is no evidence against the lead. Characters: 300,
   * else cut. If absent: Not judged.
   */
  company?: string | null | undefined;
  /**
   * What the person wrote. It is judged for links, markup, attacks and mass mailings, and compared with other leads'
   * messages. Characters: 8,192, else cut. If absent: No message is judged.
   */
  message?: string | null | undefined;
  /**
   * Street and town. With the name and `postal_code` it tells whether the same person came before. Characters: 500,
   * else cut. If absent: Not judged.
   */
  address?: string | null | undefined;
  /**
   * The postal code. With the name and `address` it tells whether the same person came before. Characters: 100, else
   * cut. If absent: Not judged.
   */
  postal_code?: string | null | undefined;
  /**
   * The person's country. Names are read in the languages that people use, with ISO's own forms and short ones (`Việt
   * Nam`, `Korea (Republic of)`, `U.S.A.`), alpha-3 codes, flags, and a name beside its code. `UK` and `EL` are read as
   * `GB` and `GR`. A name of two countries (`Congo`) is not read. Unit or format: ISO 3166-1 alpha-2, or a country's
   * name. Characters: 100, else not read. If absent: A phone without `+` is read as `phone` says; nothing is compared
   * with the country.
   */
  country?: string | null | undefined;
  /** Who sold or sent the lead, and from where it came. */
  source?: Source | undefined;
  /** The person's browser, as the server of your form saw it. */
  client?: Client | undefined;
  /** How the form was filled in. Leave out what you did not measure. */
  form?: Form | undefined;
  /**
   * What the person did on your site before the form: pages, prices, a basket, delivery terms, questions, downloads,
   * visits. Each event has a name of your own (`event`, at most 64 characters), and where you know them its time (`at`)
   * and how often it was (`count`). Counts by name (`{"pages": 7}`) and a list of names are read too, and any of these
   * as text. It moves no score; `quality` reads it. Unit or format: list of `event`, `at` and `count`; at most 100
   * events. If absent: Not measured: nothing follows.
   */
  activity?: Array<Activity> | undefined;
  /**
   * When the person sent the form. Of a date alone no time of day is known. Unit or format: RFC 3339, UTC where it
   * names no offset; or seconds or milliseconds since 1970. Characters: 100, else not read. If absent: Now.
   */
  submitted_at?: string | null | undefined;
  /**
   * Your own id of the lead. The verdict gives it back, and outcomes can be told by it. Characters: 500, else not read.
   * If absent: The verdict's `reference` is null.
   */
  reference?: string | null | undefined;
  [field: string]: unknown;
}

/** All outcomes of a lead and of its other versions, in the order in which they were reported. */
export interface LeadOutcomes {
  /**
   * The id of this check. `GET /v1/checks/{check_id}` gives the verdict again, with its facts. Unit or format: UUIDv7.
   */
  check_id: string;
  /** All outcomes of the lead, in the order in which they were told. */
  outcomes: Array<KeptOutcome>;
}

/** The contact data in normal form: the phone in E.164, the country in ISO 3166-1 alpha-2. */
export interface Normalized {
  /** The mail address, masked without the scope personal; null if none. */
  email: string | null;
  /** The phone number, masked without the scope personal; null if none. Unit or format: E.164. */
  phone: string | null;
  /** The person's country; null if unknown. Unit or format: ISO 3166-1 alpha-2. */
  country: string | null;
}

/** An amount of money, as a decimal string, and its ISO 4217 currency: for a lead, what the buyer pays for it. */
export interface Price {
  /**
   * The amount of money. In a lead: what the buyer pays for it. `24,50 €` and `12.000đ` are read as well, where amount
   * and currency are certain; `12.500` is twelve and a half, but in a currency without decimals 12500. Unit or format:
   * decimal number, in units of the currency. Characters: 30, else not read. If absent: Without a price, audits leave
   * the lead out of the money.
   */
  amount?: string | null | undefined;
  /**
   * The currency of the amount, also by a sign or name that is one currency's (`€`, `đồng`). Where it is not given, the
   * amount's own is taken. Unit or format: ISO 4217. Characters: 100, else not read. If absent: Without a currency,
   * audits leave the lead out of the money.
   */
  currency?: string | null | undefined;
}

/** An error (RFC 9457). */
export interface ProblemDocument {
  /** Always `about:blank`: the status says what kind of error it is. */
  type: string;
  /** What is wrong, and what to do. */
  title: string;
  /** The status of the answer. Unit or format: HTTP status code. */
  status: number;
  /** The call's id, as in the header X-Request-Id. */
  request_id: string;
  /** The fields at fault; left out if it is none. */
  errors?: Array<FieldProblem> | undefined;
}

/**
 * What a lead is worth to its buyer, by the tenant's table (`worth.quality`). It moves no score. `fit` and `engagement`
 * are 0 to 100, None where nothing is known or asked. `stage` is new, known or customer, `band` hot, warm, cold or
 * `not_now`; both `unknown` where it cannot be told.
 */
export interface Quality {
  /** How well the lead fits what you look for; null where nothing is asked or known. Unit or format: 0 to 100. */
  fit: number | null;
  /** How much the person did; null where nothing is known of it. Unit or format: 0 to 100. */
  engagement: number | null;
  /** How far the person is with you: `new`, `known`, `customer`, or `unknown`. */
  stage: string;
  /** What follows by your table: `hot`, `warm`, `cold`, `not_now` (the person wants it later), or `unknown`. */
  band: string;
  /** Everything that fit and engagement were made of, and what told stage and band. */
  criteria: Array<Criterion>;
}

/** Why a lead was returned. */
export type ReturnReason = "invalid_phone" | "invalid_email" | "duplicate" | "bot_traffic" | "obviously_fake" | "no_answer" | "did_not_convert" | "other";

/** A finding as a verdict lists it. Points are decibans with one decimal. */
export interface ScoredReason {
  /** What was found. A code's meaning never changes. Unit or format: reason code. */
  code: string;
  /** The group whose cap applies. */
  group: string;
  /**
   * How much it moves the sum: below zero speaks against the lead, above zero for it. Unit or format: decibans, with
   * one decimal.
   */
  points: number;
  /** The finding as a sentence for people. It may change. */
  text: string;
  /** What the finding rests on, by name. It holds no personal data. */
  evidence: Record<string, unknown>;
}

/** Who sold or sent the lead, and from where it came. */
export interface Source {
  /**
   * The vendor: who sold or sent the lead. Audits, the policy and group checks go by it. Names that differ in case and
   * blanks only are one vendor, shown as first written. Unit or format: one line. Characters: 200, else not read. If
   * absent: The lead counts among those without a vendor. No vendor's policy and no vendor's outcomes apply.
   */
  vendor?: string | null | undefined;
  /**
   * The campaign that brought the lead. Used by audits; it moves no score. Unit or format: one line. Characters: 200,
   * else not read. If absent: Audits count the lead under no campaign.
   */
  campaign?: string | null | undefined;
  /**
   * The vendor's own mark for where it got the lead: a sub-affiliate, a publisher or a placement. Audits show which
   * sub-ids bring the bad leads; it moves no score. Unit or format: one line. Characters: 200, else not read. If
   * absent: Audits count the lead under no sub-id.
   */
  sub_id?: string | null | undefined;
  /**
   * The marketing channel. Used by audits. With call and offline somebody else types for the person, or many people at
   * one machine, so that the browser and the form's measures are not judged; else it moves no score. Unit or format:
   * one of seo, ppc, display, email, content, social, affiliate, call, chat, offline, other. Characters: 100, else not
   * read. If absent: Audits count the lead under no channel, and the browser is taken to be the person's.
   */
  channel?: string | null | undefined;
  /** What the buyer pays for the lead. */
  price?: Price | undefined;
  /** Which click on an advertisement brought the person. */
  click?: Click | undefined;
}

/**
 * What became of a lead. `outcome` is contacted, qualified, converted, returned, reviewed_genuine, reviewed_fake, or an
 * event of the tenant's own funnel. `reason` may also be written as the trade does (`Wrong number`). `at` is now by
 * default. `buyer` is the key's own, or not given; without keys it is a name that distinguishes several buyers of one
 * tenant.
 */
export interface ToldOutcome {
  /**
   * What became of the lead: contacted, qualified, converted, returned, an event of the tenant's own funnel, or what
   * somebody found who looked at it: reviewed_genuine, reviewed_fake.
   */
  outcome: string;
  /**
   * Why the lead was returned or, of reviewed_fake, what it was found to be: invalid_phone, invalid_email, bot_traffic
   * or obviously_fake. Also read as the trade writes it: `Wrong number`.
   */
  reason?: ReturnReason | null | undefined;
  /** What a conversion brought. */
  value?: Value | null | undefined;
  /** When it was so. If absent: now. Unit or format: RFC 3339. */
  at?: string | null | undefined;
  /**
   * Which buyer of the tenant tells it. If absent: the key's own. A key of another buyer gets 403. Unit or format: at
   * most 200 characters.
   */
  buyer?: string | null | undefined;
}

/** What a conversion brought: a decimal string and an ISO 4217 code. */
export interface Value {
  /** The amount of money. Unit or format: decimal number, in units of the currency. */
  amount: string;
  /** The currency of the amount. Unit or format: ISO 4217. */
  currency: string;
}

/** What a verdict depends on: the service's version, the policy's hash, the model's name, each list's version. */
export interface Versions {
  /** The version of the service. */
  service: string;
  /** The policy, by its hash. Unit or format: sha256: and hexadecimal digits. */
  policy: string;
  /** The anomaly model; null if there is none. */
  model: string | null;
  /** The version of each list and library. */
  data: Record<string, string>;
  /** The table of quality, by its hash; null if there is none. */
  quality: string | null;
}
