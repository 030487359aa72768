// The line to the service: what was typed waits here, in order, until it is taken. Memory only.

const API = "/chat/api/";
const PIECE = 3900; // characters a message; longer pastes are split
const ANSWER_MS = 20000;
const SILENT_MS = 40000; // no heartbeat for so long: the stream is dead
const POLL_MS = 4000;
const WAITS_MS = [1000, 2000, 4000, 8000, 15000];

export class Line {
  // `says`: state(item), entry(entry), replies(list), trouble(kind), over()
  constructor(says) {
    this.says = says;
    this.queue = [];
    this.isOpen = false; // a session is there
    this.cursor = "";
    this.poster = new URLSearchParams(location.search).get("src"); // goes with the first message
    this.tries = 0;
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    setInterval(() => this.watch(), 5000);
  }

  // Put something into the queue; returns its items so that bubbles can follow their states.
  send(said) {
    const parts = said.text === undefined ? [said] : split(said.text).map((text) => ({ text }));
    const items = parts.map((part) => ({ id: newId(), said: part, state: "sending" }));
    this.queue.push(...items);
    this.pump();
    return items;
  }

  async pump() {
    if (this.isPumping) return;
    this.isPumping = true;
    clearTimeout(this.timer);
    while (this.queue.length) {
      const wait = await this.take(this.queue[0]);
      if (wait > 0) {
        this.timer = setTimeout(() => this.pump(), wait);
        break;
      }
    }
    this.isPumping = false;
  }

  // Try the first item; returns 0 when it is out of the queue, else how long to wait.
  async take(item) {
    try {
      if (!this.isOpen) await this.open();
      this.state(item, "sending");
      const answer = await call("POST", "messages", { client_id: item.id, ...(this.poster && { source: this.poster }), ...item.said });
      const body = await answer.json();
      if (answer.ok) {
        this.tries = 0;
        this.poster = null;
        this.queue.shift();
        item.isLate = answer.status === 202; // stored; the answer is still being made
        this.state(item, "sent");
        this.says.trouble("");
        this.says.replies(body.replies);
        this.listen();
        return 0;
      }
      return this.refused(item, answer, body);
    } catch {
      return this.later(item, navigator.onLine ? "slow" : "offline");
    }
  }

  refused(item, answer, body) {
    if (answer.status === 401) {
      this.isOpen = false;
      return this.later(item, "slow", 300);
    }
    if (answer.status === 429 || answer.status === 408 || answer.status >= 500) {
      const pause = Number(answer.headers.get("Retry-After")) * 1000;
      return this.later(item, answer.status === 503 ? "crowded" : "slow", pause);
    }
    this.queue.shift();
    this.state(item, "refused", body.message);
    return 0;
  }

  later(item, kind, pause = 0) {
    this.state(item, "waiting");
    this.says.trouble(kind);
    const step = WAITS_MS[Math.min(this.tries++, WAITS_MS.length - 1)];
    return Math.max(pause, step * (0.75 + Math.random() / 2));
  }

  state(item, state, why = "") {
    item.state = state;
    item.why = why;
    this.says.state(item);
  }

  async open() {
    const answer = await call("POST", "sessions", {});
    if (!answer.ok) throw new Error(String(answer.status));
    this.close();
    this.cursor = "";
    this.isOpen = true;
  }

  // Fetch the talk of a page that was reloaded; false when there is none to show.
  async resume() {
    const entries = await this.fetchNew();
    if (entries === null) return false;
    this.isOpen = true;
    if (entries.length) this.listen();
    return true;
  }

  // What came after the cursor; null when this session may not read any more.
  async fetchNew() {
    const fresh = [];
    for (;;) {
      const after = this.cursor ? `?after=${encodeURIComponent(this.cursor)}` : "";
      const answer = await call("GET", `messages${after}`);
      if (answer.status === 401 || answer.status === 400) return null;
      if (!answer.ok) throw new Error(String(answer.status));
      const { messages, more } = await answer.json();
      for (const entry of messages) this.entry(entry);
      fresh.push(...messages);
      if (!more) return fresh;
    }
  }

  entry(entry) {
    this.cursor = entry.cursor;
    this.says.entry(entry);
  }

  listen() {
    if (this.source || !this.isOpen) return;
    const after = this.cursor ? `?after=${encodeURIComponent(this.cursor)}` : "";
    const source = new EventSource(`${API}stream${after}`);
    this.source = source;
    this.heardAt = Date.now();
    source.addEventListener("entry", (event) => {
      this.heardAt = Date.now();
      this.entry(JSON.parse(event.data));
    });
    source.addEventListener("beat", () => (this.heardAt = Date.now()));
    source.addEventListener("replaced", () => {
      this.close();
      this.isReplaced = true;
      this.says.trouble("elsewhere");
    });
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED && this.source === source) this.fallBack();
    };
  }

  close() {
    this.source?.close();
    this.source = null;
  }

  watch() {
    if (this.source && Date.now() - this.heardAt > SILENT_MS) this.fallBack();
  }

  // The stream does not work here: ask now and then, and try the stream again later.
  async fallBack() {
    this.close();
    if (this.isPolling || this.isReplaced) return;
    this.isPolling = true;
    for (let round = 0; round < 5 && this.isOpen; round++) {
      try {
        if ((await this.fetchNew()) === null) {
          this.isOpen = false;
          break;
        }
      } catch {
        // no network: the next round tries again
      }
      await new Promise((go) => setTimeout(go, POLL_MS));
    }
    this.isPolling = false;
    this.listen();
  }

  hurry() {
    if (this.queue.length) {
      this.tries = 0;
      this.pump();
    }
    if (this.isOpen && this.cursor && !this.isReplaced) {
      this.watch();
      this.listen();
    }
  }
}

function call(method, path, body) {
  const how = { method, cache: "no-store", credentials: "same-origin" };
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), ANSWER_MS);
  how.signal = giveUp.signal;
  if (body) {
    how.headers = { "Content-Type": "application/json" };
    how.body = JSON.stringify(body);
  }
  return fetch(API + path, how).finally(() => clearTimeout(timer));
}

// Cut a long text where it breathes: a paragraph, a sentence, a word.
export function split(text) {
  const parts = [];
  let rest = text;
  while (rest.length > PIECE) {
    const piece = rest.slice(0, PIECE);
    const breath = Math.max(piece.lastIndexOf("\n"), piece.lastIndexOf(". ") + 1, piece.lastIndexOf(" "));
    let cut = breath > PIECE / 2 ? breath : PIECE;
    const code = rest.charCodeAt(cut - 1);
    if (code >= 0xd800 && code <= 0xdbff) cut -= 1;
    if (rest.slice(0, cut).trim()) parts.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return rest.trim() || !parts.length ? [...parts, rest] : parts;
}

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
