"""Put everything that browsers fetch into app/static/vendor, each file under a name that changes with its content.

Run after `npm ci`, by any Python 3.11: htmx and its websocket extension become one script (two deferred scripts can
start htmx before the extension is there), the style sheets one sheet in the order of their layers, our modules one
folder. `manifest.json` tells the templates what everything is called today.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "app" / "static"
VENDOR = STATIC / "vendor"
HTMX = ROOT / "node_modules" / "htmx.org"
FONT = ROOT / "node_modules" / "@fontsource-variable" / "instrument-sans"
HTMX_VERSION = "4.0.1"
CSS_ORDER = ("layers.css", "tokens.css", "reset.css", "base.css", "layout/*.css", "components/*.css", "utilities.css")
SQUEEZABLE = {".css", ".js", ".svg"}


def main() -> None:
    """Build every file, then the manifest, then take away what the manifest no longer names."""
    if not HTMX.is_dir() or not FONT.is_dir():
        sys.exit("node_modules is not complete: run `npm ci` first (make assets does)")
    VENDOR.mkdir(parents=True, exist_ok=True)
    font = _store("sans.woff2", (FONT / "files" / "instrument-sans-latin-wdth-normal.woff2").read_bytes())
    names = {
        "htmx.js": _store("htmx.js", _htmx()),
        "app.css": _store("app.css", _css(font)),
        "sans.woff2": font,
    }
    names |= {icon.name: _store(icon.name, icon.read_bytes()) for icon in sorted((STATIC / "icons").iterdir())}
    names |= _modules()
    licences = {"htmx.LICENSE.txt": HTMX / "LICENSE", "instrument-sans.LICENSE.txt": FONT / "LICENSE"}
    for name, source in licences.items():
        shutil.copyfile(source, VENDOR / name)
    manifest = VENDOR / "manifest.json"
    manifest.with_suffix(".new").write_text(json.dumps(names, indent=1, sort_keys=True) + "\n")
    manifest.with_suffix(".new").replace(manifest)
    _sweep({name.split("/")[0] for name in names.values()} | set(licences) | {"manifest.json"})


def _htmx() -> bytes:
    parts = [HTMX / "dist" / "htmx.min.js", HTMX / "dist" / "ext" / "hx-ws.min.js"]
    script = ";\n".join(re.sub(r"(?m)^//# sourceMappingURL=.*$", "", part.read_text()).strip() for part in parts)
    if HTMX_VERSION not in script or "ws" not in re.findall(r"registerExtension\([\"'](\w+)[\"']", script):
        sys.exit(f"this is not htmx {HTMX_VERSION} with its websocket extension")
    return script.encode()


def _css(font: str) -> bytes:
    folder = STATIC / "css"
    sheets = [sheet for pattern in CSS_ORDER for sheet in sorted(folder.glob(pattern))]
    forgotten = set(folder.rglob("*.css")) - set(sheets)
    if forgotten:
        sys.exit(f"no place in the order of layers for {sorted(str(sheet) for sheet in forgotten)}")
    sheet = "\n".join(sheet.read_text() for sheet in sheets).replace('url("sans.woff2")', f'url("{font}")')
    return _squeeze(sheet).encode()


def _squeeze(css: str) -> str:
    """Without comments and the white space that means nothing."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    return re.sub(r"\s*([{};,>])\s*", r"\1", css).replace(";}", "}").strip()


def _modules() -> dict[str, str]:
    """Copy our modules to a folder named by what is in it, so that relative imports stay and can be kept for ever."""
    sources = sorted((STATIC / "js").glob("*.js"))
    digest = hashlib.sha256(b"".join(source.name.encode() + source.read_bytes() for source in sources))
    folder = f"js-{digest.hexdigest()[:12]}"
    (VENDOR / folder).mkdir(exist_ok=True)
    for source in sources:
        _write(VENDOR / folder / source.name, source.read_bytes())
    return {f"js/{source.name}": f"{folder}/{source.name}" for source in sources}


def _store(name: str, content: bytes) -> str:
    stem, _, suffix = name.partition(".")
    stored = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"
    _write(VENDOR / stored, content)
    return stored


def _write(path: Path, content: bytes) -> None:
    """The file, and beside it what WhiteNoise sends to those who take gzip. The same bytes give the same file."""
    path.write_bytes(content)
    if path.suffix in SQUEEZABLE:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))


def _sweep(keep: set[str]) -> None:
    for path in VENDOR.iterdir():
        if path.name.removesuffix(".gz") not in keep:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    main()
