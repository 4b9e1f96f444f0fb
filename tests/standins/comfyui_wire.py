"""What ComfyUI takes and says, as shapes to check requests against and refusals to answer with.

Source: ComfyUI's `server.py` and `execution.py` (version 0.36, read 2026-11-20). Deliberately narrow: what Kinora has
no reason to send is an unknown field here.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from tests.standins.comfyui_graph import Wrong
from tests.standins.listener import Answer

ONCE = {"429", "503"}
WRONG_VALUE = Wrong("5", "value_bigger_than_max", "steps")
NO_INPUT = Wrong("5", "required_input_missing", "sampler_name")
NO_FILE = Wrong("1", "value_not_in_list", "ckpt_name: 'sd_xl_base_1.0.safetensors' not in []")
AT_SUBMIT: Mapping[str, Any] = {
    "400": "too-big",
    "404": "no-file",
    "402": {"fault": "status", "status": 402, "body": {"error": "no money left"}},
    "403": {"fault": "status", "status": 403},
    "429": {"fault": "status", "status": 429, "headers": {"Retry-After": "7"}},
    "500": {"fault": "status", "status": 500, "accept": True},
    "503": {"fault": "status", "status": 503, "body": {"error": {"type": "queue_full", "message": "It is full"}}},
    "html503": {"fault": "html", "status": 503},
    **{word: word for word in ("lost", "reset", "hang", "unreadable")},
}
"""What the words in a prompt, and the contract of all providers, ask for."""


def _uuid(value: Any) -> str | None:
    try:
        return None if str(uuid.UUID(value)) == value else "not in the canonical form"
    except (ValueError, AttributeError, TypeError):
        return "no UUID"


NODE = {"class_type": str, "inputs": dict, "_meta?": {"title": str}}
PROMPT = {"prompt": dict, "prompt_id": _uuid, "client_id": str}
SHAPES = {"prompt": PROMPT, "delete": {"delete": [str]}, "interrupt": {"prompt_id": str}}
QUERIES = {"view": {"filename", "subfolder", "type"}, "ws": {"clientId"}}


def refused(graph: Mapping[str, Any], *wrong: Wrong) -> Answer:
    """ComfyUI's refusal of a graph for these errors."""
    nodes: dict[str, Any] = {}
    for one in wrong:
        node = nodes.setdefault(one.node, {"errors": [], "dependent_outputs": ["9"], "class_type": ""})
        node["class_type"] = graph[one.node]["class_type"] if one.node in graph else ""
        node["errors"].append({"type": one.type, "message": one.type, "details": one.details, "extra_info": {}})
    error = {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation", "details": ""}
    return Answer(400, {"error": {**error, "extra_info": {}}, "node_errors": nodes})


def missing_node(name: str) -> Answer:
    """ComfyUI's refusal of a graph with a node that is not installed."""
    message = f"Node '{name}' not found. The custom node may not be installed."
    return Answer(400, {"error": {"type": "missing_node_type", "message": message, "details": ""}, "node_errors": {}})
