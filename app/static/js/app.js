// The way in. What every page needs is loaded at once, the rest when it is first asked for. All of it listens on
// document, so what htmx swaps in is alive without set-up; a page whose scripts fail still works.
import "./dialog.js";
import "./keys.js";
import "./toast.js";

if (document.getElementById("live")) {
  import("./transitions.js");
  import("./focus.js");
  import("./live.js");
  import("./like.js");
}
if (document.querySelector("[data-reel]")) import("./reel.js");
if (document.querySelector(".create")) import("./preview.js");

const onDemand = [
  ["click", "[data-copy], [data-share]", () => import("./share.js")],
  ["click", "[data-play]", () => import("./play.js")],
  ["click", "[data-reveal]", () => import("./reveal.js")],
  ["click", "[data-remove]", () => import("./upload.js")],
  ["change", "[data-upload]", () => import("./upload.js")],
  ["click", "[data-rewrites]", () => import("./rewrite.js")],
  ["input", "[data-count]", () => import("./counter.js")],
  ["change", ".create", () => import("./preview.js")],
  ["change", "[data-theme-choice]", () => import("./theme.js")],
  ["pointerover", "[data-clip]", () => import("./hoverplay.js")],
];

for (const [type, selector, load] of onDemand) {
  document.addEventListener(type, async (event) => {
    const element = event.target.closest?.(selector);
    if (element) (await load()).default(element, event);
  });
}

// A video that comes inside a partial has tried, and failed, to load while it was still in the template.
document.addEventListener("htmx:after:swap", () => {
  for (const video of document.querySelectorAll("video")) if (video.error) video.load();
});
