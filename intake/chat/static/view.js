// What is seen and heard. Everything that people or the service wrote is set as text, never as HTML.
import { Rhythm } from "./rhythm.js";
import { bubble, calls, make, rescue, stepsCard } from "./words.js";

const STATES = { sending: "Đang gửi…", sent: "Đã nhận", waiting: "Chưa gửi được, sẽ tự gửi lại" };
const NEUTRAL = ["quick_exit", "phone_changed_hands", "bare_neutral"]; // what was said before goes out of sight
const RELIEF = ["walk_side"]; // the person breathes: nobody presses any more
const TURN_MS = 500; // the bubbles of a turn come together; urgent words that come later are new
const at = (id) => document.getElementById(id);

export class View {
  constructor(press) {
    this.press = press; // what to do when a choice is pressed
    this.main = at("talk");
    this.thread = at("thread");
    this.choices = at("choices");
    this.known = new Set();
    this.mine = new Map(); // item id -> its list entry
    this.lastFrom = "";
    this.anchor = null; // urgent words that must stay in sight
    this.rhythm = new Rhythm();
    this.more = at("more");
    this.more.addEventListener("click", () => this.main.scrollTo(0, this.main.scrollHeight));
    this.main.addEventListener("scroll", () => this.hint(), { passive: true });
  }

  // What the reporter just did: a bubble with a state.
  addMine(item, words) {
    this.begin();
    this.anchor = null;
    const entry = make("li", "mine");
    entry.append(make("div", "bubble", words), make("div", "state"));
    this.mine.set(item.id, entry);
    this.lastFrom = "you";
    this.put(entry, true);
    this.clearChoices();
    this.state(item);
  }

  state(item) {
    const entry = this.mine.get(item.id);
    if (!entry) return;
    const line = entry.lastChild;
    line.textContent = STATES[item.state] ?? `Chưa gửi được: ${item.why}`;
    line.classList.toggle("wait", item.state === "waiting" || item.state === "refused");
    if (item.state === "sent") this.quieten(entry);
    this.dots(item.state === "sending" || (item.state === "sent" && item.isLate));
  }

  // Only the last bubble says that it was received.
  quieten(entry) {
    for (const other of this.mine.values()) {
      if (other !== entry && other.lastChild.textContent === STATES.sent) other.lastChild.textContent = "";
    }
  }

  // A line of the thread that was there before this page was loaded, or that comes in live.
  addEntry(entry, isLive) {
    if (entry.from !== "you") return this.addReply(entry, isLive);
    if (isLive || this.known.has(entry.id)) return undefined;
    this.known.add(entry.id);
    this.begin();
    const line = make("li", "mine");
    line.append(make("div", "bubble", entry.text || (entry.location ? "Vị trí của mình" : "…")), make("div", "state"));
    this.lastFrom = "you";
    this.put(line, true);
    return this.clearChoices();
  }

  addReply(reply, isLive = true) {
    if (this.known.has(reply.id)) return;
    this.known.add(reply.id);
    this.begin();
    this.dots(false);
    if (NEUTRAL.includes(reply.card)) this.forget(reply.card === "phone_changed_hands");
    const isCard = reply.card.startsWith("steps_");
    const line = make("li", `theirs${reply.urgent ? " urgent" : ""}${isCard ? " steps-card" : ""}`);
    const who = reply.from === "person" ? "Cán bộ" : "Máy trả lời";
    if (this.lastFrom !== who) line.append(make("div", "who", who));
    this.lastFrom = who;
    line.append(isCard ? stepsCard(reply.text) : reply.urgent ? rescue(reply.text) : bubble(reply.text));
    if (reply.urgent) line.append(...calls(reply.text));
    if (reply.beats) this.rhythm.beatIn(line, isCard);
    else if (RELIEF.includes(reply.card)) this.rhythm.end();
    const isNear = this.isNearEnd() || this.anchor !== null;
    if (reply.urgent && isLive && !(this.anchor && Date.now() - this.anchoredAt < TURN_MS)) {
      this.anchor = line;
      this.anchoredAt = Date.now();
    }
    this.put(line, isNear || reply.urgent);
    this.showChoices(reply);
    if (isLive) at(reply.urgent ? "urgent" : "polite").textContent = `${who}: ${reply.text}`;
  }

  // Whoever holds the phone now sees nothing of what was said; at most their own last words stay.
  forget(keepsLast) {
    this.rhythm.end();
    const mine = [...this.thread.querySelectorAll(".mine")].slice(-1);
    this.thread.replaceChildren(...(keepsLast ? mine : []));
    this.clearChoices();
    this.lastFrom = "";
    this.anchor = null;
    at("urgent").textContent = at("polite").textContent = "";
  }

  showChoices(reply) {
    if (!reply.buttons.length && !reply.asks_location) return;
    this.clearChoices();
    if (reply.asks_location) this.choice("Gửi vị trí của mình", { asksLocation: true });
    for (const button of reply.buttons) this.choice(button.label, { button });
    this.follow();
  }

  choice(label, what) {
    const button = make("button", "", label);
    button.type = "button";
    button.addEventListener("click", () => this.press(label, what));
    this.choices.append(button);
  }

  clearChoices() {
    const hadFocus = this.choices.contains(document.activeElement);
    this.choices.replaceChildren();
    if (hadFocus) this.main.focus();
  }

  // A word about the line: what happened, what was kept, what to do.
  banner(words, action) {
    const banner = at("banner");
    const isNear = this.isNearEnd() || this.anchor !== null;
    banner.hidden = !words;
    banner.replaceChildren(words);
    if (action) {
      const button = make("button", "", action.label);
      button.type = "button";
      button.addEventListener("click", action.act);
      banner.append(" ", button);
    }
    if (isNear) this.follow();
  }

  dots(isShown) {
    this.waiting?.remove();
    this.waiting = null;
    if (!isShown) return;
    this.waiting = make("li", "theirs");
    const dots = make("div", "bubble dots");
    dots.setAttribute("aria-hidden", "true");
    dots.append(make("i"), make("i"), make("i"));
    this.waiting.append(dots);
    this.thread.append(this.waiting);
    this.follow();
  }

  begin() {
    document.body.classList.add("talking");
    at("aid").open = false;
  }

  isNearEnd() {
    return this.main.scrollHeight - this.main.scrollTop - this.main.clientHeight < 160;
  }

  put(line, doScroll) {
    this.thread.insertBefore(line, this.waiting ?? null);
    if (doScroll) this.follow();
    else this.hint();
  }

  // Show the end, but never push urgent words of this turn out of sight.
  follow() {
    const end = this.main.scrollHeight - this.main.clientHeight;
    const top = this.anchor ? this.anchor.offsetTop - this.main.offsetTop - 8 : end;
    this.main.scrollTo(0, Math.min(top, end));
    this.hint();
  }

  hint() {
    this.more.hidden = this.main.scrollHeight - this.main.scrollTop - this.main.clientHeight < 40;
  }
}
