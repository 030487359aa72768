// Keeps the page usable without a network: the numbers, the steps, the box. Nothing that was said.
const CACHE = "v1";
const SHELL = ["/chat/shell", "/chat/app.css", "/chat/app.js", "/chat/view.js", "/chat/words.js", "/chat/rhythm.js", "/chat/line.js", "/chat/exit.js", "/chat/icon.svg"];
const PATIENCE_MS = 4000; // a line slower than this gets what is kept

self.addEventListener("install", (event) => {
  const requests = SHELL.map((path) => new Request(path, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const kept = pathname === "/chat/" ? "/chat/shell" : pathname;
  if (SHELL.includes(kept)) event.respondWith(freshOrKept(request, kept));
});

// The network first; when it fails, is slow or is out of order, what was kept.
async function freshOrKept(request, kept) {
  const copy = await caches.match(kept);
  const fresh = fetch(request);
  if (!copy) return fresh;
  const late = new Promise((go) => setTimeout(go, PATIENCE_MS, copy));
  return Promise.race([fresh.then((answer) => (answer.status < 500 ? answer : copy), () => copy), late]);
}
