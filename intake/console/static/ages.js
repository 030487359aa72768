/* Waiting times, counted on in the page; intake/console/local_time.py says the same on the server. */
(function () {
  "use strict";
  const skew = { milliseconds: 0 };

  function words() {
    const node = document.getElementById("live-state");
    return node ? JSON.parse(node.dataset.said) : null;
  }

  function fill(pattern, values) {
    return pattern.replace(/\{(\w)\}/g, (_, name) => values[name]);
  }

  function say(seconds, units) {
    if (seconds < 60) return fill(units.seconds, { n: seconds });
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return fill(units.minutes, { n: minutes });
    if (minutes < 1440) {
      const rest = String(minutes % 60).padStart(2, "0");
      return fill(units.hours, { n: Math.floor(minutes / 60), m: rest });
    }
    return fill(units.days, { n: Math.floor(minutes / 1440), h: Math.floor(minutes / 60) % 24 });
  }

  function tick() {
    const units = words();
    if (!units) return;
    const now = Date.now() + skew.milliseconds;
    for (const node of document.querySelectorAll("time[data-age]")) {
      const seconds = Math.max(0, Math.floor((now - Date.parse(node.dateTime)) / 1000));
      const text = say(seconds, units);
      if (node.textContent !== text) node.textContent = text;
    }
    for (const node of document.querySelectorAll("time[data-until]")) {
      const left = Math.floor((Date.parse(node.dateTime) - now) / 1000);
      const text = fill(left >= 0 ? units.left : units.over, { t: say(Math.abs(left), units) });
      if (node.textContent !== text) node.textContent = text;
    }
  }

  /* The server's clock counts: a console with a wrong clock must not show wrong waits. */
  document.addEventListener("langnghe:time", (event) => {
    skew.milliseconds = event.detail - Date.now();
    tick();
  });
  document.addEventListener("htmx:afterSwap", tick);
  setInterval(tick, 1000);
})();
