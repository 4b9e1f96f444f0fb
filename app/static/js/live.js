// What the server tells us by itself. The address of the next connection says how far we have come, so that nothing
// is shown twice; news older than what is on screen is dropped; the page says when the line is down.
import { say } from "./toast.js";

const MARK = "● ";
const LOGGED_OUT = 4401;
let down;

function word(state, text) {
  for (const element of document.querySelectorAll("[data-live]")) {
    element.dataset.state = state;
    if (element.textContent !== text) element.textContent = text;
  }
}

function connected() {
  clearTimeout(down);
  down = undefined;
  word("live", "Live");
}

function closed({ detail: { code } }) {
  if (code === LOGGED_OUT) {
    clearTimeout(down);
    word("waiting", "Logged out");
    say("You have been logged out.", { url: "/login", action: "Log in again" });
  } else down ??= setTimeout(word, 2000, "waiting", "Reconnecting…");
}

async function heard({ detail: { connection, message } }) {
  const { version } = await message.json();
  const url = new URL(connection.url);
  if (!(version > Number(url.searchParams.get("since")))) return;
  url.searchParams.set("since", version);
  connection.url = url.href;
}

function guard({ detail: { tasks, ctx } }) {
  for (let at = tasks.length - 1; at >= 0; at -= 1) {
    const news = Number(tasks[at].fragment.firstElementChild?.dataset?.version);
    if (news < Number(tasks[at].target?.dataset?.version)) tasks.splice(at, 1);
  }
  const ready = ctx.sourceElement?.id === "live" && tasks.some(({ fragment }) => fragment.querySelector(".toast"));
  if (ready && document.hidden && !document.title.startsWith(MARK)) document.title = MARK + document.title;
}

document.addEventListener("htmx:ws:after:connection", connected);
document.addEventListener("htmx:ws:close", closed);
document.addEventListener("htmx:ws:after:message:incoming", heard);
document.addEventListener("htmx:before:swap", guard);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && document.title.startsWith(MARK)) document.title = document.title.slice(MARK.length);
});
// The first connection may have been made before this module was there.
const socket = document.getElementById("live")._htmx?.ws?.connection?.socket;
if (socket?.readyState === WebSocket.OPEN) connected();
else if (!socket || socket.readyState > WebSocket.OPEN) down = setTimeout(word, 2000, "waiting", "Reconnecting…");
