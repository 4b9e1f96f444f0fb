// A like shows at once; when the server refuses, or cannot be reached, the button goes back to what it was.
const before = new WeakMap();
const formOf = (event) => event.detail.ctx?.sourceElement?.closest?.("[data-like]");

function flip(event) {
  const form = formOf(event);
  if (!form) return;
  const button = form.querySelector("button");
  const count = form.querySelector("[data-likes]");
  const liked = button.getAttribute("aria-pressed") !== "true";
  before.set(form, form.innerHTML);
  button.setAttribute("aria-pressed", liked);
  if (/^\d{1,3}$/.test(count.textContent)) count.textContent = Number(count.textContent) + (liked ? 1 : -1);
}

function back(event) {
  const form = formOf(event);
  if (!form || !before.has(form)) return;
  const focused = form.contains(document.activeElement);
  form.innerHTML = before.get(form);
  before.delete(form);
  if (focused) form.querySelector("button").focus();
}

// The same work may be on the page twice: on the sheet and in the player.
function agree(event) {
  const form = formOf(event);
  if (!form?.isConnected) return;
  before.delete(form);
  for (const other of document.querySelectorAll(`[data-like][action="${form.getAttribute("action")}"]`)) {
    if (other !== form) other.innerHTML = form.innerHTML;
  }
}

document.addEventListener("htmx:before:request", flip);
document.addEventListener("htmx:after:swap", agree);
document.addEventListener("htmx:response:error", back);
document.addEventListener("htmx:error", back);
