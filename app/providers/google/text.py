"""The prompt helper: `models.generate_content` with a Gemini text model, answered as JSON.

Source: google-genai 3.3.0 `types.py` (read 2026-11-20).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from app.providers.base import Wish
from app.providers.errors import NoOutput
from app.providers.google.answers import candidate_of, reason_of, words_of
from app.providers.google.client import milliseconds
from app.providers.wishes import instruction, trim

if TYPE_CHECKING:
    from google import genai
    from google.genai import types


def write(client: genai.Client, wish: Wish, model: str, seconds: float) -> str:
    """Return the text that is wished for.

    Raises Blocked or NoOutput for an answer without text; whatever google-genai raises otherwise.
    """
    from google.genai import types

    config = types.GenerateContentConfig(
        system_instruction=instruction(wish),
        response_mime_type="application/json",
        response_schema=types.Schema(
            type=types.Type.OBJECT,
            properties={"text": types.Schema(type=types.Type.STRING)},
            required=["text"],
        ),
        automatic_continuation=False,
        should_return_http_response=True,
        automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
        http_options=types.HttpOptions(timeout=milliseconds(seconds)),
    )
    written = _written(client.models.generate_content(model=model, contents=wish.prompt, config=config))
    return trim(written, wish.max_chars)


def _written(response: types.GenerateContentResponse) -> str:
    candidate = candidate_of(response)
    reason = reason_of(candidate)
    try:
        answer = json.loads(words_of(candidate))
    except ValueError:
        raise NoOutput(f"{reason}: not the JSON that was asked for") from None
    text = answer.get("text") if isinstance(answer, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise NoOutput(f"{reason}: an empty text")
    return text
