// Copy a prompt, share a post: by the system's own sheet where there is one, else its address is copied.
import { say } from "./toast.js";

export default async function share(element) {
  const { copy, share: address } = element.dataset;
  if (copy) return keep(document.querySelector(copy)?.textContent.trim() ?? "", "Prompt copied.");
  const url = new URL(address, location.href).href;
  if (!navigator.share) return keep(url, "Link copied.");
  try {
    await navigator.share({ title: document.title, url });
  } catch (error) {
    if (error.name !== "AbortError") await keep(url, "Link copied.");
  }
}

async function keep(text, words) {
  try {
    await navigator.clipboard.writeText(text);
    say(words);
  } catch {
    say("Your browser did not allow copying. Select the text and copy it by hand.", { tone: "bad" });
  }
}
