// Keys: / search, c create, l like, arrows in the player, ? help. Never while typing, never with a modifier, and not
// at all for who has switched them off (settings; kept in this browser).
import { say } from "./toast.js";

const HELP = "Keys: / searches, c creates, l likes, ← and → move in the player, Esc closes.";
const typing = "input:not([type=radio], [type=checkbox]), textarea, select, video, [contenteditable]";

const actions = {
  "/": () => document.querySelector("[type=search]"),
  c: () => document.querySelector("[data-key=c]"),
  l: (scope) => scope.querySelector("[data-like] button"),
  ArrowLeft: (scope) => scope.querySelector("[data-key=ArrowLeft]"),
  ArrowRight: (scope) => scope.querySelector("[data-key=ArrowRight]"),
};

function press(event) {
  const element = event.target;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (element.matches(typing) || localStorage.getItem("keys") === "off") return;
  const modal = document.querySelector("dialog[open]");
  if (event.key === "?") return say(HELP);
  if (modal && (event.key === "/" || event.key === "c")) return;
  if (event.key.startsWith("Arrow") && element.matches("[type=radio], [data-reel] *")) return;
  const scope = modal ?? element.closest(".tile, .post") ?? document.querySelector(".post");
  const found = actions[event.key]?.(scope ?? document.createElement("p"));
  if (!found) return;
  event.preventDefault();
  if (found.matches("input")) found.focus();
  else found.click();
}

document.addEventListener("keydown", press);

// The switch in the settings (WCAG 2.1.4); what it says is kept in this browser only.
const choice = document.querySelector("[data-keys]");
if (choice) {
  choice.checked = localStorage.getItem("keys") !== "off";
  choice.addEventListener("change", () => localStorage.setItem("keys", choice.checked ? "on" : "off"));
}
