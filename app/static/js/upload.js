// Sends a reference picture by itself, with its progress (fetch has none), and puts the answer into the form.
// Without this the file goes along with the form.
export default function upload(element) {
  if ("remove" in element.dataset) return remove(element);
  for (const file of element.files) send(element, file);
  element.value = "";
}

function remove(button) {
  const form = button.form;
  button.closest(".reference").remove();
  form.querySelector("[data-upload]")?.focus();
  changed();
}

function send(input, file) {
  const row = document.getElementById("upload-shape").content.firstElementChild.cloneNode(true);
  const list = document.getElementById("references");
  row.querySelector("b").textContent = file.name;
  row.querySelector("[data-retry]").onclick = () => (row.remove(), send(input, file));
  list.append(row);
  const limit = Number(input.dataset.upload);
  if (!file.type.startsWith("image/")) return fail(row, "This is not a picture. PNG, JPEG and WebP work.");
  if (file.size > limit * 2 ** 20) return fail(row, `This is ${(file.size / 2 ** 20).toFixed(1)} MB; at most ${limit} MB work.`);
  const body = new FormData();
  body.append("reference", file);
  // What a picture can be for is the model's to say.
  for (const name of ["csrf_token", "kind", "model"]) body.append(name, input.form.elements[name]?.value ?? "");
  const request = new XMLHttpRequest();
  request.open("POST", input.dataset.url);
  request.setRequestHeader("HX-Request", "true");
  request.setRequestHeader("HX-Request-Type", "partial");
  request.setRequestHeader("X-CSRFToken", input.form.elements.csrf_token.value);
  request.upload.onprogress = ({ loaded, total }) => (row.querySelector("progress").value = loaded / total);
  request.onerror = () => fail(row, "The picture did not arrive.", true);
  request.onload = () => (request.status < 300 ? arrived(row, request) : fail(row, wordsOf(request), request.status !== 422));
  request.send(body);
}

function wordsOf({ responseText }) {
  const answer = new DOMParser().parseFromString(responseText, "text/html");
  return answer.querySelector("[data-words], .error")?.textContent.trim() || "The picture did not arrive.";
}

function arrived(row, { responseText }) {
  if (!row.isConnected) document.getElementById("references")?.append(row); // another model drew the list anew
  row.insertAdjacentHTML("afterend", responseText);
  window.htmx?.process(row.nextElementSibling);
  row.remove();
  changed();
}

function fail(row, words, again = false) {
  row.querySelector("progress").remove();
  Object.assign(row.querySelector("[data-said]"), { textContent: words, className: "error" });
  row.querySelector("[data-retry]").hidden = !again;
}

const changed = () => document.getElementById("references").dispatchEvent(new Event("change", { bubbles: true }));
