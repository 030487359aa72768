/* The alarm: sound, page title and browser notification while a critical ticket rings.
   What rings is decided on the server (data-rings on the cards); this file only makes it heard. */
(function () {
  "use strict";
  const root = document.documentElement;
  let context = null;
  let wanted = localStorage.getItem("console-sound") !== "off";
  let known = new Set();
  let beat = null;
  let isFirstLook = true;
  /* What to call what rings while it is only a test of the alarm; else nothing. */
  let testWords = "";

  function words() {
    const node = document.getElementById("live-state");
    return node ? JSON.parse(node.dataset.said) : {};
  }

  function isAudible() {
    return Boolean(context) && context.state === "running" && wanted;
  }

  function show() {
    const sound = document.getElementById("sound");
    if (sound) sound.setAttribute("aria-pressed", String(isAudible()));
    root.dataset.sound = isAudible() ? "on" : "off";
    const notify = document.getElementById("notify");
    if (!notify) return;
    const has = "Notification" in window;
    notify.hidden = !has || Notification.permission === "denied";
    notify.setAttribute("aria-pressed", String(has && Notification.permission === "granted"));
  }

  function unlock() {
    if (!context) {
      context = new AudioContext();
      context.onstatechange = show;
    }
    if (context.state === "suspended") context.resume().then(show, show);
  }

  function tone(at, pitch, seconds) {
    const voice = context.createOscillator();
    const volume = context.createGain();
    voice.type = "triangle";
    voice.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, at);
    volume.gain.exponentialRampToValueAtTime(0.5, at + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
    voice.connect(volume).connect(context.destination);
    voice.start(at);
    voice.stop(at + seconds);
  }

  function ring() {
    if (!isAudible()) return;
    const now = context.currentTime;
    for (const [delay, pitch] of [[0, 880], [0.22, 660], [0.44, 880]]) tone(now + delay, pitch, 0.2);
  }

  function title(count) {
    const main = document.getElementById("main");
    const base = (main && main.dataset.title) || document.title.replace(/^\(!\) /, "");
    const said = words();
    const text = testWords ? testWords : count === 1 ? said.alarm_one : (said.alarm_many || "").replace("{n}", count);
    const flashes = count > 0 && !document.title.startsWith("(!) ");
    document.title = flashes ? "(!) " + text : base;
  }

  function tick() {
    const count = known.size;
    root.dataset.alarm = count > 0 ? "ringing" : "quiet";
    title(count);
    if (count > 0) ring();
    if (count === 0 && beat) {
      clearInterval(beat);
      beat = null;
    }
  }

  function notify(card) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    const body = card.dataset.number + " · " + card.dataset.place;
    try {
      new Notification(card.dataset.urgency, { body, tag: card.dataset.number, requireInteraction: true });
    } catch (_) {
      /* Some phones allow notifications from a service worker only; sound and title remain. */
    }
  }

  function look() {
    const list = document.getElementById("cards");
    if (!list) return;
    const now = new Set();
    const ringing = [...document.querySelectorAll("#queue [data-rings]")];
    testWords = ringing.length > 0 && ringing.every((each) => each.dataset.test) ? ringing[0].dataset.test : "";
    for (const card of ringing) {
      now.add(card.dataset.number);
      if (known.has(card.dataset.number)) continue;
      if (!isFirstLook || document.hidden) notify(card);
      const shouter = document.getElementById("shouter");
      if (shouter) shouter.textContent = [card.dataset.urgency, card.dataset.number, card.dataset.place].join(", ");
    }
    isFirstLook = false;
    known = now;
    tick();
    if (known.size > 0 && !beat) beat = setInterval(tick, 1500);
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("#sound")) {
      const turnsOn = !isAudible();
      wanted = turnsOn;
      localStorage.setItem("console-sound", turnsOn ? "on" : "off");
      if (turnsOn) {
        unlock();
        context.resume().then(() => { show(); ring(); }, show);
      }
      show();
    }
    if (event.target.closest("#notify") && "Notification" in window) {
      Notification.requestPermission().then(show, show);
    }
  });
  /* Browsers keep audio shut until the first gesture; any one of them opens it. */
  for (const gesture of ["pointerup", "keydown"]) {
    document.addEventListener(gesture, (event) => {
      if (wanted && !(event.target instanceof Element && event.target.closest("#sound"))) unlock();
    }, { capture: true });
  }
  document.addEventListener("htmx:afterSettle", () => { show(); look(); });
  document.addEventListener("DOMContentLoaded", () => {
    if (!document.getElementById("live-state")) return;
    if (wanted) unlock();
    show();
    look();
  });
})();
