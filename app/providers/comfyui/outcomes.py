"""What ComfyUI's queue and history say about one operation.

Source: ComfyUI's `server.py`, `execution.py` and `comfy_execution/jobs.py` (version 0.36, read 2026-11-20). Until it is
done an operation is in the queue and nowhere else; then it is in the history, which a restart empties.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.providers.base import Finished, Kind, Pending, Remote
from app.providers.errors import Blocked, Failed, NoOutput, ProviderError, Retryable

ENDINGS = {Kind.IMAGE: (".png", ".jpg", ".jpeg", ".webp"), Kind.VIDEO: (".mp4",)}
SAFETY_WORDS = ("nsfw", "safety", "moderation", "content policy")
"""In the words of nodes that check what they made: ComfyUI itself refuses nothing."""


@dataclass(frozen=True)
class InQueue:
    """An operation that ComfyUI has not done yet."""

    runs: bool
    """It is being made now; else it waits."""
    nodes: tuple[str, ...] = ()
    """Of one that runs: the nodes that work in steps."""


def in_queue(queue: Mapping[str, Any], operation_id: str) -> InQueue | None:
    """Where an operation is in the answer of GET /queue; None when it is not in it.

    Raises Retryable when the answer is no queue.
    """
    lists = [queue.get(name) for name in ("queue_running", "queue_pending")]
    if not all(isinstance(one, list) for one in lists):
        raise Retryable("an answer that is no queue")
    for runs, items in zip((True, False), lists, strict=True):
        for item in items or ():
            # [number, id, graph, extra data, outputs]
            if isinstance(item, list) and len(item) > 2 and item[1] == operation_id:
                return InQueue(runs, _stepping(item[2]) if runs else ())
    return None


def outcome(entry: Mapping[str, Any], kind: Kind) -> Pending | Finished:
    """What an entry of the history came to. Raises Blocked, Failed or NoOutput when that is no media."""
    found = entry.get("status")
    status = found if isinstance(found, Mapping) else {}
    word = status.get("status_str")
    if word == "error":
        raise _ending(status)
    # A word that nobody knows yet is waited for: the engine's deadline bounds it.
    if word not in (None, "success") and not status.get("completed"):
        return Pending()
    for file in _saved(entry.get("outputs")):
        if str(file.get("filename")).lower().endswith(ENDINGS[kind]):
            locator = {name: str(file.get(name) or "") for name in ("filename", "subfolder", "type")}
            return Finished(Remote(locator))
    raise NoOutput(
        f"the workflow saved no {kind}: it has to end in {'SaveVideo (mp4)' if kind == Kind.VIDEO else 'SaveImage'}"
    )


def _stepping(graph: Any) -> tuple[str, ...]:
    nodes = graph.items() if isinstance(graph, Mapping) else ()
    return tuple(id for id, node in nodes if isinstance(node, Mapping) and "steps" in (node.get("inputs") or {}))


def _saved(outputs: Any) -> Iterator[Mapping[str, Any]]:
    """The files that nodes put into the output folder; previews and what was given are elsewhere.

    The names of the lists differ: core nodes say "images" even for videos, others "gifs" or "videos".
    """
    for node in outputs.values() if isinstance(outputs, Mapping) else ():
        for files in node.values() if isinstance(node, Mapping) else ():
            for file in files if isinstance(files, list) else ():
                if isinstance(file, Mapping) and file.get("type") == "output" and file.get("filename"):
                    yield file


def _ending(status: Mapping[str, Any]) -> ProviderError:
    """Why it ended: a failure and a cancelling look the same but for the last message."""
    messages = status.get("messages")
    for message in reversed(messages if isinstance(messages, list) else []):
        if not (isinstance(message, list) and len(message) == 2 and isinstance(message[1], Mapping)):
            continue
        name, facts = message
        if name == "execution_interrupted":
            return Failed(f"interrupted at {facts.get('node_type')}", code="cancelled")
        if name == "execution_error":
            raw = " ".join(str(facts.get(one) or "") for one in ("node_type", "exception_type", "exception_message"))
            text = " ".join(raw.split())[:500]
            refused = any(word in text.lower() for word in SAFETY_WORDS)
            return Blocked(text, stage="output") if refused else Failed(text)
    return Failed("it failed without a word")
