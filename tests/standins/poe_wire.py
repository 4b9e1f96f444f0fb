"""What Poe's OpenAI-compatible API takes and says, and how bots phrase their answers.

Sources: creator.poe.com, "OpenAI Compatible API", "Create chat completion", "Error Handling" (read 2026-11-20).
Deliberately narrow: what Kinora has no reason to send is an unknown field here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tests.standins.listener import Answer
from tests.standins.shapes import base64_text, one_of

IMAGE_BOTS = {"GPT-Image-2"}
VIDEO_BOTS = {"Video-Generator-PRO"}
TEXT_BOTS = {"Assistant"}
BOTS = sorted(IMAGE_BOTS | VIDEO_BOTS | TEXT_BOTS | {"Claude-Opus-5"})


def _picture(value: Any) -> str | None:
    found = re.fullmatch(r"data:image/(?:png|jpeg|webp);base64,(.+)", value) if isinstance(value, str) else None
    return base64_text(found[1]) if found else "expected a data URI of a picture"


PART = one_of(
    {"type": ("text",), "text": str},
    {"type": ("image_url",), "image_url": {"url": _picture}},
)
MESSAGE = one_of(
    {"role": ("system",), "content": str},
    {"role": ("user",), "content": str},
    {"role": ("user",), "content": [PART]},
)
CHAT = {
    "model": str,
    "messages": [MESSAGE],
    # Media bots are to be called with it, and false.
    "stream": (False,),
}

ERRORS = {
    400: ("invalid_request_error", "invalid_parameter", "The message is too long."),
    401: ("authentication_error", "invalid_api_key", "The API key is not valid."),
    402: ("insufficient_credits", "insufficient_points", "You do not have enough points to send this message."),
    403: ("permission_error", "permission_denied", "You are not allowed to use this bot."),
    404: ("not_found_error", "not_found", "There is no such bot."),
    408: ("timeout_error", "timeout", "The bot did not answer in time."),
    429: ("rate_limit_error", "rate_limit_exceeded", "Too many requests."),
    500: ("provider_error", "internal_error", "The bot failed."),
    502: ("upstream_error", "bad_gateway", "The bot could not be reached."),
    503: ("overloaded_error", "overloaded", "Poe is overloaded."),
    529: ("overloaded_error", "overloaded", "The bot is overloaded."),
}


def error(status: int, message: str = "", code: str = "", **more: str) -> Answer:
    """A refusal: {"error": {"message", "type", "code"}}."""
    kind, usual, words = ERRORS[status]
    headers = {"Retry-After": "7"} if status == 429 else {}
    body = {"error": {"message": message or words, "type": kind, "code": code or usual, **more}}
    return Answer(status, body, headers=headers)


def completion(model: str, content: str | None, reason: str = "stop", **message: str) -> dict[str, Any]:
    """An ordinary chat completion that says this."""
    said = {"role": "assistant", "content": content, **message}
    choice = {"index": 0, "message": said, "finish_reason": reason, "logprobs": None}
    usage = {"prompt_tokens": 12, "completion_tokens": 40, "total_tokens": 52}
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1795161600, "model": model,
            "choices": [choice], "usage": usage}  # fmt: skip


def listing() -> dict[str, Any]:
    """The list of bots."""
    rows = [{"id": one, "object": "model", "created": 1795161600, "owned_by": "poe"} for one in BOTS]
    return {"object": "list", "data": rows}


WITHHELD = {
    "refused": "I'm sorry, but I can't create this. It goes against our content policy on real people.",
    "words": "A lovely idea! Shall I begin? See https://poe.com/help for what I can do.",
    "empty": "",
    "outage": "Something went wrong and I'm unable to generate this. Please try again later.",
    "elsewhere": "Here: https://files.example.com/base/video/result.mp4",
}
"""What a bot says instead of a result."""


def phrased(url: str, kind: str) -> str:
    """A result among chatter, as bots like to give it."""
    if kind == "image":
        return f"Here is your image!\n\n![a picture]({url})\n\nWant it [larger](https://poe.com/upscale.png)?"
    return (
        f"Done ✨ **[Watch it]({url})**. Made by [Video-Generator-PRO](https://poe.com/Video-Generator-PRO); "
        "see also https://example.com/showreel.mp4."
    )


def words_of(body: Mapping[str, Any]) -> str:
    """What the user said."""
    content = body["messages"][-1]["content"]
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part["type"] == "text")
