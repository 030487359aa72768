/* The call-taker's screen: every keystroke is saved within a second, what could not be saved stays
   in the page and is tried again; nothing is written to the disk of this machine. */
(function () {
  "use strict";
  const SOON = 400;
  const AGAIN = 2000;
  const kept = new Map(); /* call -> what no server has yet */
  let timer = 0;
  let isSending = false;

  const form = () => document.getElementById("call-form");

  function show(node, problem) {
    const lost = document.getElementById("call-lost");
    const saved = document.getElementById("call-saved");
    if (!lost || node !== form()) return;
    const text = problem ? node.dataset[problem] : "";
    if (lost.lastElementChild.textContent !== text) lost.lastElementChild.textContent = text;
    lost.hidden = !problem;
    saved.hidden = Boolean(problem);
  }

  function words(node) {
    const data = new URLSearchParams(new FormData(node));
    data.delete("csrf");
    return data.toString();
  }

  function later(wait) {
    if (!timer) timer = setTimeout(() => { timer = 0; send(); }, wait);
  }

  /* After a log-in in another window this page needs that session's token. */
  async function renew(node) {
    const page = await fetch(node.action);
    const token = /name="csrf" value="([^"]+)"/.exec(await page.text());
    if (page.ok && !page.redirected && token) node.elements.csrf.value = token[1];
  }

  async function hear(node) {
    const panel = document.getElementById("call-heard");
    if (!panel || node !== form()) return;
    const answer = await fetch(panel.dataset.from);
    if (answer.ok && node === form()) {
      Idiomorph.morph(panel, await answer.text(), { morphStyle: "innerHTML" });
    }
  }

  async function send() {
    const node = form();
    if (!node || !kept.has(node.dataset.call)) return;
    if (isSending) return later(SOON);
    isSending = true;
    const call = node.dataset.call;
    const body = words(node);
    node.dataset.version = Number(node.dataset.version) + 1;
    try {
      const answer = await fetch(node.action + "/draft", {
        method: "POST",
        body: new URLSearchParams(body + "&version=" + node.dataset.version),
        headers: { "X-CSRF-Token": node.elements.csrf.value },
        keepalive: body.length < 60000,
        signal: AbortSignal.timeout(8000),
      });
      if (answer.status === 409 || answer.status === 404) return show(node, "elsewhere");
      if (answer.status === 401 || answer.status === 403) {
        show(node, "signedOut");
        await renew(node);
        return later(AGAIN);
      }
      if (!answer.ok) throw new Error();
      const saved = document.getElementById("call-saved");
      const at = (await answer.json()).saved;
      if (node === form() && saved) saved.textContent = node.dataset.saved.replace("%", at);
      show(node, "");
      if (node !== form() || words(node) === body) kept.delete(call);
      else later(SOON);
      await hear(node).catch(() => {});
    } catch {
      show(node, "lost");
      later(AGAIN);
    } finally {
      isSending = false;
    }
  }

  function typed(event) {
    const node = form();
    if (!node || event.target.form !== node) return;
    kept.set(node.dataset.call, words(node));
    const saved = document.getElementById("call-saved");
    if (saved) saved.textContent = node.dataset.saving;
    later(SOON);
  }

  function fill(node, data) {
    for (const field of node.elements) {
      if (!field.name || field.name === "csrf" || field.tagName === "BUTTON") continue;
      if (field.type === "radio") field.checked = data.get(field.name) === field.value;
      else field.value = data.get(field.name) || "";
    }
  }

  /* A page of another call, or one that comes back with words that are not saved yet. */
  function settle() {
    const node = form();
    if (node && kept.has(node.dataset.call)) {
      fill(node, new URLSearchParams(kept.get(node.dataset.call)));
      later(SOON);
    }
    if (node && node.dataset.ready !== node.dataset.call) {
      node.dataset.ready = node.dataset.call;
      if (Number(node.dataset.version) === 0) node.querySelector("[name='danger']").focus();
    }
    const undo = document.querySelector("[data-fades]");
    if (undo) setTimeout(() => { undo.hidden = true; }, 10000);
  }

  function take(button) {
    const node = form();
    const field = node.elements[button.dataset.field];
    if (field.value) return;
    field.value = button.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    button.closest("li").remove();
  }

  function press(event, selector) {
    const button = document.querySelector(selector);
    if (!button) return;
    event.preventDefault();
    button.click();
  }

  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-field]");
    if (!button || !form()) return;
    event.preventDefault();
    take(button);
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    if (/^F\d+$/.test(event.key) && !event.repeat) press(event, "[data-key='" + event.key + "']");
    const digit = /^Digit([1-9])$/.exec(event.code);
    if (digit && event.altKey && !event.ctrlKey) press(event, "[data-pick='" + digit[1] + "']");
    const node = form();
    const target = event.target;
    if (event.key !== "Enter" || !node || target.form !== node || target.tagName !== "INPUT") return;
    event.preventDefault();
    const fields = [...node.elements].filter((each) => each.matches("input:not([type]), textarea, select"));
    const next = fields[fields.indexOf(target) + 1];
    if (next) next.focus();
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden) send(); });
  addEventListener("pagehide", send);
  addEventListener("beforeunload", (event) => {
    const node = form();
    if (node && kept.has(node.dataset.call)) { send(); event.preventDefault(); }
  });
  /* A button sends all words itself: what it sent is no longer ours to keep. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const node = event.detail.requestConfig.elt;
    if (node.id === "call-form" && event.detail.xhr.status < 400) kept.delete(node.dataset.call);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id !== "call-form") send();
  });
  document.addEventListener("htmx:afterSettle", settle);
  document.addEventListener("DOMContentLoaded", settle);
})();
