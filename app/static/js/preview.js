// Keeps the form and the frame beside it true to what is chosen: at once, and again when the server has drawn anew.
const LONGEST_LINK = 3000;

export default function preview(create, event) {
  if (event.target.name === "kind") reshape(create, event.target);
  show(create);
}

function show(create) {
  for (const name of ["duration", "resolution", "aspect_ratio"]) {
    const print = create.querySelector(`[data-print="${name}"]`);
    const chosen = create.querySelector(`[name="${name}"]:checked`);
    if (print && chosen) print.textContent = chosen.closest(".chip").textContent.trim();
  }
  const credits = create.querySelector("#ticket").dataset.credits;
  create.querySelector('[data-print="credits"]')?.replaceChildren(`${credits} cr`);
  const prompt = create.querySelector("#prompt");
  prompt.placeholder = prompt.dataset[create.querySelector("[name=kind]:checked").value];
}

// A shape that nobody has chosen follows the kind: each has its usual one.
function reshape(create, kind) {
  const other = create.querySelector(`[name="kind"]:not([value="${kind.value}"])`);
  const chosen = create.querySelector('[name="aspect_ratio"]:checked');
  const usual = create.querySelector(`[name="aspect_ratio"][value="${kind.dataset.usual}"]`);
  if (usual && chosen?.value === other.dataset.usual) usual.checked = true;
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

// A radio button that was touched no longer follows its attribute, and a morph only changes that.
function drawn({ detail }) {
  const create = document.querySelector(".create");
  if (!create || !["ticket", "brief"].includes(detail.ctx.target?.id)) return;
  for (const radio of create.querySelectorAll(":is(#models, #settings) [type=radio][checked]")) radio.checked = true;
  show(create);
}

// The strip alone: the page itself stays where reading begins.
function centre(chosen) {
  const strip = chosen.parentElement, [inside, around] = [chosen, strip].map((one) => one.getBoundingClientRect());
  strip.scrollLeft += inside.left - around.left - (around.width - inside.width) / 2;
}

document.querySelectorAll(".model:has(:checked)").forEach(centre);
document.addEventListener("htmx:after:swap", drawn);
document.addEventListener("click", keep);
