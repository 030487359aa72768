// The page: box, buttons, first look. What is kept is kept in memory and dies with the page.
import { Line } from "./line.js";
import { View } from "./view.js";

const HIDE_AFTER_MS = 15 * 60 * 1000;
const TROUBLE = {
  offline: "Đang mất mạng. Tin còn trên trang này, có mạng sẽ tự gửi. Đang nguy hiểm thì bấm số ở trên để gọi.",
  slow: "Đường truyền chậm. Tin còn trên trang này và sẽ tự gửi lại.",
  crowded: "Đang có nhiều người nhắn. Tin còn trên trang này và sẽ tự gửi lại. Đang nguy hiểm thì bấm số ở trên để gọi.",
  elsewhere: "Cuộc nói chuyện đang mở ở một trang khác.",
};
const root = document.documentElement;
const box = document.getElementById("box");
const text = document.getElementById("text");
const view = new View(press);
let isLive = false;
const line = new Line({
  state: (item) => view.state(item),
  entry: (entry) => view.addEntry(entry, isLive),
  replies: (replies) => replies.forEach((reply) => view.addReply(reply)),
  trouble: (kind) => view.banner(TROUBLE[kind] ?? "", kind === "elsewhere" ? { label: "Xem ở đây", act: () => location.reload() } : null),
});

function say(said, words) {
  for (const item of line.send(said)) view.addMine(item, item.said.text ?? words);
}

function press(label, what) {
  if (what.button) return say({ button: what.button }, label);
  if (!navigator.geolocation) return noPlace();
  view.banner("Đang tìm vị trí…");
  return navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      view.banner("");
      say({ location: { latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy } }, "Vị trí của mình");
    },
    noPlace,
    { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 },
  );
}

function noPlace() {
  view.banner("Chưa lấy được vị trí. Bạn gõ tên ấp, xã hoặc chỗ gần đó giùm mình.");
  text.focus();
}

function submit() {
  const words = text.value;
  if (!words.trim()) return;
  text.value = "";
  grow();
  say({ text: words });
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

box.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
  text.focus();
});
text.addEventListener("input", grow);
text.addEventListener("keydown", (event) => {
  const isTouch = matchMedia("(pointer: coarse)").matches;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || isTouch) return;
  event.preventDefault();
  submit();
});

// A page that lay in a pocket for long shows nothing until somebody asks it to.
const cover = document.getElementById("cover");
let hiddenAt = 0;
document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenAt = Date.now();
  else if (hiddenAt && Date.now() - hiddenAt > HIDE_AFTER_MS) {
    cover.hidden = false;
    document.getElementById("uncover").focus();
  }
});
document.getElementById("uncover").addEventListener("click", () => {
  cover.hidden = true;
  text.focus();
});

async function start() {
  document.getElementById("late").remove();
  box.hidden = false;
  if (root.dataset.talk !== "no") {
    try {
      await line.resume();
    } catch {
      if (!navigator.onLine) view.banner(TROUBLE.offline);
    }
  }
  isLive = true;
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/chat/sw.js", { scope: "/chat/" }).catch(() => {});
}

start();
