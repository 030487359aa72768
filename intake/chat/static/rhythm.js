// The rhythm of chest compressions: a dot that beats, and its sound when somebody asks for it.
import { make } from "./words.js";

const SOUND = "/chat/rhythm.wav";
const LISTEN = "Nghe nhịp ấn";

export class Rhythm {
  constructor() {
    this.dot = make("i");
    this.dot.setAttribute("aria-hidden", "true");
    this.audio = make("audio"); // in the page, not beside it: a page that is emptied falls silent
    this.audio.loop = true;
    this.audio.preload = "none";
    this.button = make("button", "", LISTEN);
    this.button.type = "button";
    this.button.addEventListener("click", () => (this.audio.paused ? this.play() : this.audio.pause()));
    this.audio.addEventListener("play", () => { this.button.textContent = "Tắt tiếng"; });
    this.audio.addEventListener("pause", () => { this.button.textContent = LISTEN; });
    this.audio.addEventListener("playing", () => this.keepTime());
    this.words = make("span");
    this.row = make("div", "rhythm");
    this.row.append(this.dot, this.words, this.button, this.audio);
  }

  // The newest step that speaks of presses has it; a sound that plays goes on. A card of cases
  // also speaks to people whose child breathes.
  beatIn(line, isCaseCard) {
    this.words.textContent = isCaseCard ? "Không thở thì ấn theo nhịp" : "Ấn theo nhịp";
    line.append(this.row);
  }

  end() {
    this.audio.pause();
    this.row.remove();
  }

  play() {
    this.audio.src = SOUND;
    this.audio.play().catch(() => { this.button.textContent = "Chưa nghe được, bấm lại"; });
  }

  // What is seen and what is heard go together.
  keepTime() {
    for (const beat of this.dot.getAnimations?.() ?? []) beat.currentTime = this.audio.currentTime * 1000;
  }
}
