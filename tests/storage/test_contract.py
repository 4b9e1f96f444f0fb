"""What every store promises, whatever is behind it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import config
from app.storage import Storage, attachment, is_key, new_key, open_storage


def test_a_stored_file_comes_back_the_same(store: Storage, file: Path, tmp_path: Path) -> None:
    key = new_key("image", "png")
    stored = store.put(key, file, "image/png")
    assert (stored.key, stored.size) == (key, 7000)
    assert abs(stored.modified_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert store.fetch(key, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == file.read_bytes()


def test_putting_again_replaces(store: Storage, file: Path, tmp_path: Path) -> None:
    key = new_key("image", "png")
    store.put(key, file, "image/png")
    file.write_bytes(b"other")
    assert store.put(key, file, "image/png").size == 5
    found = store.head(key)
    assert found is not None
    assert found.size == 5


def test_a_missing_key_is_none_or_nothing(store: Storage, tmp_path: Path) -> None:
    key = new_key("video", "mp4")
    assert store.head(key) is None
    assert store.fetch(key, tmp_path / "none") is False
    assert not (tmp_path / "none").exists()
    assert store.copy(key, new_key("video", "mp4")) is False
    store.delete(key)


def test_a_copy_outlives_its_original(store: Storage, file: Path, tmp_path: Path) -> None:
    draft, published = new_key("image", "png"), new_key("image", "png")
    store.put(draft, file, "image/png")
    assert store.copy(draft, published, public=True)
    store.delete(draft)
    assert store.head(draft) is None
    assert store.fetch(published, tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == file.read_bytes()


def test_keys_are_listed_by_prefix(store: Storage, file: Path) -> None:
    image, video = new_key("image", "png"), new_key("video", "mp4")
    for key in (image, video):
        store.put(key, file, "image/png")
    assert {image, video} <= {stored.key for stored in store.keys("")}
    assert image in {stored.key for stored in store.keys("images/")}
    assert [stored.key for stored in store.keys(image)] == [image]
    assert not {stored.key for stored in store.keys("vid")} & {image}
    assert list(store.keys("nothing/")) == []


def test_a_healthy_store_passes_its_check_and_keeps_nothing(store: Storage) -> None:
    before = {stored.key for stored in store.keys("")}
    store.check()
    assert {stored.key for stored in store.keys("")} == before


@pytest.mark.parametrize(
    "key",
    [
        "",
        "../secret",
        "images/../../../../../../etc/passwd",
        "/etc/passwd",
        "images/short.png",
        "images/aaaaaaaaaaaaaaaaaaaaaa/b.png",
        "images/aaaaaaaaaaaaaaaaaaaaaa..png",
        "images/aaaaaaaaaaaaaaaaaaaaaa.png\n",
        "images/aaaaaaaaaaaaaaaaaaaaaa.png\0",
        "images\\aaaaaaaaaaaaaaaaaaaaaa.png",
        "backups/aaaaaaaaaaaaaaaaaaaaaa.png",
        "images/aaaaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_only_our_own_keys_are_taken(store: Storage, file: Path, tmp_path: Path, key: str) -> None:
    for use in (
        lambda: store.put(key, file, "image/png"),
        lambda: store.head(key),
        lambda: store.fetch(key, tmp_path / "x"),
        lambda: store.delete(key),
        lambda: store.copy(key, new_key("image", "png")),
    ):
        with pytest.raises(ValueError, match="not a storage key"):
            use()


def test_new_keys_are_unguessable_and_true_to_kind() -> None:
    keys = {new_key("poster", ".webp") for _ in range(1000)}
    assert len(keys) == 1000
    assert all(is_key(key) and key.startswith("posters/") and key.endswith(".webp") for key in keys)
    for kind, ending in (("other", "png"), ("image", "../x"), ("image", "")):
        with pytest.raises(ValueError, match="no key"):
            new_key(kind, ending)


@given(st.text(max_size=200))
def test_a_download_name_never_breaks_its_header(name: str) -> None:
    value = attachment(name)
    assert value.isascii()
    assert value.isprintable()
    assert value.startswith('attachment; filename="')
    assert value.count('"') == 2
    assert not set(value.split('"')[1]) & set('/\\%"')


def test_a_download_name_keeps_its_letters_in_utf_8() -> None:
    expected = "attachment; filename=\"ete a Paris.png\"; filename*=UTF-8''%C3%A9t%C3%A9%20%C3%A0%20Paris.png"
    assert attachment("été à Paris.png") == expected


def test_the_configuration_chooses_the_store(tmp_path: Path) -> None:
    laptop = {"KINORA_DATA": str(tmp_path)}
    path = open_storage(config.load(laptop)).path("images/aaaaaaaaaaaaaaaaaaaaaa.png")
    assert path == tmp_path / "media/images/aaaaaaaaaaaaaaaaaaaaaa.png"
    assert open_storage(config.load(laptop | {"S3_BUCKET": "b"})).path("images/aaaaaaaaaaaaaaaaaaaaaa.png") is None


def test_a_web_process_loads_no_heavy_library_for_it() -> None:
    script = "import sys, app.storage; print({'boto3', 'botocore'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
