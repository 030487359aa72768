// What is seen and heard. Everything that people or the service wrote is set as text, never as HTML.

const NUMBER = /(^|\D)(111|112|113|114|115|1800\s?8077)(?!\d)/g; // no lookbehind: old phones cannot read it
const MARK = /^\[(nháp|draft)\]\s*/; // an unsigned card in a trial
const STEP = /^\d[.)]\s+/; // "1. …": these are the steps, other lines are remarks
const LABEL = /^(\p{Lu}[\p{Lu}\d\s]+):\s*/u; // "CÒN THỞ: …" is a case, not a step
const STATES = { sending: "Đang gửi…", sent: "Đã nhận", waiting: "Chưa gửi được, sẽ tự gửi lại" };
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
    const isCard = reply.card.startsWith("steps_");
    const line = make("li", `theirs${reply.urgent ? " urgent" : ""}${isCard ? " steps-card" : ""}`);
    const who = reply.from === "person" ? "Cán bộ" : "Máy trả lời";
    if (this.lastFrom !== who) line.append(make("div", "who", who));
    this.lastFrom = who;
    line.append(isCard ? stepsCard(reply.text) : reply.urgent ? rescue(reply.text) : bubble(reply.text));
    if (reply.urgent) line.append(...calls(reply.text));
    const isNear = this.isNearEnd() || this.anchor !== null;
    if (reply.urgent && isLive) this.anchor = this.anchor ?? line;
    this.put(line, isNear || reply.urgent);
    this.showChoices(reply);
    if (isLive) at(reply.urgent ? "urgent" : "polite").textContent = `${who}: ${reply.text}`;
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

function make(tag, name = "", words = "") {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (words) node.textContent = words;
  return node;
}

function bubble(text) {
  const node = make("div", "bubble");
  node.append(...marked(text, linked));
  return node;
}

// One sentence a line: read in a glance.
function rescue(text) {
  const node = make("div", "bubble");
  node.append(...marked(text, sentences));
  return node;
}

function sentences(words) {
  const lines = words.replace(/([.!?])\s+/g, "$1\n").replace(/\s*(\([^()]*\))$/, "\n$1").split("\n");
  return lines.map((line) => make("span", line.startsWith("(") ? "aside" : "", line));
}

function marked(text, show) {
  const mark = text.match(MARK);
  if (!mark) return show(text);
  return [make("small", "draft", "bản nháp"), " ", ...show(text.slice(mark[0].length))];
}

// Emergency numbers in our own words become links; nothing else does.
function linked(text) {
  return text.split(NUMBER).map((part, index) => (index % 3 === 2 ? tel(part, part) : part));
}

function tel(number, words) {
  const link = make("a", "", words);
  link.href = `tel:${number.replace(/\s/g, "")}`;
  return link;
}

function calls(text) {
  const numbers = [...new Set(text.split(NUMBER).filter((_, index) => index % 3 === 2))].slice(0, 2);
  if (!numbers.length) return [];
  const row = make("div", "calls");
  row.append(...numbers.map((number) => tel(number, `Gọi ${number}`)));
  return [row];
}

function stepsCard(text) {
  const card = make("div", "bubble");
  card.append(...marked(text, stepsAndRemarks));
  return card;
}

function stepsAndRemarks(words) {
  const lines = words.split("\n").filter((line) => line.trim());
  const isNumbered = lines.some((line) => STEP.test(line));
  const list = make("ol", isNumbered ? "steps" : "steps cases");
  const before = [];
  const after = [];
  lines.forEach((line, index) => {
    if (STEP.test(line) || !(isNumbered || (index === 0 && line.endsWith(":")))) list.append(step(line.replace(STEP, "")));
    else (list.childElementCount ? after : before).push(remark(line));
  });
  return [...before, list, ...after];
}

function remark(line) {
  const words = make("p");
  words.append(...linked(line));
  return words;
}

function step(line) {
  const label = line.match(LABEL);
  const words = make("span");
  if (label) words.append(make("b", "", label[1]));
  words.append(...linked(label ? line.slice(label[0].length) : line));
  const item = make("li");
  item.append(words);
  return item;
}
