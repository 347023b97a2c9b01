/**
 * How was a form filled in? Counts and times, put with a token into one field of the form: `fraudcheck`.
 *
 * It never reads a value, a key or a coordinate: of a text its length at most. It stores nothing but, where the page asks
 * for it, a random device id for the session. Whatever fails here fails alone: the form works, and a measure is absent.
 *
 * A *visit* is what one person does to one form. It has a token of its own, and ends when the form was sent and somebody
 * else begins: most fields that were filled in then have been emptied or written anew since. A double click and a
 * correction belong to the visit that they follow, with its token, counts and clocks.
 */

type Seconds = number;

/** What a visit counts. Of each field: how its text came (bits), and whether it came whole. */
interface Account {
  start: Seconds;
  pointer: number;
  first: Seconds | undefined;
  keys: number;
  pastes: number;
  focuses: number;
  fields: Map<Element, { came: number; whole: boolean }>;
}

interface Token {
  text: string;
  at: Seconds;
  life: Seconds;
}

interface Watched {
  root: Element;
  now: Account;
  /** Tokens: the visit's own, and one that was fetched after a sending in case that somebody else begins. */
  token: Token | undefined;
  spare: Token | undefined;
  asking: boolean;
  /** Calls for a token since the last that brought one, and which of the page's showings the visit belongs to. */
  tries: number;
  showing: number;
  /** Fields that held text at the last sending, and whether each was emptied or written anew since. */
  sent: Map<Element, boolean> | undefined;
  /** The page has read the data, whether it sent them or not. */
  read: boolean;
  /** What came since the last sending. */
  next: Account | undefined;
  /** Fields whose text came before anything was measured. */
  before: Set<Element>;
  hidden: HTMLInputElement | undefined;
  trap: HTMLInputElement | undefined;
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

(() => {
  const FIELD = "fraudcheck";
  const MARK = "data-" + FIELD;
  const NOTHING = "fc1..."; // the value without a token and measures
  const BY_HAND = 1; // trusted inputs
  const BY_BROWSER = 2; // autofill
  const BY_SOFTWARE = 4; // a script's events: a password manager's as well as a bot's
  const WHOLE = 3; // characters from which on a text that comes at once is no key's
  const PREFIX = 6; // characters up to which a page's default is taken for the beginning of a value (+84, https)
  const PATIENCE = 10_000; // milliseconds for a token
  const SHORT = 600; // seconds of a token's life where the answer does not tell
  const EAGER = 3; // forms of a page whose tokens are fetched before somebody comes to them
  const CLICK = 5; // seconds between a button and the form's data being read for it
  const ABSURD = 1e7; // seconds that no clock measured

  const win = window as unknown as Record<string, any>;
  const prior = win[FIELD];
  if (prior && typeof prior.data === "function") return; // the script stands twice in the page

  /** A call that fails alone. */
  const tried = <T>(act: () => T): T | undefined => {
    try {
      return act();
    } catch {
      return undefined;
    }
  };

  // A form's own properties may be its fields: one named "appendChild" hides the method.
  const attribute = (of: Element, name: string): string | null => Element.prototype.getAttribute.call(of, name);
  const all = (of: Element | Document, what: string): Element[] =>
    Array.from((of === document ? Document : Element).prototype.querySelectorAll.call(of, what));
  const within = (of: Node, inner: Node): boolean => Node.prototype.contains.call(of, inner);
  const add = (to: Element, what: Node) => Node.prototype.appendChild.call(to, what);
  const listen = (to: EventTarget, name: string, act: (event: any) => void) =>
    EventTarget.prototype.addEventListener.call(to, name, (event) => void tried(() => act(event)), {
      capture: true,
      passive: true,
    });
  const idle = (act: () => void, wait = 0) =>
    setTimeout(() => {
      const later = win.requestIdleCallback;
      later ? later(() => tried(act), { timeout: 3000 }) : tried(act);
    }, wait);

  /** What is asked for once, when it is needed first: a browser makes much of itself only then. */
  const once = <T>(ask: () => T): (() => T | undefined) => {
    let known: { it: T | undefined } | undefined;
    return () => (known = known || { it: tried(ask) }).it;
  };

  // Seconds since the page's load. The wall clock goes on while the machine sleeps; the other one never goes back.
  const origin = Date.now() - performance.now();
  const navigation = once(() => performance.getEntriesByType("navigation")[0] as any);
  const early = (document as any).prerendering; // a page that was made before anybody asked for it
  const shown = (): number => (early && navigation().activationStart) || 0;
  const clock = (): Seconds => (Math.max(Date.now() - origin, performance.now()) - shown()) / 1000;

  const wasHere = () => /back|reload/.test((navigation() || {}).type); // and browsers keep what was typed

  const running = document.currentScript;
  const script = once(() =>
    running && running.tagName === "SCRIPT"
      ? (running as HTMLScriptElement)
      : all(document, "script[src]").find((each) => /\/form(\.\w{16})?\.js/.test(attribute(each, "src") || "")),
  );
  const option = (root: Element, name: string): string | null => {
    const own = attribute(root, "data-" + name);
    const element = script();
    return own === null && element ? attribute(element, "data-" + name) : own;
  };
  const asked = (root: Element, name: string) => {
    const told = option(root, name);
    return told !== null && told !== "false";
  };

  const forms = new WeakMap<Element, Watched>();
  let list: Watched[] = [];
  const traps = new WeakSet<Element>();
  const counted = once(() => "inputType" in InputEvent.prototype);
  let pointer = 0;
  let showings = 0; // "back" shows a page again
  let touched = false; // did anybody press, click or type anything that no script made?
  let pressed = -CLICK;
  let assisted = false;
  let graphics: boolean | undefined;
  let looked = false;

  const account = (start: Seconds, since: number): Account => ({
    start,
    pointer: since,
    first: undefined,
    keys: 0,
    pastes: 0,
    focuses: 0,
    fields: new Map(),
  });

  // Fields.

  const isText = (field: any): field is TextField =>
    field.tagName === "TEXTAREA" ||
    (field.tagName === "INPUT" && /^(text|email|tel|url|search|password|number)$/.test(field.type));
  const size = (field: Element): number => (isText(field) ? field.value.length : 0);
  const texts = (form: Watched): TextField[] => {
    const found = new Set<Element>(all(form.root, "input,textarea"));
    form.now.fields.forEach((_, field) => found.add(field));
    return Array.from(found).filter((field): field is TextField => isText(field) && !traps.has(field));
  };
  const filled = once(() =>
    [":autofill", ":-webkit-autofill", ":-moz-autofill"].find(
      (state) => tried(() => document.documentElement.matches(state)) !== undefined,
    ),
  );
  const isFilledByBrowser = (field: Element): boolean => {
    const state = filled();
    return state !== undefined && Element.prototype.matches.call(field, state);
  };

  /** Texts that stand in the fields before anything was measured: typed before the script came, or kept by "back". */
  const noteBefore = (form: Watched, kept: () => boolean) => {
    const found = texts(form).filter((field) => {
      const length = size(field);
      return length && length !== field.defaultValue.length && !form.now.fields.has(field);
    });
    if (!found.length) return;
    const active = win.navigator.userActivation;
    if (kept() || (active ? active.hasBeenActive : within(form.root, document.activeElement || document)))
      for (const field of found) form.before.add(field);
  };

  /** Is a part of the text none that this visit's inputs could explain? Then the counts are no measure of it. */
  const isForeign = (form: Watched): boolean =>
    texts(form).some((field) => {
      const length = size(field);
      if (length && form.before.has(field)) return true;
      return length >= PREFIX && !form.now.fields.has(field) && length === field.defaultValue.length;
    });

  // The token.

  const fetchToken = (form: Watched) => {
    if (form.asking || form.tries > 1 || !win.fetch) return;
    form.asking = true;
    form.tries += 1;
    const showing = form.showing;
    const limit = setTimeout(() => failed(), PATIENCE);
    const done = (answer?: any) => {
      clearTimeout(limit);
      if (form.showing !== showing || !form.asking) return; // too late: after "back" perhaps somebody else is here
      form.asking = false;
      if (!answer || !/^fc1\.[\w-]+\.[\w-]+$/.test(answer.token)) return;
      form.tries = 0;
      const token = { text: answer.token, at: clock(), life: answer.expires_in > 0 ? +answer.expires_in : SHORT };
      if (form.sent && form.token) form.spare = token;
      else form.token = token;
    };
    const failed = () => tried(done);
    tried(() =>
      fetch(option(form.root, "endpoint") || (script() as HTMLScriptElement).src.replace(/[^/]*$/, "form/token"), {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" }, // for which the browser need not ask first
        body: "site=" + encodeURIComponent(option(form.root, "site") || ""),
        credentials: "omit",
        cache: "no-store",
      })
        .then((answer) => (answer.ok ? answer.json() : undefined))
        .then((answer) => tried(() => done(answer)), failed),
    ) || failed();
  };
  const isOld = (token: Token | undefined) => !token || clock() - token.at > token.life / 2;

  // Visits.

  /** Somebody is at the form: the token is there in time, also for the next person where this one sent the form. */
  const come = (form: Watched) => {
    if (form.sent && !form.next) form.next = account(clock(), pointer);
    if (isOld(form.sent ? form.spare : form.token)) fetchToken(form);
  };

  const visits = (form: Watched): Account[] => (form.next ? [form.now, form.next] : [form.now]);

  const isSomebodyElse = (form: Watched): boolean => {
    if (!form.sent || !form.next) return false;
    let gone = 0;
    form.sent.forEach((anew, field) => {
      if (anew || !size(field) || !field.isConnected) gone += 1;
    });
    const of = form.sent.size;
    return of > 0 && (gone === of || (gone > 1 && gone * 2 >= of));
  };

  const settle = (form: Watched) => {
    if (!isSomebodyElse(form) || !form.next) return;
    form.now = form.next;
    form.token = form.spare;
    form.spare = form.next = form.sent = undefined;
    form.before.clear();
    if (!form.token) fetchToken(form);
  };

  /** The page was left and is shown again. Where the form was not sent, the visit goes on, with another token. */
  const begin = (form: Watched) => {
    if (form.showing === showings) return;
    form.showing = showings;
    form.asking = false;
    form.tries = 0;
    if (form.sent || form.read) {
      form.read = false;
      form.now = account(clock(), pointer);
      form.token = form.spare = form.next = form.sent = undefined;
      form.before.clear();
      noteBefore(form, () => true);
      write(form, NOTHING);
    }
    fetchToken(form);
  };

  const send = (form: Watched) => {
    form.sent = new Map();
    for (const field of texts(form)) if (size(field)) form.sent.set(field, false);
    form.next = undefined;
    form.tries = 0;
  };

  // What is told.

  const rounded = (seconds: Seconds | undefined): Seconds | undefined =>
    seconds !== undefined && seconds >= 0 && seconds < ABSURD ? Math.round(seconds * 100) / 100 : undefined;

  const measures = (form: Watched): Record<string, unknown> => {
    const visit = form.now;
    const now = clock();
    const told: Record<string, unknown> = {
      seconds_on_page: rounded(now - visit.start),
      pointer_events: pointer - visit.pointer,
      focus_changes: visit.focuses,
    };
    if (form.token) told.token_seconds = rounded(now - form.token.at);
    tried(() => texts(form).forEach((field) => isFilledByBrowser(field) && came(visit, field, BY_BROWSER)));
    if (!tried(() => isForeign(form))) {
      const first = visit.first;
      if (first !== undefined) {
        told.first_input_seconds = rounded(first - visit.start);
        told.fill_seconds = rounded(now - first);
      }
      told.pastes = visit.pastes;
      if (counted()) {
        let autofills = 0;
        let inserted = 0;
        visit.fields.forEach((each) => {
          if (each.came & BY_BROWSER || (touched && each.came === BY_SOFTWARE)) autofills += 1;
          if (each.whole) inserted += 1;
        });
        told.keystrokes = visit.keys;
        told.autofills = autofills;
        told.inserted = inserted;
      }
    }
    const trap = form.trap;
    if (trap && trap.value.length && !isFilledByBrowser(trap)) told.honeypot = "filled";
    if (typeof navigator.webdriver === "boolean") told.webdriver = navigator.webdriver;
    const seen = signs();
    if (seen.length) told.signs = seen;
    if (asked(form.root, "device")) told.device_id = tried(device);
    return told;
  };

  /** The field's value. */
  const data = (form: Watched): string => {
    tried(() => begin(form));
    tried(() => settle(form));
    const token = form.token ? form.token.text : "fc1..";
    const told = tried(() => {
      const encoded = btoa(JSON.stringify(measures(form)));
      return encoded.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
    });
    return token + "." + (told || "");
  };

  /** Bring the hidden input up to date, for what lists inputs or knows no `formdata`. */
  const write = (form: Watched, text: string) => {
    if (!(form.root instanceof HTMLFormElement)) return;
    let hidden = form.hidden;
    if (!hidden || !within(form.root, hidden)) {
      const own = all(form.root, "input[type=hidden]").find((each) => attribute(each, "name") === FIELD);
      hidden = form.hidden = (own as HTMLInputElement) || document.createElement("input");
      if (!own) {
        hidden.type = "hidden";
        hidden.name = FIELD;
        hidden.autocomplete = "off";
        add(form.root, hidden);
      }
    }
    hidden.value = text;
  };

  // What a browser says of itself.

  const signs = (): string[] => {
    const found: string[] = [];
    const agent = navigator.userAgent;
    const more = (navigator as any).userAgentData;
    const sign = (name: string, is: () => unknown) => {
      if (tried(is)) found.push(name);
    };
    const mobile = /Android|iPhone|iPad|iPod|Mobile/.test(agent);
    sign(
      "headless",
      () => /Headless/.test(agent) || (more && more.brands.some((each: any) => /Headless/.test(each.brand))),
    );
    sign("software_gpu", () => graphics);
    sign("window", () => !mobile && outerWidth > screen.width + 64 && outerHeight > screen.height + 64);
    sign("platform", () => {
      const told = [navigator.platform, more && more.platform];
      if (/Windows Phone|Silk|Opera Mini|CrOS/.test(agent)) return false;
      // A telephone that asks for the pages of a desktop says so in its agent alone.
      const desktops = told.some((each) => /^(Android|iP|Linux (arm|aarch))/.test(each || ""));
      const fits = /Windows NT/.test(agent)
        ? /^Win/
        : /Android/.test(agent)
          ? /^(Linux|Android|Chrom)/
          : /iPhone|iPad|iPod/.test(agent)
            ? /^(iP|Mac|iOS)/i
            : /Macintosh/.test(agent)
              ? /^(iP|Mac|iOS)/i
              : /X11|Linux/.test(agent)
                ? /^(Linux|Android|Chrom|X11|\w*BSD|DragonFly|SunOS)/
                : /./;
      return told.some((each) => each && each !== "Unknown" && !fits.test(each)) && (mobile || !desktops);
    });
    sign("automation", () => {
      const marks = /^\$?cdc_\w{15}|^__(playwright__?binding|pwInitScripts|(fx)?(web)?driver_|selenium_|webdriver_)/;
      return (
        [window, document].some((each) => Object.getOwnPropertyNames(each).some((name) => marks.test(name))) ||
        ["webdriver", "selenium", "driver"].some((name) => attribute(document.documentElement, name) !== null)
      );
    });
    sign("assistant", () => {
      assisted =
        assisted ||
        ["glow-border", "stop-container"].some((part) => document.getElementById("claude-agent-" + part) !== null);
      return assisted;
    });
    return found;
  };

  /** Which hardware draws? Asked for once, when there is time and somebody has begun; never of a telephone. */
  const look = () => {
    if (looked || /Android|iPhone|iPad|iPod|Mobile/.test(navigator.userAgent)) return;
    looked = true;
    idle(() => {
      const gl = document.createElement("canvas").getContext("webgl", { powerPreference: "low-power" });
      if (!gl) return;
      const info = gl.getExtension("WEBGL_debug_renderer_info");
      graphics = /SwiftShader|llvmpipe|softpipe/i.test(
        gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER) + "",
      );
      const end = gl.getExtension("WEBGL_lose_context");
      if (end) end.loseContext();
    }, 1000);
  };

  // Finding forms.

  const prepare = (form: Watched) => {
    write(form, NOTHING);
    if (asked(form.root, "honeypot") && form.root instanceof HTMLFormElement) setTrap(form);
  };

  /** A random id for the session. */
  const device = () => {
    const kept = sessionStorage.getItem(FIELD);
    if (kept) return kept;
    const made = Array.from(crypto.getRandomValues(new Uint32Array(4)), (each) => each.toString(36)).join("");
    sessionStorage.setItem(FIELD, made);
    return made;
  };

  /** A field that people, screen readers, browsers and password managers leave alone. */
  const setTrap = (form: Watched) => {
    if (form.trap && within(form.root, form.trap)) return;
    const wrapper = document.createElement("div");
    const label = document.createElement("label");
    const trap = document.createElement("input");
    Object.assign(wrapper.style, {
      position: "absolute",
      top: "-9999px",
      left: "0",
      width: "1px",
      height: "1px",
      overflow: "hidden",
    });
    wrapper.setAttribute("aria-hidden", "true");
    label.textContent = "Leave this empty";
    trap.type = "text";
    trap.name = "q" + Math.random().toString(36).slice(2, 8);
    trap.tabIndex = -1;
    trap.autocomplete = "new-password";
    for (const [name, value] of [
      ["1p-ignore", ""],
      ["lpignore", "true"],
      ["bwignore", ""],
      ["form-type", "other"],
    ])
      trap.setAttribute("data-" + name, value as string);
    label.appendChild(trap);
    wrapper.appendChild(label);
    add(form.root, wrapper);
    form.trap = trap;
    traps.add(trap);
  };

  const watch = (root: Element, first = false): Watched => {
    const known = forms.get(root);
    if (known) return known;
    const form: Watched = {
      root,
      now: account(0, 0),
      token: undefined,
      spare: undefined,
      asking: false,
      tries: 0,
      showing: showings,
      sent: undefined,
      read: false,
      next: undefined,
      before: new Set(),
      hidden: undefined,
      trap: undefined,
    };
    forms.set(root, form);
    list = list.filter((each) => each.root.isConnected);
    list.push(form);
    if (first) tried(() => noteBefore(form, wasHere));
    // These do not leave a shadow tree; all others are heard at the window.
    const tree = Node.prototype.getRootNode.call(root);
    if (tree !== document) ["formdata", "submit", "reset"].forEach((name) => listen(tree, name, hear));
    if (!tending) idle(tend);
    tending = true;
    return form;
  };

  /** What forms need before somebody comes to them. Frameworks first compare a server's page with what they would make. */
  let tending = false;
  const tend = () => {
    tending = false;
    const loaded = document.readyState === "complete";
    list.forEach((form, index) => {
      if (index < EAGER && !form.tries && !form.token) fetchToken(form);
      if (loaded && !form.hidden) prepare(form);
    });
    if (observer) observer.takeRecords(); // of what was added here
    if (!loaded) listen(window, "load", () => idle(tend));
  };

  let observer: MutationObserver | undefined;
  let scanning = false;
  const scan = (first: boolean) => {
    scanning = false;
    for (const form of all(document, `form[${MARK}]`)) watch(form, first);
  };
  const scanSoon = () => {
    if (scanning) return;
    scanning = true;
    idle(() => scan(false), 50);
  };

  /** The form that an event belongs to, and the field within it that it happened to. */
  const find = (event: Event): [Watched, Element] | undefined => {
    const path = event.composedPath();
    const field = path[0];
    if (!(field instanceof Element) || traps.has(field)) return undefined;
    const owner = (field as any).form;
    for (const each of owner instanceof Element ? [...path, owner] : path)
      if (each instanceof Element) {
        const form = forms.get(each);
        if (form) return [form, field];
        if (each instanceof HTMLFormElement && attribute(each, MARK) !== null) return [watch(each), field];
      }
    return undefined;
  };

  // Events.

  const came = (visit: Account, field: Element, how: number, whole?: boolean) => {
    let told = visit.fields.get(field);
    if (!told) visit.fields.set(field, (told = { came: 0, whole: false }));
    told.came |= how;
    if (whole !== undefined) told.whole = whole;
  };

  const input = (event: InputEvent, form: Watched, field: Element) => {
    const type = event.inputType || "";
    const length = size(field);
    const given = event.data ? event.data.length : 0;
    let how = BY_HAND;
    let key = 0;
    let paste = 0;
    let whole = false;
    let anew = length <= 1;
    if (!event.isTrusted) {
      if (!isText(field) || !length) return;
      how = BY_SOFTWARE;
    } else if (/^insertFrom(?!Comp)/.test(type)) {
      anew = true;
      if (type !== "insertFromPaste" || lastPaste !== field) paste = 1;
      lastPaste = undefined;
    } else if (counted() && !/^(insertFromComp|deleteComp|deleteByDrag|history|format)/.test(type)) {
      // A suggestion that takes the place of a short text is the browser's; in a long one it mends a word.
      const replaced = type === "insertReplacementText" || (type === "insertText" && event.data === null);
      if (isFilledByBrowser(field) || (isText(field) && (type ? replaced && field.tagName === "INPUT" : length && field.type !== "number"))) {
        how = BY_BROWSER;
        anew = true;
      } else if (type) {
        key = 1;
        whole = type === "insertText" && !event.isComposing && given >= WHOLE && given === length;
        anew = anew || (given > 0 && given >= length);
      }
    }
    if (event.isTrusted) touched = true;
    if (anew) {
      form.before.delete(field);
      if (form.sent && form.sent.has(field)) form.sent.set(field, true);
    }
    come(form);
    for (const visit of visits(form)) {
      if (visit.first === undefined) visit.first = clock();
      visit.keys += key;
      visit.pastes += paste;
      came(visit, field, how, how === BY_SOFTWARE ? undefined : whole);
    }
    look();
  };
  let lastPaste: Element | undefined;

  const hear = (event: Event) => {
    const found = find(event);
    if (!found) return;
    const [form, field] = found;
    begin(form);
    switch (event.type) {
      case "input":
        input(event as InputEvent, form, field);
        break;
      case "paste":
        if (!event.isTrusted) break;
        lastPaste = field;
        come(form);
        for (const visit of visits(form)) visit.pastes += 1;
        break;
      case "focusin":
        lastPaste = undefined;
        if (!form.hidden) prepare(form);
        come(form);
        if (field.matches("input:not([type=submit]),textarea,select,[contenteditable]"))
          for (const visit of visits(form)) visit.focuses += 1;
        break;
      case "submit":
        write(form, data(form));
        send(form);
        break;
      case "formdata": {
        const entries = (event as FormDataEvent).formData;
        entries.set(FIELD, data(form));
        form.read = true;
        if (form.trap) entries.delete(form.trap.name);
        if (clock() - pressed < CLICK && form.now.fields.size) send(form);
        break;
      }
      case "reset":
        if (form.sent) form.sent.forEach((_, each, sent) => sent.set(each, true));
        form.before.clear();
        break;
      default: // a button, after which inputs are read without a submit event
        write(form, data(form));
    }
  };

  for (const name of ["input", "paste", "focusin", "submit", "formdata", "reset"]) listen(window, name, hear);
  listen(window, "click", (event: MouseEvent) => {
    if (event.isTrusted) {
      touched = true;
      const target = event.composedPath()[0];
      if (!(target instanceof Element) || !target.closest("button,input[type=submit],input[type=button],input[type=image],a,[role=button]"))
        return;
      pressed = clock();
    }
    hear(event);
  });
  const point = (event: Event) => {
    if (!event.isTrusted) return;
    pointer += 1;
    if (/down/.test(event.type)) touched = true;
  };
  const points = "onpointermove" in win ? ["pointermove", "pointerdown", "pointerup"] : ["mousemove", "mousedown", "touchmove"];
  for (const name of points) listen(window, name, point);
  listen(window, "pageshow", (event: PageTransitionEvent) => {
    if (event.persisted) {
      showings += 1;
      list.forEach((form) => tried(() => begin(form)));
    } else list.forEach((form) => tried(() => noteBefore(form, wasHere)));
  });

  const start = () => {
    scan(true);
    if (Array.isArray(prior)) prior.forEach((root) => tried(() => watch(root, true)));
    observer = new MutationObserver(scanSoon);
    observer.observe(document, { childList: true, subtree: true });
  };
  const api = {
    /** Measure a form, or any element with fields in it. */
    watch: (root: Element) => void tried(() => watch(root)),
    /** The text for the field `fraudcheck` of what is sent, for pages that send a form by themselves. Never fails. */
    data: (root?: Element): string =>
      tried(() => {
        const form = root ? watch(root) : list.find((each) => each.root.isConnected);
        if (!form) return NOTHING;
        const text = data(form);
        if (form.now.fields.size) send(form);
        return text;
      }) || NOTHING,
    push: (root: Element) => api.watch(root),
  };
  win[FIELD] = api;
  early ? listen(document, "prerenderingchange", start) : idle(start);
})();
