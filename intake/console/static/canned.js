/* Canned replies: a press puts the words where the writer is, and only filters what is listed.
   Nothing is sent, and nothing that was typed is replaced: not even what is selected. */
(function () {
  "use strict";
  const visited = new WeakSet();

  function folded(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase();
  }

  function insert(words) {
    const field = document.getElementById("reply");
    if (!field) return;
    const at = visited.has(field) ? field.selectionEnd : field.value.length;
    const before = field.value.slice(0, at);
    const after = field.value.slice(at);
    const gap = /\S$/.test(before) ? "\n" : "";
    field.setRangeText(gap + words + (/^\S/.test(after) ? "\n" : ""), at, at, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.closest(".composer").querySelector("#canned").open = false;
    field.focus();
  }

  function filter() {
    const find = document.getElementById("canned-find");
    const list = document.getElementById("canned-list");
    if (!find || !list) return;
    const wanted = folded(find.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of list.children) {
      const text = folded(item.textContent);
      item.hidden = !wanted.every((word) => text.includes(word));
      if (!item.hidden) shown += 1;
    }
    document.querySelector("#canned-none span").hidden = shown > 0;
  }

  /* The list opens where it can be read; the talk above it stays in sight. */
  document.addEventListener("toggle", (event) => {
    const fold = event.target;
    if (fold.id !== "canned" || !fold.open) return;
    const composer = fold.closest(".composer");
    composer.scrollTop += fold.getBoundingClientRect().top - composer.getBoundingClientRect().top;
  }, { capture: true });
  document.addEventListener("focusin", (event) => {
    if (event.target.id === "reply") visited.add(event.target);
  });
  document.addEventListener("input", (event) => {
    if (event.target.id === "canned-find") filter();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.id !== "canned-find" || event.isComposing || event.key !== "Enter") return;
    event.preventDefault();
    const first = document.querySelector("#canned-list > li:not([hidden]) button");
    if (first) first.focus();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#canned-list button");
    if (!button) return;
    event.preventDefault();
    insert(button.closest("li").querySelector(".canned-words").textContent);
  });
  /* A live update brings the list anew, unfiltered. */
  document.addEventListener("htmx:afterSettle", filter);
})();
