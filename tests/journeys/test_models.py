"""Choosing among models: the form follows at once, keeps what still goes, says what does not, and nothing jumps."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browsing import Visitor
from tests.journeys.house import House
from tests.standins.media import jpeg

pytestmark = pytest.mark.browser
PICKY = {
    "provider": "local",
    "id": "picky",
    "label": "Picky",
    "kind": "video",
    "aspect_ratios": ["16:9", "9:16"],
    "durations": [4, 6, 8],
    "resolutions": ["720p", "1080p"],
    "only": {"1080p": [8]},
    "sound": "switch",
    "credits_per_second": 2,
    "typical_seconds": 42,
}
FOCUSED = "document.activeElement?.id ?? ''"
BOTTOM = "document.querySelector('#generate').getBoundingClientRect().bottom"


@pytest.fixture(scope="module")
def choosy_house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[House]:
    """A house that offers two models for a video and one for an image."""
    house = House(tmp_path_factory.mktemp("choosy-house"), sqlite_template)
    file = house.data / "models.json"
    file.write_text(json.dumps([PICKY]))
    load = [sys.executable, "-m", "app.cli", "models", "load", str(file)]
    subprocess.run(load, env=house.environ, check=True, capture_output=True)
    with house:
        yield house
        house.stop()


def chosen(page: Page, name: str) -> str:
    """The value of the chip that is chosen."""
    return page.locator(f"input[name={name}]:checked").input_value()


def can(page: Page, name: str) -> list[str]:
    """The values of the chips that can be chosen."""
    values: list[str] = page.locator(f"input[name={name}]:not(:disabled)").evaluate_all("all => all.map(e => e.value)")
    return values


def test_another_model_keeps_what_goes_and_says_what_does_not(
    choosy_house: House, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    """PRV-10, CRE-01..03: words, lengths and a picture that is set aside come back with the first model."""
    (tmp_path / "boat.jpg").write_bytes(jpeg("1:1"))
    page = visit(choosy_house, "ada").join().open("/create?kind=video&duration=6&aspect_ratio=1:1")
    page.get_by_label("Prompt", exact=True).fill("A paper ship")
    expect(page.locator("#prompt-count")).to_have_text("12 / 500")
    page.get_by_label("Leave out").fill("rain")
    page.get_by_label("Seed").fill("7")
    page.get_by_label("Upload a reference picture").set_input_files(tmp_path / "boat.jpg")
    expect(page.locator("#references .reference")).to_contain_text("1024 × 1024")
    page.get_by_role("radio", name="Picky").check()
    expect(page.locator("#said")).to_have_text("Picky does not make 1:1: now 16:9.")
    expect(page.locator("#ticket .figure")).to_have_text("12 credits")
    expect(page.locator("#pictures")).to_contain_text("Picky takes no picture: yours is set aside.")
    expect(page.get_by_label("Leave out")).to_be_hidden()
    expect(page.get_by_label("Seed")).to_have_count(0)
    assert (chosen(page, "duration"), chosen(page, "aspect_ratio")) == ("6", "16:9")
    expect(page.locator("[data-print=aspect_ratio]")).to_have_text("16:9")
    page.get_by_role("radio", name="Local drawing").check()
    expect(page.locator("#references .reference")).to_have_count(1)
    expect(page.get_by_label("Leave out")).to_have_value("rain")
    expect(page.get_by_label("Seed")).to_have_value("7")
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("A paper ship")


def test_what_does_not_go_together_cannot_be_chosen(choosy_house: House, visit: Callable[..., Visitor]) -> None:
    """PRV-04: the larger resolution takes its one length, and the others are off as long as it is chosen."""
    page = visit(choosy_house, "ada").join().open("/create?model=local/picky&duration=4")
    page.get_by_role("radio", name="1080p").check()
    expect(page.locator("#said")).to_have_text("At 1080p: 8 s only. 8 s instead of 4 s.")
    assert (can(page, "duration"), chosen(page, "duration")) == (["8"], "8")
    expect(page.locator("[data-print=duration]")).to_have_text("8 s")
    page.get_by_role("radio", name="720p").check()
    expect(page.locator("#said")).to_have_text("")
    assert (can(page, "duration"), chosen(page, "duration")) == (["4", "6", "8"], "8")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_with_keys_the_focus_stays_and_generate_does_not_move(
    choosy_house: House, visit: Callable[..., Visitor], size: tuple[int, int]
) -> None:
    """Whatever is chosen, by arrow keys, on a large screen and a small one."""
    viewport = {"width": size[0], "height": size[1]}
    page = visit(choosy_house, "ada", viewport=viewport).join().open("/create?kind=video")
    for first, key, then, credits in (
        ("#model-1", "ArrowDown", "model-2", "16 credits"),
        ("#duration-8", "ArrowUp", "duration-6", "12 credits"),
        ("#resolution-720p", "ArrowDown", "resolution-1080p", "24 credits"),
        ("#sound-true", "ArrowDown", "sound-false", "24 credits"),
        ("#kind-video", "ArrowDown", "kind-image", "5 credits"),
        ("#kind-image", "ArrowUp", "kind-video", "120 credits"),
    ):
        page.locator(first).focus()
        at = page.evaluate(BOTTOM)
        page.keyboard.press(key)
        expect(page.locator("#ticket .figure")).to_have_text(credits)
        assert page.evaluate(FOCUSED) == then
        assert page.evaluate("document.activeElement.checked"), then
        assert abs(page.evaluate(BOTTOM) - at) < 1, then
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_chosen_model_is_in_view_its_name_is_whole_and_the_page_begins_at_its_top(
    choosy_house: House, visit: Callable[..., Visitor]
) -> None:
    """On a small screen the models stand in a strip: that moves, and nothing else."""
    page = visit(choosy_house, "ada", viewport={"width": 390, "height": 500}).join().open("/create?model=local/picky")
    expect(page.get_by_role("radio", name="Picky")).to_be_checked()
    assert page.evaluate("document.querySelector('.models').scrollLeft") > 0
    assert page.evaluate("document.querySelector('.model:has(:checked)').getBoundingClientRect().right <= innerWidth")
    assert page.evaluate("scrollY") == 0
    name = "document.querySelector('.model:has(:checked) b')"
    page.evaluate(f"{name}.textContent = 'Gemini 3.1 Flash Image, made by Google Cloud'")
    assert page.evaluate(f"{name}.scrollWidth <= {name}.clientWidth && {name}.clientHeight > 30")


def test_without_scripts_one_button_draws_the_choices_anew(choosy_house: House, visit: Callable[..., Visitor]) -> None:
    """And without it a wrong pair is refused in words, with the right one chosen."""
    ada = visit(choosy_house, "ada", java_script_enabled=False).join()
    ada.expect_trouble("status of 422")
    page = ada.open("/create?kind=video&duration=4")
    page.get_by_label("Prompt", exact=True).fill("A paper ship")
    page.get_by_role("radio", name="Picky").check()
    page.get_by_role("button", name="Update choices").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("A paper ship")
    expect(page.locator("#ticket .figure")).to_have_text("8 credits")
    expect(page.get_by_role("radio", name="Silent")).to_be_visible()
    page.get_by_role("radio", name="1080p").check()
    page.get_by_role("button", name="Generate").click()
    expect(page.locator("#duration-error")).to_contain_text("At 1080p this model makes 8 s only.")
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("A paper ship")
    assert (chosen(page, "duration"), can(page, "duration")) == ("8", ["8"])
