"""What it means when ComfyUI, or a proxy in front of it, answers a submit with something else than yes.

ComfyUI itself says 400 with `{"error": {"type", "message", "details"}, "node_errors": {id: {"class_type", "errors"}}}`.
Source: ComfyUI's `server.py` and `execution.py`, `validate_prompt` (version 0.36, read 2026-11-20).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.providers.errors import (
    Ambiguous,
    InvalidRequest,
    Misconfigured,
    OutOfFunds,
    ProviderError,
    RateLimited,
    Retired,
    Retryable,
)
from app.providers.http import Answer

NO_NODE = frozenset({"missing_node_type", "invalid_prompt"})
"""`error.type` when a node of the graph is not installed; the second is the word of versions before 2026."""
UNFIT = frozenset({
    "value_not_in_list", "required_input_missing", "bad_linked_input", "return_type_mismatch", "dependency_cycle",
    "invalid_dynamic_input", "exception_during_inner_validation",
})  # fmt: skip
"""`type` of a node's error that no other request would be spared. The first: a file is not in its folder."""
NOT_COMFYUI = "COMFYUI_URL does not lead to a ComfyUI"
Tidy = Callable[[str], str]
"""What makes a text fit for a log: `Line.tidy`."""


def at_submit(answer: Answer, tidy: Tidy) -> ProviderError:
    """The meaning of an answer to POST /prompt that is no acceptance."""
    status, text = answer.status, tidy(_words(answer))
    # Only a 503 of ComfyUI's own kind proves that nothing was queued; a proxy's may come after the work was taken.
    if status == 503 and isinstance(answer.body.get("error"), dict):
        return Retryable(text)
    if status >= 500 or status < 400 or status in {408, 409, 499}:
        return Ambiguous(text)
    if status == 400 and (cause := _unfit(answer.body)):
        return Retired(tidy(cause))
    return _plain_no(answer, text) or InvalidRequest(text)


def at_upload(answer: Answer, tidy: Tidy) -> ProviderError:
    """The meaning of an answer to POST /upload/image that is no success: nothing was queued yet, so that is certain."""
    text = tidy(_words(answer))
    if answer.status in {400, 413}:
        return InvalidRequest(text, field="references")
    return _plain_no(answer, text) or Retryable(text)


def at_look_up(answer: Answer, tidy: Tidy) -> ProviderError:
    """The meaning of a look-up that failed: the operator can mend what is wrong while the work goes on."""
    text = tidy(_words(answer))
    if answer.status == 429:
        return RateLimited(text, retry_after=answer.retry_after)
    return Retryable(text, code=Misconfigured.code if answer.status in {401, 403, 404, 405} else None)


def _plain_no(answer: Answer, text: str) -> ProviderError | None:
    if answer.status == 402:
        return OutOfFunds(text)
    if answer.status == 429:
        return RateLimited(text, retry_after=answer.retry_after)
    if answer.status in {401, 403, 407}:
        return Misconfigured(f"{text}: whatever stands before ComfyUI wants a user name and password in COMFYUI_URL")
    if answer.status in {404, 405}:
        return Misconfigured(f"{text}: {NOT_COMFYUI}")
    return None


def _words(answer: Answer) -> str:
    """What an answer says, for logs."""
    error = answer.body.get("error")
    if isinstance(error, Mapping):
        said = " ".join(str(error.get(name) or "") for name in ("type", "message", "details"))
    else:
        said = str(error or "")
    return " ".join([str(answer.status), said, *_of_nodes(answer.body)]).strip()[:500]


def _unfit(body: Mapping[str, Any]) -> str:
    """Why this ComfyUI can never run the workflow, with what to do about it; empty when it could."""
    error = body.get("error")
    if isinstance(error, Mapping) and error.get("type") in NO_NODE:
        return f"ComfyUI lacks a node of the workflow: {error.get('message')} Install it, then offer the model again."[
            :500
        ]
    unfit = [f"{text} ({kind})" for kind, text in _errors(body) if kind in UNFIT]
    if not unfit:
        return ""
    cure = "Put the missing file where ComfyUI looks for it, or mend the workflow; then offer the model again."
    return f"ComfyUI cannot run the workflow: {'; '.join(unfit)[:360]}. {cure}"


def _of_nodes(body: Mapping[str, Any]) -> list[str]:
    return [f"{kind} {text}" for kind, text in _errors(body)]


def _errors(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Type and words of every error of a node."""
    nodes = body.get("node_errors")
    for node in nodes.values() if isinstance(nodes, Mapping) else ():
        errors = node.get("errors") if isinstance(node, Mapping) else None
        for error in errors if isinstance(errors, list) else ():
            if isinstance(error, Mapping):
                yield (
                    str(error.get("type") or ""),
                    f"{node.get('class_type') or ''} {error.get('details') or ''}".strip(),
                )
