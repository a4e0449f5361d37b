"""One secret gives different keys, and codes that nobody can guess."""

from __future__ import annotations

import re

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from plugin.keys import ALPHABET, Codes, derive, token_keys

SECRET, OTHER = "s" * 32, "o" * 32
SHOP, RETURN = "alpine-goods.myshopify.com", "gid://shopify/Return/1"
CODE = re.compile(rf"SORRY-[{ALPHABET}]{{12}}")


def test_it_derives_the_same_key_every_time() -> None:
    key = derive(SECRET, "evenhand/tokens")

    assert key == derive(SECRET, "evenhand/tokens")
    assert key.hex() == (
        "a1401121cfdbc810495a000c69609488e24e38750c38dd7022e65c1abe25030a"
    )


def test_it_derives_another_key_for_every_purpose_and_secret() -> None:
    keys = {derive(s, p) for s in (SECRET, OTHER) for p in ("tokens", "codes")}

    assert len(keys) == 4


def test_it_reads_with_every_secret_and_writes_with_the_first() -> None:
    old = token_keys([OTHER]).encrypt(b"token")
    both = token_keys([SECRET, OTHER])

    new = both.encrypt(b"token")

    assert both.decrypt(old) == b"token"
    assert token_keys([SECRET]).decrypt(new) == b"token"
    with pytest.raises(InvalidToken):
        token_keys([SECRET]).decrypt(old)


def test_it_writes_a_code_that_is_read_aloud_without_mistakes() -> None:
    text = Codes(SECRET).text(shop=SHOP, return_id=RETURN)

    assert CODE.fullmatch(text)
    assert not set("ILOU") & set(ALPHABET)


def test_it_makes_the_same_code_for_a_return_after_a_restart() -> None:
    first = Codes(SECRET).text(shop=SHOP, return_id=RETURN)

    assert (
        Codes(SECRET).text(shop=SHOP, return_id=RETURN) == first == "SORRY-SNQ6E7AH7NHN"
    )


def test_it_makes_another_code_for_another_return_shop_or_secret() -> None:
    codes = {
        Codes(SECRET).text(shop=SHOP, return_id=RETURN),
        Codes(SECRET).text(shop=SHOP, return_id=f"{RETURN}1"),
        Codes(SECRET).text(shop="north.myshopify.com", return_id=RETURN),
        Codes(OTHER).text(shop=SHOP, return_id=RETURN),
    }

    assert len(codes) == 4


def test_it_puts_the_merchants_prefix_before_a_code() -> None:
    text = Codes(SECRET, "PARDON").text(shop=SHOP, return_id=RETURN)

    assert text == "SORRY-SNQ6E7AH7NHN".replace("SORRY", "PARDON")


@given(st.text(max_size=6), st.text(max_size=6), st.integers(1, 5))
def test_it_never_takes_one_pair_of_shop_and_return_for_another(
    shop: str, return_id: str, moved: int
) -> None:
    both = shop + return_id
    other = (both[:moved], both[moved:])
    codes = Codes(SECRET)

    same = codes.text(shop=shop, return_id=return_id) == codes.text(
        shop=other[0], return_id=other[1]
    )

    assert same == (other == (shop, return_id))
