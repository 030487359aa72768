/* The command palette (Ctrl+K, a button on a phone): pages, tickets at hand, acts on this page.
   It presses what stands on the page; what the page does not offer, it does not offer either. */
(function () {
  "use strict";
  const MOST = 12;
  let shown = [];
  let chosen = 0;

  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  }

  function words(element) {
    return element.textContent.replace(/\s+/g, " ").trim();
  }

  function isUsable(element) {
    return element && !element.disabled && !element.closest("[hidden]");
  }

  /* Acts first, then pages, then tickets. */
  function everything() {
    const found = [];
    for (const act of document.getElementById("palette-acts").content.querySelectorAll("span")) {
      const target = document.querySelector(act.dataset.press);
      if (isUsable(target) && !target.closest(".top-nav")) {
        found.push({ text: words(act), keys: act.dataset.keys, target });
      }
    }
    for (const link of document.querySelectorAll(".top-nav a, .menu-box a, .views a, .saved a")) {
      found.push({ text: words(link), keys: "", target: link });
    }
    for (const link of document.querySelectorAll("#cards .card-link")) {
      const number = link.querySelector(".number");
      const kind = link.querySelector(".card-kind");
      if (number && kind) found.push({ text: words(number) + " · " + words(kind), keys: "", target: link });
    }
    return found;
  }

  function matching(typed) {
    const parts = plain(typed).split(" ").filter(Boolean);
    return everything().filter((each) => {
      const text = plain(each.text);
      return parts.every((part) => text.includes(part));
    });
  }

  function option(each, index) {
    const item = document.createElement("li");
    item.id = "palette-" + index;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(index === chosen));
    item.textContent = each.text;
    if (each.keys) {
      const key = document.createElement("kbd");
      key.textContent = each.keys;
      key.setAttribute("aria-hidden", "true");
      item.append(" ", key);
    }
    return item;
  }

  function show() {
    const dialog = document.getElementById("palette");
    const box = document.getElementById("palette-box");
    const typed = box.value.trim();
    shown = matching(typed).slice(0, MOST);
    const search = document.getElementById("nav-queue") && typed;
    if (search) shown.push({ text: dialog.dataset.find.replace("{words}", typed), keys: "", find: typed });
    chosen = Math.min(chosen, Math.max(0, shown.length - 1));
    document.getElementById("palette-list").replaceChildren(...shown.map(option));
    document.getElementById("palette-count").textContent = dialog.dataset.count.replace("{n}", shown.length);
    if (shown.length > 0) {
      box.setAttribute("aria-activedescendant", "palette-" + chosen);
      document.getElementById("palette-" + chosen).scrollIntoView({ block: "nearest" });
    } else {
      box.removeAttribute("aria-activedescendant");
    }
  }

  function go(index) {
    const each = shown[index];
    if (!each) return;
    document.getElementById("palette").close();
    if (each.find) {
      location.assign("/console/find?q=" + encodeURIComponent(each.find));
      return;
    }
    if (each.target.matches("input, textarea")) each.target.focus();
    else each.target.click();
  }

  function open() {
    const dialog = document.getElementById("palette");
    if (!dialog || document.querySelector("dialog[open]")) return;
    chosen = 0;
    document.getElementById("palette-box").value = "";
    dialog.showModal();
    show();
  }

  document.addEventListener("langnghe:open-palette", open);
  document.addEventListener("input", (event) => {
    if (event.target.id !== "palette-box") return;
    chosen = 0;
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "palette-box" || event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      chosen = (chosen + step + shown.length) % Math.max(1, shown.length);
      show();
    }
    if (event.key === "Enter") {
      event.preventDefault();
      go(chosen);
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open='palette']")) open();
    const item = event.target.closest("#palette-list li");
    if (item) go(Number(item.id.slice("palette-".length)));
  });

  /* Told politely: how many tickets came into the queue. What rings is told by alarm.js. */
  let before = null;
  document.addEventListener("htmx:afterSettle", () => {
    const count = document.querySelector("#queue .views .count");
    const announcer = document.getElementById("announcer");
    if (!count || !announcer) return;
    const now = Number(count.textContent);
    if (before !== null && now > before) {
      announcer.textContent = announcer.dataset.more.replace("{n}", now - before);
    }
    before = now;
  });
})();
