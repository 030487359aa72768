/* Swaps that disturb nobody: what is being typed, opened or read stays as it is.
   A live update leaves every element marked data-keep alone; a navigation replaces it, and the
   draft comes back from memory. Drafts are never written to the disk of the machine. */
(function () {
  "use strict";
  document.documentElement.classList.add("scripted");

  const drafts = new Map();
  let isLive = false;
  let before = { number: "", count: 0 };
  /* Whether the reader is at the newest message: only scrolling changes it, never a longer talk. */
  let isAtEnd = true;
  let lastTop = 0;
  let hadProblem = false;

  Idiomorph.defaults.ignoreActiveValue = true;
  Idiomorph.defaults.callbacks.beforeNodeMorphed = function (old, fresh) {
    if (!isLive || !(old instanceof HTMLElement) || !old.dataset.keep) return true;
    return old.dataset.keep !== fresh.dataset.keep;
  };

  /* What a reader folded stays folded, whatever comes: the parts inside are fresh all the same. */
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = function (name, node) {
    return !(name === "open" && node.matches("details[data-fold]"));
  };

  function remember(field) {
    const form = field.closest("form[data-draft]");
    if (!form || field.type === "hidden") return;
    drafts.set(form.dataset.draft + ":" + field.name, field.value);
  }

  function restore() {
    for (const form of document.querySelectorAll("form[data-draft]")) {
      for (const field of form.querySelectorAll("textarea")) {
        const draft = drafts.get(form.dataset.draft + ":" + field.name);
        if (draft !== undefined && field.value !== draft) field.value = draft;
      }
    }
  }

  function forget(form) {
    for (const key of [...drafts.keys()]) {
      if (key.startsWith(form.dataset.draft + ":")) drafts.delete(key);
    }
    for (const field of form.querySelectorAll("textarea")) field.value = "";
  }

  function look() {
    const thread = document.getElementById("thread");
    const ticket = document.getElementById("ticket");
    if (!thread || !ticket) return { number: "", count: 0 };
    return {
      number: ticket.dataset.number,
      count: thread.querySelectorAll(".bubble").length,
    };
  }

  function settleThread() {
    const thread = document.getElementById("thread");
    if (!thread) return;
    const now = look();
    const hint = document.getElementById("new-below");
    if (now.number !== before.number || isAtEnd) {
      isAtEnd = true;
      thread.scrollTop = thread.scrollHeight;
      lastTop = thread.scrollTop;
      hint.hidden = true;
    } else if (now.count > before.count) {
      hint.hidden = false;
    }
    const isOther = now.number !== before.number;
    before = now;
    if (isOther) {
      for (const pane of document.querySelectorAll(".case")) pane.scrollTop = 0;
    }
  }

  document.addEventListener("scroll", (event) => {
    const thread = event.target;
    if (!(thread instanceof Element) || thread.id !== "thread") return;
    const isNear = thread.scrollHeight - thread.scrollTop - thread.clientHeight < 48;
    /* Only a reader scrolls up; the event of our own scrolling may come after the talk has grown. */
    if (isNear || thread.scrollTop < lastTop) isAtEnd = isNear;
    lastTop = thread.scrollTop;
    if (isAtEnd) document.getElementById("new-below").hidden = true;
  }, { capture: true });
  document.addEventListener("input", (event) => {
    if (event.target instanceof HTMLTextAreaElement) remember(event.target);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("#new-below")) return;
    const thread = document.getElementById("thread");
    thread.scrollTop = thread.scrollHeight;
    document.getElementById("new-below").hidden = true;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    isLive = event.detail.target.hasAttribute("data-live");
    const form = event.detail.requestConfig.elt;
    const status = event.detail.xhr.status;
    if (isLive && status >= 400) event.detail.shouldSwap = false;
    if (form instanceof HTMLFormElement && form.dataset.draft && status < 400) forget(form);
  });
  document.addEventListener("htmx:afterSettle", () => {
    isLive = false;
    restore();
    settleThread();
    const problem = document.querySelector("[aria-invalid='true']");
    if (problem && !hadProblem) problem.focus();
    hadProblem = Boolean(problem);
    const address = new URL(location.href);
    if (address.searchParams.has("said")) {
      address.searchParams.delete("said");
      history.replaceState(history.state, "", address);
    }
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (form instanceof HTMLFormElement) {
      for (const button of form.querySelectorAll("button")) button.disabled = true;
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (form instanceof HTMLFormElement) {
      for (const button of form.querySelectorAll("button")) button.disabled = false;
    }
  });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    /* The session is over: nothing may hold the way to the log-in page. */
    if (event.detail.xhr.status === 401) drafts.clear();
  });
  addEventListener("beforeunload", (event) => {
    if ([...drafts.values()].some((text) => text.trim())) event.preventDefault();
  });
  document.addEventListener("DOMContentLoaded", settleThread);
})();
