"""Workflow files: graphs in ComfyUI's API format, with placeholders where the values of a brief go.

The folder `workflows` beside this file holds those that come along and explains the placeholders; the operator's own
folder comes first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.providers.errors import InvalidRequest, Retired

BUILT_IN = Path(__file__).parent / "workflows"
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}\.json")
"""A name in one of the two folders: nothing that leads out of them."""
PLACEHOLDERS = frozenset({
    "prompt", "negative_prompt", "width", "height", "seed", "seconds", "frames", "fps", "reference", "reference_2",
    "name",
})  # fmt: skip
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
Graph = dict[str, dict[str, Any]]


class Workflows:
    """The workflow files of this installation, read anew each time: a changed file counts at once."""

    def __init__(self, own: str) -> None:
        """`own` is the operator's folder; empty where there is none."""
        self._folders = (*([Path(own)] if own else []), BUILT_IN)

    def names(self) -> frozenset[str]:
        """The files that there are, without their ending."""
        found: set[str] = set()
        for folder in self._folders:
            # A folder that is not there, or may not be read, holds nothing.
            with suppress(OSError):
                found |= {path.stem for path in folder.iterdir() if FILE_NAME.fullmatch(path.name)}
        return frozenset(found)

    def graph(self, name: str) -> Graph:
        """The graph in a file. Raises Retired, with what to do about it, when there is none that can be used."""
        try:
            found = json.loads(self._text(name))
        except FileNotFoundError:
            where = "the folder that COMFYUI_WORKFLOWS names"
            raise Retired(f"There is no workflow file {name[:120]}. Put it into {where}.") from None
        except (OSError, ValueError, RecursionError) as error:
            raise Retired(f"The workflow file {name} cannot be read ({type(error).__name__}).") from None
        if isinstance(found, dict) and "nodes" in found and "links" in found:
            raise Retired(f'The workflow file {name} is in the editor\'s format. Export it with "Export (API)".')
        if not isinstance(found, dict) or not found or not all(map(_is_node, found.values())):
            raise Retired(f"The workflow file {name} is no graph in ComfyUI's API format.")
        return found

    def _text(self, name: str) -> str:
        for folder in self._folders if FILE_NAME.fullmatch(name) else ():
            with suppress(FileNotFoundError):
                return (folder / name).read_text(encoding="utf-8")
        raise FileNotFoundError


def filled(graph: Graph, values: Mapping[str, Any]) -> Graph:
    """The graph with every placeholder replaced.

    A text that is exactly a placeholder becomes the value with its own type; within a longer text it becomes text.
    Raises InvalidRequest when it wants what this brief does not have, Retired for a placeholder that nobody knows.
    """
    return {node: _filled(content, values) for node, content in graph.items()}


def _is_node(value: Any) -> bool:
    return (
        isinstance(value, dict) and isinstance(value.get("class_type"), str) and isinstance(value.get("inputs"), dict)
    )


def _filled(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(one, values) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, values) for one in value]
    if not isinstance(value, str):
        return value
    exactly = _PLACEHOLDER.fullmatch(value)
    if exactly:
        return _value(exactly.group(1), values)
    # Braces of other kinds, such as wildcards, are none of ours.
    return _PLACEHOLDER.sub(lambda one: str(values.get(one.group(1), one.group())), value)


def _value(name: str, values: Mapping[str, Any]) -> Any:
    if name in values:
        return values[name]
    if name not in PLACEHOLDERS:
        raise Retired(f"The workflow asks for {{{name}}}; placeholders are {', '.join(sorted(PLACEHOLDERS))}.")
    field = "references" if name.startswith("reference") else ""
    raise InvalidRequest(f"The workflow asks for {{{name}}}, which this request does not have.", field=field)
