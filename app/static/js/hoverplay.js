// A video tile plays while a mouse rests on it, muted and one at a time; never on touch, nor where people asked for
// less motion or less data.
const DELAY = 150;
const unwanted = matchMedia("(prefers-reduced-motion: reduce)");
const mouse = matchMedia("(hover: hover)");
let current;

export default function hover(box) {
  if (current?.box === box || unwanted.matches || !mouse.matches || navigator.connection?.saveData) return;
  leave();
  current = { box, timer: setTimeout(start, DELAY, box) };
  box.addEventListener("pointerleave", leave, { once: true });
}

function start(box) {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, loop: true, playsInline: true, preload: "none", src: box.dataset.clip });
  video.tabIndex = -1;
  video.ariaHidden = "true";
  box.querySelector("img")?.after(video);
  current.video = video;
  video.play().catch(leave);
}

function leave() {
  if (!current) return;
  clearTimeout(current.timer);
  current.video?.pause();
  current.video?.remove();
  current = undefined;
}
