"""Ambience for a scene, made of filtered noise and slow tones: never louder than -6 dBFS, faded at both ends."""

from __future__ import annotations

import numpy as np

from app.providers.local.film import RATE, Sound
from app.providers.local.stage import Stage

_PEAK = 0.42


def ambience(stage: Stage, seconds: int) -> Sound:
    """Make the sound of the place for exactly that many seconds."""
    rng = stage.rng("sound")
    length = seconds * RATE
    parts = [_PARTS[name](rng, length) * level for name, level in _mixture(stage)]
    total = np.sum(parts, axis=0).astype(np.float32)
    fade = np.minimum(np.arange(length) / (RATE * 0.7), np.arange(length)[::-1] / (RATE * 0.9)).clip(0, 1)
    total *= np.sin(fade * np.pi / 2).astype(np.float32) ** 2
    return np.asarray(total / max(float(np.abs(total).max()), 1e-6) * _PEAK, dtype=np.float32)


def _mixture(stage: Stage) -> list[tuple[str, float]]:
    reading = stage.reading
    place = {
        "sea": "waves", "underwater": "deep", "space": "drone", "city": "hum", "fluid": "drone", "spheres": "chime",
        "geometry": "chime", "interior": "room", "forest": "leaves", "meadow": "leaves", "bloom": "chime",
        "silk": "drone", "paper": "chime",
    }.get(reading.scene, "wind")  # fmt: skip
    out = [(place, 1.0)]
    if reading.has("rain", "storm", "waterfall"):
        out.append(("rain", 0.8))
    if stage.palette.night and reading.scene in {"ridges", "forest", "meadow"} and not reading.has("snow", "arctic"):
        out.append(("crickets", 0.22))
    if reading.has("birds") or (reading.time in {"dawn", "morning"} and reading.scene in {"forest", "meadow"}):
        out.append(("birds", 0.25))
    if reading.has("embers", "lamp"):
        out.append(("crackle", 0.5))
    return out


def _coloured(rng: np.random.Generator, length: int, low: float, high: float, slope: float) -> Sound:
    """Noise between two pitches, each ear its own; `slope` 1 is pink-like, 2 darker."""
    pitches = np.fft.rfftfreq(length, 1 / RATE)
    shape = 1 / np.maximum(pitches, 20) ** (slope / 2)
    shape *= 1 / (1 + (low / np.maximum(pitches, 1)) ** 4) / (1 + (pitches / high) ** 4)
    shared, own = rng.standard_normal((2, length)), rng.standard_normal(length)
    out = []
    for ear in range(2):
        mixed = shared[ear] * 0.8 + own * 0.6
        wave = np.fft.irfft(np.fft.rfft(mixed.astype(np.float32)) * shape, length)
        out.append(wave / max(float(np.std(wave)), 1e-9))
    return np.array(out, dtype=np.float32)


def _swell(rng: np.random.Generator, length: int, period: float, depth: float) -> Sound:
    at = np.arange(length) / RATE
    slow = sum(np.sin(2 * np.pi * at / (period * ratio) + rng.uniform(0, 6.28)) for ratio in (1.0, 1.62, 0.71))
    return np.asarray((1 - depth) + depth * (slow / 6 + 0.5) * 1.6, dtype=np.float32)


def _wind(rng: np.random.Generator, length: int) -> Sound:
    low = _coloured(rng, length, 90, 480, 1.4) * _swell(rng, length, 5.0, 0.6)
    high = _coloured(rng, length, 500, 1600, 1.2) * _swell(rng, length, 3.4, 0.9)
    return np.asarray(low + high * 0.22, dtype=np.float32)


def _waves(rng: np.random.Generator, length: int) -> Sound:
    at = np.arange(length) / RATE
    beat = (at / 4.6 + rng.random()) % 1
    roll = (np.clip(beat / 0.35, 0, 1) * np.exp(-np.clip(beat - 0.35, 0, 1) * 4.5)).astype(np.float32)
    body = _coloured(rng, length, 60, 520, 1.5) * (0.35 + 0.65 * roll)
    foam = _coloured(rng, length, 800, 5200, 0.8) * roll**2
    return np.asarray(body + foam * 0.42, dtype=np.float32)


def _rain(rng: np.random.Generator, length: int) -> Sound:
    body = _coloured(rng, length, 700, 7500, 0.5) * 0.6
    drops = np.zeros((2, length), dtype=np.float32)
    tail = np.exp(-np.arange(900) / 130).astype(np.float32)
    for start in rng.integers(0, length - 1000, int(length / RATE * 22)):
        pitch = rng.uniform(1400, 4200)
        drops[rng.integers(2), start : start + 900] += (
            np.sin(np.arange(900) / RATE * 2 * np.pi * pitch) * tail * rng.uniform(0.2, 0.9)
        )
    return body + drops


