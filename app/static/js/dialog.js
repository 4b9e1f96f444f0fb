// The one dialog of the page: what htmx puts into it opens it; closing empties it, so that video stops.
const modal = document.getElementById("modal");

function opened(event) {
  if (event.detail.ctx.target !== modal) return;
  if (!modal.open) modal.showModal();
  (modal.querySelector("[autofocus]") ?? modal.querySelector("[data-close]"))?.focus();
}

// A picture chosen in the dialog went into the form behind it.
function picked(event) {
  if (!event.detail.ctx.sourceElement?.matches?.("[data-pick]")) return;
  modal.close();
  event.detail.ctx.target.dispatchEvent(new Event("change", { bubbles: true }));
}

function clicked(event) {
  const close = event.target.closest("[data-close]");
  const outside = event.target === modal && !inside(event);
  if (modal.open && (close || outside)) {
    event.preventDefault();
    modal.close();
  }
}

function inside({ clientX, clientY }) {
  const { left, right, top, bottom } = modal.getBoundingClientRect();
  return clientX >= left && clientX <= right && clientY >= top && clientY <= bottom;
}

function done(event) {
  if (modal.open) modal.close();
  else if (event.target.dataset?.after) location.assign(event.target.dataset.after);
}

if (modal) {
  document.addEventListener("htmx:after:swap", opened);
  document.addEventListener("htmx:after:swap", picked);
  document.addEventListener("click", clicked);
  document.addEventListener("modal-close", done);
  modal.addEventListener("close", () => modal.replaceChildren());
}
