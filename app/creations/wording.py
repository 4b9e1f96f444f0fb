"""Words that are written for people by the text model: nothing is charged, and what was typed is never replaced here.

PRM-01 to PRM-03. Errors are sentences for whoever asked; the provider's own words go to the log.
"""

from __future__ import annotations

import logging
import math
import threading

from app.catalogue import choosing
from app.catalogue import store as models
from app.creations.models import Creation
from app.creations.service import ALT_MAX
from app.errors import Busy, Invalid, KinoraError
from app.extensions import db
from app.providers.base import Kind, Task, Wish
from app.providers.errors import Blocked, NoOutput, ProviderError, RateLimited, Retired
from app.providers.wishes import trim
from app.settings import store
from app.web.input import clean_text

log = logging.getLogger(__name__)

AT_ONCE = 8
"""How many texts a process waits for at a time: each holds a thread for seconds that pages need."""
MODELS = 2
"""Text models that are asked for one text, where the first turns out to be gone."""
_waiting = threading.BoundedSemaphore(AT_ONCE)


class NotWritten(KinoraError):
    """The text model has nothing to say to this."""

    status = 422
    code = "not_written"
    sentence = "Nothing better came of it. Your words stay as they are."


def improved(prompt: str, kind: Kind) -> str:
    """The prompt with what it lacks, within the limit for prompts; it may be the prompt itself (PRM-02).

    Raises Invalid when there is nothing to improve or too much, NotWritten, and Busy while nobody can write.
    """
    longest = store.current().prompt_max_chars
    if not prompt:
        raise Invalid({"prompt": "Write a few words first."})
    if len(prompt) > longest:
        raise Invalid({"prompt": f"The prompt is longer than {longest} characters."})
    return _written(Wish(Task.IMPROVE, prompt, kind, longest))


def reworded(prompt: str, kind: Kind, because: str) -> str:
    """Other words for a prompt that was declined, within the limit for prompts. `because` is the rule in our words.

    Raises NotWritten when no other words come of it, Invalid without a prompt, and Busy while nobody can write.
    """
    if not prompt:
        raise Invalid({"prompt": "Write a few words first."})
    words = _written(Wish(Task.REWORD, prompt, kind, store.current().prompt_max_chars, because))
    if words.casefold().split() == prompt.casefold().split():
        raise NotWritten
    return words


def suggested(task: Task, creation: Creation) -> str:
    """A caption or a description of a person's own finished work, from its prompt and within its limit (PRM-03).

    Raises NotWritten, and Busy while nobody can write.
    """
    longest = ALT_MAX if task is Task.ALT_TEXT else store.current().caption_max_chars
    if not creation.prompt:
        raise NotWritten
    text = _written(Wish(task, creation.prompt, Kind(creation.kind), longest))
    return " ".join(text.split())


class _Gone(Exception):
    """The text model is not there any more, which is noted: another one may be asked."""


def _written(wish: Wish) -> str:
    for _ in range(MODELS):
        try:
            return _asked(wish)
        except _Gone:
            continue
    raise Busy("Rewriting is not available right now.", retry_after=None)


def _asked(wish: Wish) -> str:
    found = choosing.writer()
    if found is None:
        raise Busy("Rewriting is not available right now.", retry_after=None)
    writer, model = found
    # The writer may take half a minute, and no transaction stays open for that long.
    db.session.rollback()
    if not _waiting.acquire(blocking=False):
        raise Busy("Many texts are being written. Try again in a moment.")
    try:
        text = clean_text(writer.write(wish, model))
    except ValueError as error:
        log.warning("no text from %s/%s: %s", writer.name, model, error)
        raise NotWritten from None
    except Retired as error:
        models.retire(writer.name, model, str(error))
        raise _Gone from None
    except ProviderError as error:
        log.warning("no text from %s/%s: %s: %s", writer.name, model, error.code, error)
        raise _in_our_words(error) from None
    finally:
        _waiting.release()
    if not text:
        raise NotWritten
    return text if len(text) <= wish.max_chars else trim(text, wish.max_chars)


def _in_our_words(error: ProviderError) -> KinoraError:
    if isinstance(error, Blocked):
        return NotWritten("The text model refuses these words for safety. Say it another way.")
    if isinstance(error, NoOutput):
        return NotWritten()
    wait = error.retry_after if isinstance(error, RateLimited) else None
    return Busy("The text could not be written now. Try again in a moment.", retry_after=max(1, math.ceil(wait or 5)))
