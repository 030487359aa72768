// Words as they are seen: set as text, never as HTML; numbers to call, drafts marked, steps one a line.

const NUMBER = /(^|\D)(111|112|113|114|115|1800\s?8077)(?!\d)/g; // no lookbehind: old phones cannot read it
const MARK = /^\[(nháp|draft)\]\s*/; // an unsigned card in a trial
const STEP = /^\d[.)]\s+/; // "1. …": these are the steps, other lines are remarks
const LABEL = /^(\p{Lu}[\p{Lu}\d\s]+):\s*/u; // "CÒN THỞ: …" is a case, not a step

export function make(tag, name = "", words = "") {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (words) node.textContent = words;
  return node;
}

export function bubble(text) {
  const node = make("div", "bubble");
  node.append(...marked(text, linked));
  return node;
}

// One sentence a line: read in a glance.
export function rescue(text) {
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

export function calls(text) {
  const numbers = [...new Set(text.split(NUMBER).filter((_, index) => index % 3 === 2))].slice(0, 2);
  if (!numbers.length) return [];
  const row = make("div", "calls");
  row.append(...numbers.map((number) => tel(number, `Gọi ${number}`)));
  return [row];
}

export function stepsCard(text) {
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
