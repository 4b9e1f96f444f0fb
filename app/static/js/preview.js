// Keeps the frame beside the form true to what is chosen, and takes each kind's own shape when the kind changes.
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

function price() {
  const credits = document.querySelector("#ticket[data-credits]")?.dataset.credits;
  const print = document.querySelector('[data-print="credits"]');
  if (credits && print) print.textContent = `${credits} cr`;
}

document.addEventListener("htmx:after:swap", price);
price();
