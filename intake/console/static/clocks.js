/* Terms that ran out, told to whoever leads the shift: once each, in words, without a sound.
   The server says which (data-breach); what was seen on this machine is not shown again. */
(function () {
  "use strict";
  const SEEN = "console-breaches-seen";
  const KEPT = 200;
  const told = new Set();
  let isCounting = false;

  function seen() {
    try {
      return new Set(JSON.parse(localStorage.getItem(SEEN) || "[]"));
    } catch (_) {
      return new Set();
    }
  }

  function notify(text, number) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    try {
      new Notification(text, { tag: "clock-" + number });
    } catch (_) {
      /* Some phones allow notifications from a service worker only; the notice remains. */
    }
  }

  function look() {
    const box = document.getElementById("breaches");
    if (!box) return;
    if (!box.dataset.asked) {
      box.dataset.asked = "yes";
      htmx.trigger(document.body, "refresh-breaches");
      return;
    }
    const known = seen();
    let count = 0;
    for (const line of box.querySelectorAll("[data-breach]")) {
      const isNew = !known.has(line.dataset.breach);
      line.hidden = !isNew;
      if (!isNew) continue;
      count += 1;
      if (told.has(line.dataset.breach)) continue;
      told.add(line.dataset.breach);
      const announcer = document.getElementById("announcer");
      if (announcer) announcer.textContent = line.dataset.said;
      notify(line.dataset.said, line.dataset.number);
    }
    const notice = box.querySelector(".notice");
    if (!notice) return;
    notice.hidden = count === 0;
    document.getElementById("breaches-count").textContent = count;
  }

  document.addEventListener("click", (event) => {
    if (!event.target.closest("#breaches-seen")) return;
    const known = seen();
    for (const line of document.querySelectorAll("#breaches [data-breach]")) {
      known.add(line.dataset.breach);
    }
    localStorage.setItem(SEEN, JSON.stringify([...known].slice(-KEPT)));
    look();
  });
  /* The page of numbers follows a second later: fifty events are one reading. */
  document.addEventListener("refresh-queue", () => {
    if (isCounting || !document.getElementById("now")) return;
    isCounting = true;
    setTimeout(() => {
      isCounting = false;
      htmx.trigger(document.body, "refresh-now");
    }, 1000);
  });
  document.addEventListener("htmx:afterSettle", look);
  document.addEventListener("DOMContentLoaded", look);
})();
