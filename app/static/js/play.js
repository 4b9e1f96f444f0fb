// Plays a card's video where it stands. What this sets survives a push: `morphIgnore` in the layout names it.
export default function play(button) {
  const box = button.parentElement;
  const video = box.querySelector("video");
  for (const other of document.querySelectorAll("[data-playing] video")) other.pause();
  box.dataset.playing = "";
  video.controls = true;
  video.play().catch(() => {});
  video.focus();
}
