// A text that is being written by a model may take seconds. Whoever goes on typing meanwhile keeps what they typed.
import { say } from "./toast.js";

const sent = new WeakMap();
const field = (button) => document.getElementById(button.dataset.rewrites);

export default function asked(button) {
  sent.set(button, field(button)?.value);
  announce(button, button.querySelector(".busy").textContent);
}

function announce(button, words) {
  const place = field(button)?.closest(".field")?.querySelector("[data-announce]");
  if (place) place.textContent = words;
}

function kept(event) {
  const button = event.detail.ctx.sourceElement;
  if (!sent.has(button)) return;
  const now = field(button)?.value;
  if (now === undefined || now === sent.get(button)) return;
  event.preventDefault();
  say("You went on writing, so your words stay as they are.");
}

function over(event) {
  const button = event.detail.ctx.sourceElement;
  if (sent.delete(button) && button.isConnected) announce(button, "");
}

document.addEventListener("htmx:before:swap", kept);
document.addEventListener("htmx:finally:request", over);
