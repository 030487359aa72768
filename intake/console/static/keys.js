/* The keyboard, the panes on a phone, the help. Single letters can be switched off in the help. */
(function () {
  "use strict";
  let isAfterG = false;

  function isTyping(target) {
    return target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
  }

  function press(selector) {
    const button = document.querySelector(selector);
    if (button) button.click();
  }

  function focus(id) {
    const field = document.getElementById(id);
    if (!field) return;
    if (id === "reply") showPane("talk");
    field.focus();
  }

  function showPane(name) {
    const main = document.getElementById("main");
    if (!main || !main.dataset.pane) return;
    main.dataset.pane = name;
    for (const tab of document.querySelectorAll(".tabs a")) {
      if (tab.dataset.show === name) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
    const thread = document.getElementById("thread");
    if (name === "talk" && thread) thread.scrollTop = thread.scrollHeight;
  }

  function openHelp() {
    const help = document.getElementById("help");
    if (help && !help.open) help.showModal();
    const box = document.getElementById("keys-on");
    if (box) box.checked = localStorage.getItem("console-keys") !== "off";
  }

  /* What each key does is written down in intake/console/keymap.py; the help lists the same. */
  function act(keys) {
    const help = document.getElementById("help");
    const found = help && JSON.parse(help.dataset.keys).find((each) => each.keys === keys);
    if (!found) return false;
    if (found.press) press(found.press);
    if (found.focus) focus(found.focus);
    if (found.opens === "help") openHelp();
    if (found.opens === "palette") document.dispatchEvent(new CustomEvent("langnghe:open-palette"));
    return true;
  }

  function letter(key) {
    if (isAfterG) {
      isAfterG = false;
      return act("g " + key);
    }
    if (key !== "g") return act(key);
    isAfterG = true;
    setTimeout(() => { isAfterG = false; }, 1500);
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const target = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target instanceof HTMLTextAreaElement) {
      event.preventDefault();
      /* The button, not the form: it is shut while a message is on its way. */
      const button = target.form.querySelector("button.main") || target.form.querySelector("button");
      if (button) button.click();
      return;
    }
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && act("Ctrl+K")) {
      event.preventDefault();
      return;
    }
    if (event.key === "Escape") {
      const menu = document.querySelector("details.menu[open]");
      if (menu) menu.open = false;
      else if (isTyping(target)) target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
    if (localStorage.getItem("console-keys") === "off" && event.key !== "?") return;
    if (document.querySelector("dialog[open]")) return;
    if (letter(event.key)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-open='help']")) openHelp();
    const menu = document.querySelector("details.menu[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });
  /* The panes of one ticket change without asking the server again. */
  document.addEventListener("click", (event) => {
    const tab = event.target.closest(".tabs a");
    if (!tab || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    showPane(tab.dataset.show);
  }, { capture: true });
  document.addEventListener("change", (event) => {
    if (event.target.id !== "keys-on") return;
    localStorage.setItem("console-keys", event.target.checked ? "on" : "off");
  });
})();
