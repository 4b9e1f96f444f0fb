// Keeps the frame beside the form true to what is chosen, and takes each kind's own shape when the kind changes.
const LONGEST_LINK = 3000;

export default function preview(create, event) {
  if (event.target.name === "kind") reshape(create, event.target.value);
  for (const name of ["duration", "resolution", "aspect_ratio"]) {
    const print = create.querySelector(`[data-print="${name}"]`);
    const chosen = create.querySelector(`[name="${name}"]:checked`);
    if (print && chosen) print.textContent = chosen.closest(".chip").textContent.trim();
  }
  const prompt = create.querySelector("#prompt");
  prompt.placeholder = prompt.dataset[create.querySelector("[name=kind]:checked").value];
}

function reshape(create, kind) {
  const usual = create.querySelector(`[name="aspect_ratio"][data-usual~="${kind}"]`);
  if (usual) usual.checked = true;
}

// What the ticket suggests instead opens the form anew: what has been written since goes along while an address has
// room for it.
function keep({ target }) {
  const link = target.closest?.("#ticket a[href]");
  if (!link) return;
  const url = new URL(link.href);
  for (const name of ["prompt", "negative_prompt"]) {
    const words = document.querySelector(`.create [name="${name}"]`)?.value;
    if (words) url.searchParams.set(name, words);
    else url.searchParams.delete(name);
  }
  if (url.href.length < LONGEST_LINK) link.href = url.href;
}

function price() {
  const credits = document.querySelector("#ticket[data-credits]")?.dataset.credits;
  const print = document.querySelector('[data-print="credits"]');
  if (credits && print) print.textContent = `${credits} cr`;
}

document.addEventListener("htmx:after:swap", price);
document.addEventListener("click", keep);
price();
