// The quick exit: blank at once, forget what the browser keeps, be somewhere harmless.
// The link works without this file; with it the page also leaves the history.

const PATIENCE_MS = 400; // how long the page stays blank while the browser forgets
const SHIFT_WINDOW_MS = 5000;
let isLeaving = false;

async function leave() {
  if (isLeaving) return;
  isLeaving = true;
  document.body.classList.add("gone");
  document.body.replaceChildren();
  const away = document.documentElement.dataset.away;
  await Promise.race([Promise.allSettled(forget()), new Promise((go) => setTimeout(go, PATIENCE_MS))]);
  location.replace(away);
}

function forget() {
  const work = [fetch("/chat/exit", { redirect: "manual", cache: "no-store", keepalive: true })];
  if ("caches" in window) work.push(caches.delete("v1"));
  if ("serviceWorker" in navigator) {
    work.push(navigator.serviceWorker.getRegistrations().then((all) => Promise.all(all.map((one) => one.unregister()))));
  }
  return work;
}

document.getElementById("exit").addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

let shifts = [];
document.addEventListener("keydown", (event) => {
  if (event.key !== "Shift") {
    shifts = [];
    return;
  }
  if (event.repeat) return;
  const now = performance.now();
  shifts = [...shifts.filter((at) => now - at < SHIFT_WINDOW_MS), now];
  if (shifts.length === 3) leave();
});

// Back from the browser's memory after leaving: start from nothing.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
