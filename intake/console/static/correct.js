/* Letters that stand on a page: data-press names the key of a button, a link or a fold. */
(function () {
  "use strict";

  function isTyping(target) {
    return target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
  }

  function open(fold) {
    for (let part = fold; part; part = part.parentElement) {
      if (part instanceof HTMLDetailsElement) part.open = true;
    }
    const field = fold.querySelector("select, textarea, input:not([type=hidden])");
    if (field) field.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.repeat || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (localStorage.getItem("console-keys") === "off" || document.querySelector("dialog[open]")) return;
    if (!/^[a-z]$/.test(event.key)) return;
    const found = document.querySelector("[data-press='" + event.key + "']");
    if (!found) return;
    event.preventDefault();
    if (found.matches("summary")) open(found.parentElement);
    else found.click();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-opens]");
    const fold = link && document.getElementById(link.dataset.opens);
    if (!fold) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    open(fold);
  }, { capture: true });
})();
