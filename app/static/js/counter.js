// Counts what is typed; near the limit the figure turns and is announced once.
const NEAR = 0.9;

export default function count(field) {
  const figure = document.getElementById(field.dataset.count);
  if (!figure) return;
  const used = [...field.value].length;
  const limit = Number(field.dataset.limit);
  const box = figure.closest(".prompt, .field");
  const near = used >= limit * NEAR;
  figure.textContent = `${used} / ${limit}`;
  if (near === box.hasAttribute("data-near")) return;
  box.toggleAttribute("data-near", near);
  box.querySelector("[data-announce]").textContent = near ? `${limit - used} characters left.` : "";
}
