"""Which of the addresses in a bot's words is the result (PRV-02)."""

from __future__ import annotations

import pytest

from app.providers.base import Kind
from app.providers.poe.links import POE_HOSTS, addresses, result, strangers

HOME = "https://pfst.cf2.poecdn.net"
VIDEO = f"{HOME}/base/video/4f2a?pmaid=7"
IMAGE = f"{HOME}/base/image/9c1b?w=1024&h=1024"
HOSTS = POE_HOSTS | {"media.example.org", "127.0.0.1:8098"}


@pytest.mark.parametrize(
    "text",
    [
        VIDEO,
        f"  {VIDEO}\n",
        f"Here is your video: {VIDEO}.",
        f"Here you are ({VIDEO}), enjoy!",
        f"[video.mp4]({VIDEO})",
        f"![{VIDEO}]({VIDEO})",
        f"**[Download]({VIDEO})**!",
        f"**{VIDEO}**",
        f"<{VIDEO}>",
        f"<video src='{VIDEO}'></video>",
        f"[1]: {VIDEO}",
        f"链接：{VIDEO}。谢谢",
        f"{VIDEO},https://example.com/showreel.mp4",
        f"Made by [Bot](https://poe.com/Bot). See https://example.com/a.mp4 {VIDEO} https://poe.com/b.mp4",
        f"Prompt enhanced by https://poecdn.net.example.com/x.mp4\n\n{VIDEO}",
        f"First frame: ![]({IMAGE})\n\nVideo: {VIDEO}",
        f"{VIDEO}\n\nPoster: {HOME}/x/poster.jpg",
        f"Portrait https://qph.cf2.poecdn.net/main-thumb-1.mp4 and {VIDEO}",
        f"I was given https://media.example.org/source.mp4 and made {VIDEO}",
        f"Draft: {HOME}/base/video/0000 Final: {VIDEO}",
    ],
)
def test_the_video_is_found_among_words_and_other_links(text: str) -> None:
    assert result(text, Kind.VIDEO, HOSTS) == VIDEO


def test_an_escaped_address_is_put_right() -> None:
    assert result(f"![a]({IMAGE.replace('&', '&amp;')})", Kind.IMAGE, HOSTS) == IMAGE
    assert result(rf"{HOME}/base/image/a\_b\-c.png", Kind.IMAGE, HOSTS) == f"{HOME}/base/image/a_b-c.png"
    assert result("https://pfst.cf2.poecdn.net/a(1).png", Kind.IMAGE, HOSTS) == f"{HOME}/a(1).png"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no address at all",
        "https://",
        "https://example.com/result.mp4",
        "https://poe.com/result.mp4",
        f"{VIDEO.replace('https', 'http')}",
        "https://pfst.cf2.poecdn.net.example.com/base/video/1.mp4",
        "https://notpoecdn.net/base/video/1.mp4",
        "https://pfst.cf2.poecdn.net@example.com/base/video/1.mp4",
        "https://me@pfst.cf2.poecdn.net/base/video/1.mp4",
        "https://[::1/base/video/1.mp4",
        "https://pfst.cf2.poecdn.net:99999/base/video/1.mp4",
        "http://127.0.0.1/base/video/1.mp4",
        "http://127.0.0.1:9/base/video/1.mp4",
        "http://169.254.169.254/base/video/1.mp4",
        "https://media.example.org/",
        "https://media.example.org/about",
        "https://qph.cf2.poecdn.net/main-thumb",
        IMAGE,
        f"{HOME}/poster.jpg",
        "ftp://pfst.cf2.poecdn.net/base/video/1.mp4",
    ],
)
def test_what_is_no_video_on_an_allowed_host_is_never_the_result(text: str) -> None:
    assert result(text, Kind.VIDEO, HOSTS) is None


@pytest.mark.parametrize(
    "url",
    [
        f"{HOME}/4f2a",
        f"{HOME}/clip.MP4?x=1",
        "https://cdn.poecdn.net/a/clip.webm",
        "https://media.example.org/clip.mov",
        "https://media.example.org/video/12",
        "http://127.0.0.1:8098/base/video/1",
    ],
)
def test_an_address_is_believed_by_its_host_and_what_it_looks_like(url: str) -> None:
    assert result(f"Look: {url}", Kind.VIDEO, HOSTS) == url


def test_an_operator_can_read_which_host_was_not_allowed() -> None:
    text = f"{VIDEO} https://files.example.com/x.mp4 https://files.example.com/y.mp4 https://poe.com"
    assert strangers(text, HOSTS) == ["files.example.com", "poe.com"]


def test_a_flood_of_words_is_read_in_no_time() -> None:
    for flood in ("https://" * 50_000, "(" * 500_000, f"{HOME}/" + ")" * 5_000, "[](" * 100_000):
        assert len(addresses(flood)) <= 20_000
