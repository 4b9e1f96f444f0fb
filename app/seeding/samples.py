"""The sample works: prompts that the local renderer draws best, in the order in which Explore shows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """A sample: who is said to have made it, and from what."""

    author: str
    kind: str
    aspect_ratio: str
    prompt: str
    caption: str
    duration: int | None = None


def _image(author: str, aspect_ratio: str, prompt: str, caption: str) -> Work:
    return Work(author, "image", aspect_ratio, prompt, caption)


def _video(author: str, aspect_ratio: str, seconds: int, prompt: str, caption: str) -> Work:
    return Work(author, "video", aspect_ratio, prompt, caption, seconds)


WORKS = (
    _image("eirik", "9:16", "A deer in a misty forest at dawn", "It heard me first."),
    _video("juno", "16:9", 4, "Hot air balloons over misty hills at dawn, slow pan", "Up before the wind."),
    _image("maren", "1:1", "A coral dahlia opening, close", "Opened for the lamp."),
    _video("ilse", "9:16", 4, "Aurora over a fjord, deep night, slow pan", "It hummed. I swear it hummed."),
    _image("hana", "16:9", "A pagoda in a Japanese garden, cherry blossom falling", "One week a year."),
    _image("juno", "1:1", "A Bauhaus poster, geometric shapes", "Circles, arcs, and a rainy Sunday."),
    _video(
        "tidepool",
        "16:9",
        6,
        "Sun shafts through a kelp forest, drifting camera, tiny silver fish turning",
        "Four minutes of breath, eight metres down.",
    ),
    _image("obi", "16:9", "An astronaut on a moon, a ringed planet overhead", "Nobody to ask the way."),
    _image("hana", "9:16", "Sumi mountains, one red sun, wet paper texture", "One brush, one breath."),
    _video("north", "16:9", 4, "Sailing boats at sunset, gentle dolly in", "Three boats, one wind."),
    _image("obi", "1:1", "Marbled fluid, amber and indigo, slow swirl", "Poured, not painted."),
    _video(
        "kaito",
        "9:16",
        4,
        "Rainy street in Tokyo at night, one person under an umbrella, reflections",
        "Two in the morning, still awake.",
    ),
    _image("maren", "16:9", "A camel caravan crossing golden dunes at golden hour", "Heat, folded."),
    _image(
        "juno", "1:1", "Glossy spheres in coral, blue and green floating in soft studio light", "A handful of planets."
    ),
)
