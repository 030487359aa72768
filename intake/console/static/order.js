/* Pages come one after another: who claims and at once walks away ends where the last key pointed.
   Without this the slower answer would win. The live queue is never held up; the live ticket waits,
   because it could take away the very form whose answer is on its way. */
(function () {
  "use strict";
  const SETTLED_MILLISECONDS = 40;
  const waiting = [];
  let isBusy = false;
  let isOwed = false;

  function isLivePart(element) {
    return element.id.endsWith("-live");
  }

  function goOn() {
    isBusy = false;
    /* One whose element is gone by now sends nothing and keeps nobody waiting. */
    while (waiting.length > 0 && !isBusy) waiting.shift()(true);
    if (isBusy || !isOwed) return;
    isOwed = false;
    htmx.trigger(document.body, "refresh-ticket");
  }

  document.addEventListener("htmx:confirm", (event) => {
    if (!isBusy) return;
    if (event.detail.elt.id === "ticket-live") {
      event.preventDefault();
      isOwed = true;
    } else if (!isLivePart(event.detail.elt)) {
      event.preventDefault();
      waiting.push(event.detail.issueRequest);
    }
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!isBusy || event.detail.requestConfig.elt.id !== "ticket-live") return;
    event.detail.shouldSwap = false;
    isOwed = true;
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (isLivePart(event.detail.elt)) return;
    isBusy = true;
    /* Not htmx's own event: a form that is gone by then would not tell of the end. */
    event.detail.xhr.addEventListener("loadend", () => setTimeout(goOn, SETTLED_MILLISECONDS));
  });
})();
