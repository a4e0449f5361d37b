"""Nothing is sent to an address that is not everybody's (SSRF)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from plugin.outgoing.reaching import Reach, Resolve, Target, Unreachable, is_public

FORBIDDEN = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",  # a cloud's metadata
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",  # a cloud's service for its machines
    "169.254.0.1",
    "169.254.169.254",  # most clouds' metadata
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",  # a cloud's metadata
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "100::1",
    "2001::1",  # Teredo
    "2001:0:7f00:1::",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2002:a9fe:a9fe::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",  # a cloud's metadata
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "not an address",
    "",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "193.0.6.139", "2606:4700:4700::1111", "2a00:1450::1"]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_it_refuses_an_address_that_is_not_everybodys(address: str) -> None:
    assert is_public(address) is False
    assert refusal("https://shop.example/", [address]) == "forbidden_address"


@pytest.mark.parametrize("address", PUBLIC)
def test_it_takes_a_public_address_and_holds_to_it(address: str) -> None:
    target = Reach(resolve=knows([address])).target("https://shop.example/a?b=c")

    assert target == Target(
        host="shop.example", port=443, path="/a?b=c", secure=True, address=address
    )


def test_it_refuses_a_host_with_one_forbidden_address_among_good_ones() -> None:
    mixed = ["1.1.1.1", "10.0.0.1"]

    assert refusal("https://shop.example/", mixed) == "forbidden_address"
    assert refusal("https://shop.example/", mixed[::-1]) == "forbidden_address"


def test_it_asks_for_the_address_once() -> None:
    asked: list[str] = []

    def changing(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["1.1.1.1"] if len(asked) == 1 else ["127.0.0.1"]

    target = Reach(resolve=changing).target("https://shop.example/")

    assert (target.address, asked) == ("1.1.1.1", ["shop.example"])


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://shop.example/", "not_https"),
        ("ftp://shop.example/", "not_https"),
        ("file:///etc/passwd", "not_https"),
        ("gopher://shop.example/", "not_https"),
        ("//shop.example/", "not_https"),
        ("shop.example", "not_https"),
        ("", "bad_url"),
        ("https://shop.example:8443/", "bad_port"),
        ("https://shop.example:22/", "bad_port"),
        ("https://shop.example:port/", "bad_url"),
        ("https://shop.example:99999/", "bad_url"),
        ("https://user@shop.example/", "bad_url"),
        ("https://user:pass@shop.example/", "bad_url"),
        ("https://shop.example@127.0.0.1/", "bad_url"),
        ("https://shop.example/#part", "bad_url"),
        ("https://shop.example\\@127.0.0.1/", "bad_url"),
        ("https://shop.example/a b", "bad_url"),
        ("https://shop.example/\r\nX-Evil: 1", "bad_url"),
        ("https://shop.example/\t", "bad_url"),
        ("https://shop.example/ü", "bad_url"),
        ("https://[::1", "bad_url"),
        ("https://shop.example/" + "a" * 500, "bad_url"),
        ("https:///path", "bad_host"),
        ("https://localhost/", "bad_host"),
        ("https://127.0.0.1/", "bad_host"),
        ("https://2130706433/", "bad_host"),
        ("https://0x7f000001/", "bad_host"),
        ("https://0177.0.0.1/", "bad_host"),
        ("https://127.1/", "bad_host"),
        ("https://[::1]/", "bad_host"),
        ("https://[::ffff:127.0.0.1]/", "bad_host"),
        ("https://[2606:4700:4700::1111]/", "bad_host"),
        ("https://1.1.1.1/", "bad_host"),
        ("https://-shop.example/", "bad_host"),
        ("https://shop..example/", "bad_host"),
        ("https://intranet/", "bad_host"),
        ("https://shop.example./", "bad_host"),
    ],
)
def test_it_refuses_an_address_by_its_form(url: str, code: str) -> None:
    reach = Reach(resolve=knows(["1.1.1.1"]))

    with pytest.raises(Unreachable) as raised:
        reach.check(url)

    assert raised.value.code == code
    assert refusal(url, ["1.1.1.1"]) == code


@pytest.mark.parametrize("error", [OSError("no"), UnicodeError("label too long")])
def test_it_says_that_a_host_is_not_known(error: Exception) -> None:
    def lost(_host: str, _port: int) -> Sequence[str]:
        raise error

    with pytest.raises(Unreachable) as raised:
        Reach(resolve=lost).target("https://shop.example/")

    assert raised.value.code == "no_such_host"


def test_it_reaches_this_machine_only_where_that_is_allowed() -> None:
    url = "http://127.0.0.1:4999/hook"

    target = Reach(local=True).target(url)

    assert (target.address, target.port, target.secure) == ("127.0.0.1", 4999, False)
    assert refusal(url, ["127.0.0.1"]) == "not_https"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://10.0.0.1/", "not_https"),
        ("http://shop.example/", "not_https"),
        ("https://shop.example:8443/", "bad_port"),
        ("http://127.0.0.1.shop.example:80/", "not_https"),
    ],
)
def test_what_is_local_allows_nothing_else(url: str, code: str) -> None:
    with pytest.raises(Unreachable) as raised:
        Reach(local=True, resolve=knows(["127.0.0.1"])).target(url)

    assert raised.value.code == code


def test_a_local_name_that_lies_elsewhere_is_refused() -> None:
    reach = Reach(local=True, resolve=knows(["10.0.0.1"]))

    with pytest.raises(Unreachable) as raised:
        reach.target("http://localhost:80/")

    assert raised.value.code == "forbidden_address"


def knows(addresses: Sequence[str]) -> Resolve:
    return lambda _host, _port: addresses


def refusal(url: str, addresses: Sequence[str]) -> str:
    with pytest.raises(Unreachable) as raised:
        Reach(resolve=knows(addresses)).target(url)
    return raised.value.code
