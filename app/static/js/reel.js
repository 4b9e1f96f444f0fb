// The reel of the front page moves on every five seconds. It stops for good once someone touches it, and rests while
// it is looked at, out of sight, or where people asked for less motion (WCAG 2.2.2).
const PACE = 5000;
const reel = document.querySelector("[data-reel]");
const track = reel.querySelector("[data-track]");
const pause = reel.querySelector("[data-pause]");
const still = matchMedia("(prefers-reduced-motion: reduce)");
let stopped = still.matches;
let seen = true;

function step(by) {
  const frames = [...track.querySelectorAll("li")];
  const edge = Number.parseFloat(getComputedStyle(track).scrollPaddingInlineStart) || 0;
  const at = frames.findIndex((frame) => frame.offsetLeft - edge >= track.scrollLeft - 8);
  const end = track.scrollLeft + track.clientWidth >= track.scrollWidth - 8;
  const next = by > 0 && end ? 0 : Math.max(0, (at < 0 ? frames.length - 1 : at) + by);
  const left = (frames[next] ?? frames[0]).offsetLeft - edge;
  track.scrollTo({ left, behavior: still.matches ? "auto" : "smooth" });
}

function stop(value = true) {
  stopped = value;
  pause.setAttribute("aria-pressed", value);
  pause.querySelector("[data-word]").textContent = value ? "Play the reel" : "Pause the reel";
}

function tick() {
  const watched = reel.matches(":hover") || reel.contains(document.activeElement);
  if (!stopped && !watched && seen && !document.hidden && !document.querySelector("dialog[open]")) step(1);
}

reel.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step], [data-pause]");
  if (!button) return;
  if (button === pause) return stop(!stopped);
  stop();
  step(Number(button.dataset.step));
});
for (const type of ["pointerdown", "wheel", "touchstart"]) track.addEventListener(type, () => stop(), { passive: true });
new IntersectionObserver(([entry]) => (seen = entry.isIntersecting)).observe(reel);
setInterval(tick, PACE);
stop(stopped);
