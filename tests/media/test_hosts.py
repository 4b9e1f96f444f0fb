"""Which hosts and addresses may be fetched from: nothing on this machine or in a private network."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.media.hosts import Place, RefusedHost, addresses, is_a_machine, is_global, is_home, place

LISTED = frozenset({"files.example.com", ".cdn.example.net"})


@pytest.mark.parametrize(
    "url", ["https://files.example.com/a?b=c", "https://files.example.com:443/", "https://eu.cdn.example.net/x"]
)
def test_listed_hosts_pass(url: str) -> None:
    assert place(url, LISTED).port == 443


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example.com/",
        "https://files.example.com:8443/",
        "https://user@files.example.com/",
        "https://user:word@files.example.com/",
        "https://files.example.com@evil.example/",
        "https://files.example.com.evil.example/",
        "https://evilfiles.example.com/",
        "https://cdn.example.net/",
        "https://evilcdn.example.net/",
        "https://.cdn.example.net/",
        "https://files.example.com./",
        "https://files.example.com\\@evil.example/",
        "https://files.example.com/a\nb",
        "https://files.example.com:x/",
        "https://[::1]/",
        "https:///a",
        "file:///etc/passwd",
        "data:text/plain,x",
        "ftp://files.example.com/",
        "//files.example.com/",
        "",
    ],
)
def test_all_else_is_refused(url: str) -> None:
    with pytest.raises(RefusedHost):
        place(url, LISTED)


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_this_machine_only_when_it_is_named(name: str) -> None:
    with pytest.raises(RefusedHost):
        place(f"http://{name}:9000/", LISTED | {".0.0.1", ".localhost"})
    with pytest.raises(RefusedHost):
        place(f"http://{name}:9000/", {f"{name}:9001"})
    assert place(f"http://{name}:9000/", {name}).loopback
    assert addresses(place(f"http://{name}:9000/", {f"{name}:9000"}))


LOOPBACK_SPELLINGS = ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "127.0.0.2", "0"]


@pytest.mark.parametrize("host", LOOPBACK_SPELLINGS)
def test_other_spellings_of_this_machine_are_refused_even_when_listed(host: str) -> None:
    with pytest.raises(RefusedHost):
        place(f"http://{host}:9000/", {host})
    with pytest.raises(RefusedHost):
        addresses(place(f"https://{host}/", {host}))
    with pytest.raises(RefusedHost):
        addresses(Place("https", host, 443, "/", loopback=False))


@pytest.mark.parametrize(
    "address",
    [
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "224.0.0.1",
        "ff02::1",
        "0.0.0.0",  # noqa: S104 (refused here, not bound to)
        "::",
        "169.254.169.254",
        "100.64.0.1",
        "192.168.1.1",
        "fe80::1",
        "fd00::1",
        "240.0.0.1",
        "255.255.255.255",
    ],
)
def test_addresses_that_are_not_one_host_of_the_open_internet(address: str) -> None:
    assert not is_global(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet(address: str) -> None:
    assert is_global(address)


_PRIVATE = [ipaddress.ip_network(n) for n in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")]


@given(st.sampled_from(_PRIVATE).flatmap(lambda network: st.ip_addresses(network=network)))
def test_no_disguise_opens_a_private_address(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    disguises = [str(inner), f"::ffff:{inner}", f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}"]
    disguises.append(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1")
    assert not any(is_global(disguise) for disguise in disguises)


@given(st.integers(0x7F000000, 0x7FFFFFFF), st.sampled_from(["d", "#x", "#o"]))
def test_no_number_stands_for_this_machine(number: int, form: str) -> None:
    host = format(number, form).replace("0o", "0")
    with pytest.raises(RefusedHost):
        addresses(Place("https", host, 443, "/", loopback=False))


@given(st.text(max_size=60))
def test_any_text_is_either_on_the_list_or_refused(text: str) -> None:
    try:
        there = place(f"https://{text}", LISTED)
    except RefusedHost:
        return
    assert there.host == "files.example.com" or there.host.endswith(".cdn.example.net")
    assert (there.scheme, there.port, there.loopback) == ("https", 443, False)


def test_secrets_go_to_their_own_host_only() -> None:
    there = place("http://127.0.0.1:9000/", {"127.0.0.1"})
    assert is_home(there, "127.0.0.1:9000")
    assert is_home(there, "127.0.0.1")
    assert not is_home(there, "127.0.0.1:9001")
    assert not is_home(there, "")


OWN = "http://192.168.1.20:8188"


@pytest.mark.parametrize("path", ["/view?filename=a.png", "/", ""])
def test_the_operators_own_server_may_stand_in_a_private_network_and_speak_plain_http(path: str) -> None:
    there = place(OWN + path, LISTED, OWN)
    assert (there.scheme, there.host, there.port, there.own) == ("http", "192.168.1.20", 8188, True)
    assert addresses(there) == ["192.168.1.20"]


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.20/",
        "http://192.168.1.20:8189/",
        "http://192.168.1.20:22/",
        "https://192.168.1.20:8188/",
        "http://192.168.1.21:8188/",
        "http://192.168.1.20.evil.example:8188/",
        "http://127.0.0.1:8188/",
        "http://localhost:8188/",
        "http://3232235796:8188/",
        "http://0xc0a80114:8188/",
        "http://192.168.1.20:8188@evil.example/",
        "http://evil.example@192.168.1.20:8188/",
        "http://[::ffff:192.168.1.20]:8188/",
        "http://169.254.169.254/",
        "ftp://192.168.1.20:8188/",
    ],
)
def test_beside_the_operators_own_server_nothing_more_can_be_reached(url: str) -> None:
    with pytest.raises(RefusedHost):
        place(url, LISTED, OWN)


def test_without_its_word_the_same_server_is_refused() -> None:
    for listed in (LISTED, LISTED | {"192.168.1.20"}, LISTED | {"192.168.1.20:8188"}, LISTED | {OWN}):
        with pytest.raises(RefusedHost):
            place(OWN + "/", listed)
    with pytest.raises(RefusedHost):
        addresses(Place("http", "192.168.1.20", 8188, "/", loopback=False))


def test_the_operators_own_server_opens_no_other_host_of_the_list() -> None:
    there = place("https://files.example.com/", LISTED, OWN)
    assert not there.own
    with pytest.raises(RefusedHost):
        place("http://files.example.com:8188/", LISTED, OWN)


@pytest.mark.parametrize("text", ["169.254.169.254", "fe80::1", "224.0.0.1", "0.0.0.0", "::", "255.255.255.255"])  # noqa: S104
def test_not_even_an_own_server_leads_to_what_is_no_machine_or_where_clouds_keep_secrets(text: str) -> None:
    assert not is_a_machine(text)
    with pytest.raises(RefusedHost):
        addresses(Place("http", text, 8188, "/", loopback=False, own=True))


@pytest.mark.parametrize("text", ["10.0.0.5", "172.16.0.1", "100.64.0.1", "127.0.0.1", "::1", "fd00::1", "8.8.8.8"])
def test_an_own_server_may_be_any_machine(text: str) -> None:
    assert is_a_machine(text)
