// The focus is never lost to the page itself: when what had it is switched off or replaced, it goes back there, else to
// the first control of the nearest box that is still there, else to the page's content.
let last;
let boxes = [];

function took({ target }) {
  last = target;
  boxes = [];
  for (let box = target.parentElement; box; box = box.parentElement) if (box.id) boxes.push(box.id);
}

// Somebody pressed beside everything: that is no loss.
function left({ target, relatedTarget }) {
  if (!relatedTarget && usable(target)) last = undefined;
}

const usable = (element) => element?.isConnected && !element.matches(":disabled") && element.checkVisibility();

function mend() {
  if (!last || document.activeElement !== document.body) return;
  const again = usable(last) ? last : last.id && document.getElementById(last.id);
  if (usable(again)) return again.focus();
  for (const id of boxes) {
    const inside = document.getElementById(id)?.querySelectorAll("a[href], button, input, select, textarea, summary") ?? [];
    const first = [...inside].find((element) => element.type !== "hidden" && usable(element));
    if (first) return first.focus();
  }
  document.getElementById("main")?.focus();
}

document.addEventListener("focusin", took);
document.addEventListener("focusout", left);
for (const type of ["htmx:after:swap", "htmx:finally:request"]) document.addEventListener(type, () => setTimeout(mend));
