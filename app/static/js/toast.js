// Short messages: they leave after a while unless someone is reading them. Answers that are errors never replace
// what is on the page (422 apart, which is the form again): their words are told here.
const STAY = 9000;
const box = document.getElementById("toasts");

export function say(words, { url, action, tone } = {}) {
  const toast = document.getElementById("toast-shape").content.firstElementChild.cloneNode(true);
  toast.querySelector("p").textContent = words;
  const link = toast.querySelector("a");
  if (url) Object.assign(link, { href: url, textContent: action });
  else link.remove();
  if (tone) toast.dataset.tone = tone;
  box.append(toast);
}

// In the top layer, and above a dialog that came later.
function raise() {
  if (document.querySelector("dialog[open]")) box.hidePopover?.();
  if (!box.matches(":popover-open")) box.showPopover?.();
}

function leave(toast) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? leave(toast) : toast.remove()), STAY);
}

function refused(event) {
  const { ctx } = event.detail;
  const status = ctx.response?.status ?? 0;
  if (status < 400 || status === 422) return;
  event.preventDefault();
}

function told(event) {
  const { ctx } = event.detail;
  if (ctx.response?.status === 422) return;
  const answer = new DOMParser().parseFromString(ctx.text ?? "", "text/html");
  const words = answer.querySelector("[data-words]")?.textContent.trim();
  say(words || "That did not work. Nothing was lost; please try again.", { tone: "bad" });
  ctx.sourceElement?.closest(".more")?.setAttribute("data-failed", "");
}

function unreachable(event) {
  if (!event.detail.ctx) return;
  say("Kinora cannot be reached. What you typed is still here; try again in a moment.", { tone: "bad" });
  event.detail.ctx.sourceElement?.closest(".more")?.setAttribute("data-failed", "");
}

if (box) {
  raise();
  new MutationObserver((changes) => {
    raise();
    for (const node of changes.flatMap((change) => [...change.addedNodes])) if (node.nodeType === 1) leave(node);
  }).observe(box, { childList: true });
  document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast").remove());
  document.addEventListener("htmx:before:swap", refused);
  document.addEventListener("htmx:response:error", told);
  document.addEventListener("htmx:error", unreachable);
}
