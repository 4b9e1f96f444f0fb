"""The house itself: floors, sizes, documentation, and what must never stand in a file."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.config import load
from app.providers.registry import Registry

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = {"node_modules", "var", "vendor", "build", "shots"}
LONGEST_FILE = 300
LONGEST_FUNCTION = 50
READERS = {"_text", "_url", "_choice", "_flag", "_number"}
# In two parts each, for this file is searched too.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("anaconda", "org"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("cdnjs", "cloudflare"),
        ("esm", "sh"),
    )
]
MODULES = [path for room in ("app", "jobs") for path in sorted((ROOT / room).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "app" / "templates").rglob("*.html"))


def name(path: Path) -> str:
    """A path as it is written in a report."""
    return str(path.relative_to(ROOT))


def files() -> Iterator[Path]:
    """What is tracked; without git (an unpacked archive), what is not built or installed."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode == 0:
        yield from (ROOT / part for part in listed.stdout.decode().split("\0") if part and (ROOT / part).is_file())
        return
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not any(p in NOT_OURS or p.startswith(".venv") or p == "__pycache__" for p in parts):
            yield path


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    calls = (n for n in ast.walk(ast.parse((ROOT / "app" / "config.py").read_text())) if isinstance(n, ast.Call))
    read = {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in READERS and isinstance(call.args[0], ast.Constant)
    }
    documented = re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert len(documented) == len(set(documented))
    assert set(documented) == read


def test_every_line_of_the_example_can_be_used(tmp_path: Path) -> None:
    lines = re.findall(r"^#([A-Z][A-Z0-9_]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    load(dict(lines) | {"KINORA_DATA": str(tmp_path)})


def test_only_one_file_reads_the_environment() -> None:
    # The supervisor hands it on to its children, and the app says nothing else about it.
    reading = {name(p) for p in MODULES if re.search(r"\bos\.(environ|getenv)\b", p.read_text())}
    assert {p for p in reading if not p.startswith("app/supervising/")} <= {"app/config.py"}


def test_only_the_providers_room_knows_a_provider_by_name(tmp_path: Path) -> None:
    """PRV-01"""
    names = Registry(load({"KINORA_DATA": str(tmp_path)})).names()
    quoted = re.compile(rf"""([\"'])({"|".join(names)})\1|app\.providers\.({"|".join(names).replace("-", "_")})\b""")
    places = [path for path in [*MODULES, *TEMPLATES] if not path.is_relative_to(ROOT / "app" / "providers")]
    assert len(names) > 1
    assert [name(path) for path in places if quoted.search(path.read_text())] == []


def test_no_file_names_where_packages_come_from() -> None:
    found = []
    for path in files():
        text = path.read_bytes().decode(errors="ignore").lower()
        found += [f"{name(path)}: {host}" for host in REGISTRIES if host in text]
    assert not found


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_files_and_functions_stay_readable(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_hold_no_style_and_no_script_of_their_own(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
    assert not re.findall(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text, re.IGNORECASE)
    scripts = re.findall(r"<script\b[^>]*>", text, re.IGNORECASE)
    assert all(re.search(r"\ssrc\s*=", tag) or re.search(r"type=\"application/(ld\+)?json\"", tag) for tag in scripts)


def test_rooms_import_only_from_floors_below() -> None:
    lint = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    ran = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]
