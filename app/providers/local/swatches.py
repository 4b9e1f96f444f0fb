"""The colours themselves: sets by time and mood, and names.

A set is the sky from overhead to the horizon; then disc, glow, far, near, accent.
"""

from __future__ import annotations

SETS: dict[str, tuple[tuple[str, str], ...]] = {
    "dawn": (
        ("#2b3a67 #6b6fa0 #c79aa8 #f5c3a4 #fde3bf", "#fff3d6 #ffc48f #b492a6 #2a2440 #ffb27a"),
        ("#38507a #7d9ab5 #d3c3bd #f6d9bd #fdecd2", "#fff7e2 #ffd3a3 #a3a9bb #243248 #f28f6b"),
    ),
    "morning": (
        ("#4a8fbd #86b9d6 #c3dde2 #eeeedc #fbf3df", "#fffbea #ffe7b0 #9dbcc4 #1f3a3c #f2a65a"),
        ("#5a86b8 #9dbbd9 #d9dfe3 #f7e7d2 #fdeed8", "#fffaf0 #ffdfb0 #a9b4c4 #28333f #e8836b"),
    ),
    "noon": (
        ("#1f6fb2 #4a9cd3 #8cc6e6 #c9e6ee #e9f5ee", "#fffdf0 #fff2c8 #8fbecf #173a3a #ff8a5c"),
        ("#2477ad #57a7cc #9fd0dc #d5ebe4 #f1f5e4", "#fffef2 #fff0bd #93bdb9 #20402f #ffb340"),
    ),
    "golden": (
        ("#3a3560 #8a5a78 #d98a6a #f7b765 #ffd98c", "#fff2c4 #ffbe62 #c98562 #2b1a22 #ffe09a"),
        ("#2f4a6b #7f7f8c #d3a173 #f5c172 #ffe0a0", "#fff5d2 #ffc873 #b58e6e #23201f #ff9d5c"),
    ),
    "sunset": (
        ("#1d1335 #4a2150 #96375f #dc5f5c #ff9d66", "#fff0c0 #ff8f6b #c9625a #170a1a #ffc46b"),
        ("#1a1c46 #55306e #b24a77 #f0756a #ffb777", "#fff3cf #ff9a76 #b5607a #160e24 #ffd27d"),
        ("#24123a #6b2245 #b8403f #ee7a3c #ffbe5c", "#ffeeb5 #ff9f4d #c26340 #1b0b10 #ffe08a"),
    ),
    "dusk": (
        ("#141a3a #3a2f63 #7a4a7d #c57185 #f0a58e", "#ffe6cf #f09a8e #8c6085 #120f22 #ffc27a"),
        ("#12233f #2f4566 #6b6684 #b58590 #e8b193", "#fff0d8 #f2b48f #767089 #0f1522 #ffb86b"),
    ),
    "blue hour": (
        ("#071331 #123061 #2d5a8e #6b8bb2 #b3a9bd", "#f6efe4 #8fb3e0 #46658f #06101f #ffc56e"),
        ("#0a1738 #1d3a6b #3f6a96 #7f9fb8 #c9b8b4", "#f8efe2 #a4bfe2 #4f6f8f #081220 #ffb65c"),
    ),
    "night": (
        ("#030817 #081a38 #10305a #1d4d78 #35708f", "#f3f1e0 #7fb6e6 #2b5777 #030a12 #ffca7a"),
        ("#060717 #12143a #22265e #3c3f82 #6562a0", "#f6efe6 #a3a5f0 #41437f #06060f #ffd08a"),
        ("#02110f #06282b #0c4548 #1f6a68 #4c9486", "#eef6e6 #8fe0cf #2a635f #020b0b #ffd58a"),
    ),
    "midnight": (
        ("#01030a #040a1e #0a1836 #122a52 #1c406a", "#eef0ea #6c93d6 #1b3354 #01040a #ffce85"),
        ("#040310 #0d0a26 #1a1442 #2c2261 #453880", "#f2ecf0 #9a8ae6 #2b235a #040309 #ffc98a"),
    ),
    "storm": (
        ("#10151c #25303b #41525c #6b7d80 #a9b3a6", "#eef2e4 #c7d6cf #5d6f73 #0b1013 #f2d27a"),
        ("#151324 #2e2c44 #514f66 #80788a #c0aaa0", "#fff2dc #e0c7b5 #655f72 #0e0b14 #ffc46b"),
    ),
    "fog": (
        ("#8a9ba3 #a9b7ba #c4cdcb #dcdfd9 #ece9df", "#fffaf0 #fff1da #b3bfbf #2a3538 #c9573c"),
        ("#7f8fa0 #a1aebb #c2c8cf #dcd9d8 #efe6dc", "#fff8ee #ffe9d2 #aeb4be #2b2f3b #d9783f"),
    ),
    "arctic": (
        ("#4b7ea8 #86b1cc #bcd7e0 #e2ecec #f8f0e6", "#fffdf6 #ffe9cf #a8c4d3 #284a63 #e4573d"),
        ("#5a6fa3 #97a8cc #c9cfe2 #ecdfe6 #fdeadf", "#fffaf6 #ffd9c9 #b5bdd6 #33456b #e9604f"),
    ),
    "sumi": (
        ("#d5d3ca #dcd9cf #e4e0d5 #ece7da #f3ede0", "#c8342a #efc7b4 #a9b0ac #1d2424 #c8342a"),
        ("#d9cfbd #e1d7c5 #e9dfcd #f0e7d5 #f6eedd", "#b8392c #f0ccb0 #b1aa9d #221f1c #b8392c"),
    ),
    "ukiyo": (
        ("#2d5f8b #6d9db5 #b9cfc4 #ecdfbd #f2d3a0", "#d9472f #f6c48d #7fa0a3 #1b2f4a #d9472f"),
        ("#c9573f #e79a6b #f0cf9c #f2e2bd #dfe3c8", "#f7ecd0 #f7cf94 #7d9a97 #20344c #e3b23c"),
    ),
    "sepia": (("#5b4630 #8a6d4c #b8986e #ddc39a #f2e2c2", "#fff6df #ffe9bf #a5875f #241a10 #f7d08a"),),
    "pastel": (
        ("#b9c6ec #d2c8ec #eecbe0 #fbd8d3 #ffeacb", "#fffaf0 #fff0d8 #cdbfe0 #6f6a9c #ff9eb0"),
        ("#b5dbe6 #c9e3e0 #e4ebd6 #faeccf #ffe1cf", "#fffdf4 #fff3d4 #b6d3d3 #5f8b93 #ff9f8a"),
    ),
    "neon": (
        ("#07041c #160a3d #2d1066 #5a1a86 #b02a8f", "#ffe3f6 #ff4fc0 #5a2189 #07031a #31e6ff"),
        ("#020b1c #06213d #0b3d63 #17648a #2fa3b0", "#e0fbff #3fe0ff #1c4f78 #030817 #ff4f9a"),
    ),
    "synthwave": (
        ("#0d0628 #2a0b52 #6b1577 #d32f83 #ff8a5c", "#ffe16b #ff5fa2 #6a1f86 #0a0420 #26e8ff"),
        ("#070a2e #1b1463 #541a8c #b8309a #ff6f91", "#fff07a #ff6ac1 #4d2390 #070522 #5cf2ff"),
    ),
    "autumn": (("#5b6b85 #9aa0a0 #d6bd92 #f0c983 #f9dca0", "#fff3cf #ffc46b #b98a55 #2c1a10 #e0622b"),),
    "emerald": (
        ("#0c2b26 #1c4a3c #4a7d57 #9dbb7a #e3e3a4", "#fffbd6 #e9f0a0 #6f9a6b #071711 #ffd76b"),
        ("#123036 #2a5a58 #5f9080 #a9c9a4 #e6ecc4", "#fffbe0 #e3f2b8 #7ba492 #091a1b #ffc46b"),
    ),
    "lava": (("#0b0508 #220a10 #4a1214 #8f2415 #e2571e", "#fff0b0 #ff7a2b #5b1f1c #0c0405 #ffb03a"),),
    "tropic": (
        ("#d8fbe6 #7fe3cf #2fb2b4 #0f7391 #08395f", "#f4fff2 #c9ffe6 #1a7f93 #042334 #ffb45c"),
        ("#cdf3f5 #66cfe0 #1f96c2 #115f99 #0a2a5c", "#f2feff #c0f2ff #1d6ea3 #041a38 #ff8f6b"),
    ),
    "deep": (
        ("#1a6a80 #0f4668 #0a2a4f #061838 #030a1e", "#d6fbff #6fd6e6 #0f3a5c #020813 #7af0d0"),
        ("#2a4a8c #1d2f70 #141d50 #0c1136 #06071c", "#e6e3ff #9aa0ff #1b2560 #04040f #ff8ad0"),
    ),
    "space": (
        ("#03020c #0a0620 #170b38 #2b1352 #4a1f63", "#fff0df #ff9a8a #7a3a8a #05030d #ffb86b"),
        ("#010710 #04142a #0a2a48 #134a62 #2a7278", "#effff6 #7fe6d0 #1f6a7c #02060e #ffc98a"),
        ("#080307 #1d0812 #3d1020 #6b2030 #a34a3c", "#fff2d6 #ffb070 #8a3a44 #080305 #8fd0ff"),
    ),
    "aurora": (
        ("#02060f #051526 #0a2b3f #12474f #1d6a66", "#effff2 #4df0b0 #123f4d #01060a #b06bff"),
        ("#03041a #0a1238 #131f55 #1f3a6e #2f5f85", "#f2f6ff #5be6c8 #1b3560 #02040d #ff6bd0"),
    ),
    "studio": (
        ("#e9d3c2 #efddce #f4e7da #f8eee3 #fbf4ea", "#ffffff #fff2df #d9b8a3 #3a2723 #e4613f"),
        ("#2e3f4f #41586a #5f7c8a #8ba6ab #c2cfc8", "#fff7ea #ffe2bd #4b6675 #101b24 #ff9a56"),
        ("#c9d6c3 #d6dfce #e3e8d9 #eef0e4 #f6f5ec", "#ffffff #fff6dd #a9bda3 #25352b #e7a13a"),
        ("#3b1f3a #63304f #96465c #cc6a66 #f2a47e", "#fff3e6 #ffcba6 #8f4660 #1c0d1e #ffd166"),
    ),
}

COLOURS: dict[str, str] = {
    "red": "#d83a34", "crimson": "#b81f3a", "orange": "#f58a2c", "amber": "#ffb02e", "gold": "#e8b64a",
    "yellow": "#f7d64a", "lime": "#a6d83a", "green": "#3fa35c", "emerald": "#12a071", "teal": "#158f93",
    "turquoise": "#2fc4bd", "cyan": "#2cd3e8", "blue": "#2f6fd6", "navy": "#1c2f6b", "indigo": "#4436a8",
    "violet": "#7d48c8", "purple": "#8a3fb0", "lavender": "#b59be0", "magenta": "#d63aa8", "pink": "#f58ab5",
    "rose": "#e8607f", "peach": "#ffb48f", "coral": "#ff7a62", "brown": "#7d4f30", "beige": "#d8c3a0",
    "ivory": "#f2ead6", "silver": "#b4bcc4", "copper": "#c0693a", "rust": "#a8502a", "black": "#101114",
    "white": "#f7f7f4", "grey": "#8a8d92",
}  # fmt: skip
"""Colour words; black, white and grey change the light rather than the hue."""