def _crickets(rng: np.random.Generator, length: int) -> Sound:
    at = np.arange(length) / RATE
    out = np.zeros((2, length), dtype=np.float32)
    for pitch, ear in ((4150, 0.3), (4480, 0.7), (3920, 0.5)):
        trill = np.clip(np.sin(2 * np.pi * at * rng.uniform(17, 23)), 0, 1) ** 1.5
        song = np.clip(np.sin(2 * np.pi * at / rng.uniform(1.1, 1.9) + rng.uniform(0, 6)) + 0.25, 0, 1)
        voice = np.sin(2 * np.pi * pitch * at) * trill * song
        out += np.array([voice * (1 - ear), voice * ear], dtype=np.float32)
    return out


def _birds(rng: np.random.Generator, length: int) -> Sound:
    out = np.zeros((2, length), dtype=np.float32)
    for start in rng.integers(0, max(length - RATE // 2, 1), int(length / RATE * 1.1)):
        pitch, ear = rng.uniform(2400, 4300), rng.uniform(0.2, 0.8)
        for note in range(int(rng.integers(2, 5))):
            size = int(RATE * rng.uniform(0.05, 0.09))
            begin = int(start) + note * int(RATE * 0.11)
            at = np.arange(size) / RATE
            call = (
                np.sin(2 * np.pi * (pitch + rng.uniform(-300, 500)) * at + 9 * np.sin(2 * np.pi * 21 * at))
                * np.sin(np.pi * np.arange(size) / size) ** 2
            )
            fits = call[: max(length - begin, 0)]
            out[:, begin : begin + len(fits)] += np.array([fits * (1 - ear), fits * ear], dtype=np.float32)
    return out


def _leaves(rng: np.random.Generator, length: int) -> Sound:
    return _coloured(rng, length, 300, 2600, 1.0) * _swell(rng, length, 3.8, 0.75) + _wind(rng, length) * 0.5


def _deep(rng: np.random.Generator, length: int) -> Sound:
    return (
        _coloured(rng, length, 40, 220, 1.8) * _swell(rng, length, 4.0, 0.4)
        + _tones(rng, length, (73.4, 110.0, 146.8)) * 0.5
    )


def _drone(rng: np.random.Generator, length: int) -> Sound:
    return (
        _tones(rng, length, (55.0, 82.4, 110.0, 164.8, 220.0))
        + _coloured(rng, length, 200, 1500, 1.6) * _swell(rng, length, 6, 0.6) * 0.12
    )


def _chime(rng: np.random.Generator, length: int) -> Sound:
    out = _tones(rng, length, (110.0, 164.8, 220.0)) * 0.5
    at = np.arange(2 * RATE) / RATE
    for start in rng.integers(0, max(length - 2 * RATE, 1), int(length / RATE * 0.9)):
        pitch, ear = 440 * 2 ** (float(rng.choice([0, 3, 5, 7, 10, 12])) / 12), rng.uniform(0.25, 0.75)
        note = np.sin(2 * np.pi * pitch * at) * np.exp(-at * 2.6) * np.clip(at * 60, 0, 1) * 0.5
        out[:, start : start + len(note)] += np.array([note * (1 - ear), note * ear], dtype=np.float32)[
            :, : length - start
        ]
    return out


def _hum(rng: np.random.Generator, length: int) -> Sound:
    return (
        _coloured(rng, length, 50, 340, 1.6) * _swell(rng, length, 6, 0.25)
        + _coloured(rng, length, 400, 1400, 1.4) * _swell(rng, length, 2.8, 0.8) * 0.16
    )


def _room(rng: np.random.Generator, length: int) -> Sound:
    return _coloured(rng, length, 60, 300, 1.8) * 0.7 + _chime(rng, length) * 0.35


def _crackle(rng: np.random.Generator, length: int) -> Sound:
    out = np.zeros((2, length), dtype=np.float32)
    tail = np.exp(-np.arange(500) / 70).astype(np.float32)
    for start in rng.integers(0, length - 600, int(length / RATE * 14)):
        out[:, start : start + 500] += rng.standard_normal(500).astype(np.float32) * tail * rng.uniform(0.1, 0.8)
    return out


def _tones(rng: np.random.Generator, length: int, pitches: tuple[float, ...]) -> Sound:
    at = np.arange(length) / RATE
    out = np.zeros((2, length), dtype=np.float32)
    for index, pitch in enumerate(pitches):
        for ear in range(2):
            beat = 1 + (0.0012 if ear else -0.0009)
            out[ear] += (
                np.sin(2 * np.pi * pitch * beat * at + rng.uniform(0, 6.28))
                * _swell(rng, length, 5 + index, 0.5)
                / (1 + index * 0.7)
            ).astype(np.float32)
    return out


_PARTS = {
    "wind": _wind, "waves": _waves, "rain": _rain, "crickets": _crickets, "birds": _birds, "leaves": _leaves,
    "deep": _deep, "drone": _drone, "chime": _chime, "hum": _hum, "room": _room, "crackle": _crackle,
}  # fmt: skip
