/* The live stream: a ring says that something changed, the page then fetches what it shows.
   Nothing is missed: the stream resumes after the last event id, and everything is fetched anew
   once a minute and whenever the page comes back to the front. */
(function () {
  "use strict";
  const GAP_MILLISECONDS = 200;
  const RESYNC_MILLISECONDS = 60000;
  const SILENCE_MILLISECONDS = 25000;
  let source = null;
  let lastId = "";
  let watched = null;
  let heardAt = 0;
  let lostAt = 0;
  const waiting = new Map();

  function refresh(name) {
    const state = waiting.get(name);
    if (state) {
      state.again = true;
      return;
    }
    waiting.set(name, { again: false });
    htmx.trigger(document.body, "refresh-" + name);
    setTimeout(() => {
      const again = waiting.get(name).again;
      waiting.delete(name);
      if (again) refresh(name);
    }, GAP_MILLISECONDS);
  }

  function refreshAll() {
    refresh("queue");
    refresh("ticket");
    refresh("breaches");
  }

  function showLink(state) {
    const link = document.getElementById("link");
    if (link) link.dataset.link = state;
    document.documentElement.dataset.link = state;
    const notice = document.getElementById("lost");
    if (notice) notice.hidden = !(state === "lost" && Date.now() - lostAt > 8000);
  }

  function heard() {
    heardAt = Date.now();
    lostAt = 0;
    showLink("ok");
  }

  function lose() {
    lostAt = lostAt || Date.now();
    showLink("lost");
  }

  function connect() {
    const node = document.getElementById("stream");
    if (!node) return;
    const ticket = node.dataset.number;
    if (source && source.readyState !== EventSource.CLOSED && watched === ticket) return;
    if (source) source.close();
    watched = ticket;
    const address = new URL(node.dataset.stream, location.origin);
    address.searchParams.set("after", lastId || node.dataset.after);
    if (ticket) address.searchParams.set("ticket", ticket);
    source = new EventSource(address);
    source.onopen = heard;
    source.onerror = () => {
      lose();
      /* Refused rather than cut: if the session is over, the next fetch leads to the log-in. */
      if (source.readyState === EventSource.CLOSED) refresh("queue");
    };
    source.addEventListener("hello", (event) => {
      heard();
      document.dispatchEvent(new CustomEvent("langnghe:time", { detail: Number(event.data) }));
    });
    source.addEventListener("beat", heard);
    source.addEventListener("desk", (event) => {
      heard();
      lastId = event.lastEventId || lastId;
      refresh("queue");
      if (JSON.parse(event.data).kind === "clock_breached") refresh("breaches");
      const open = document.getElementById("ticket");
      if (open && JSON.parse(event.data).ticket === open.dataset.ticket) refresh("ticket");
    });
    source.addEventListener("thread", () => { heard(); refresh("ticket"); });
  }

  function watch() {
    if (!document.getElementById("stream")) return;
    if (heardAt && Date.now() - heardAt > SILENCE_MILLISECONDS) {
      lose();
      if (source) source.close();
    }
    if (lostAt) showLink("lost");
    connect();
  }

  function begin() {
    connect();
    const queue = document.getElementById("queue");
    if (queue && !queue.firstElementChild) refresh("queue");
    showLink(lostAt ? "lost" : "ok");
  }

  document.addEventListener("htmx:afterSettle", begin);
  document.addEventListener("htmx:sendError", lose);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) { watch(); refreshAll(); }
  });
  addEventListener("online", () => { watch(); refreshAll(); });
  addEventListener("pagehide", () => { if (source) source.close(); });
  document.addEventListener("DOMContentLoaded", () => {
    if (!document.getElementById("stream")) return;
    begin();
    setInterval(refreshAll, RESYNC_MILLISECONDS);
    setInterval(watch, 5000);
  });
})();
