from __future__ import annotations

import pytest

from tests.builders import SIGNS


@pytest.mark.parametrize(
    ("note", "locale"),
    [
        ("It arrived BROKEN, glass everywhere", "en"),
        ("The label says L but it measures S", "en"),
        ("Etikett sagt L, gemessen ist es S. Naht ist auch gerissen.", "de"),
        ("La couture est déchirée", "fr-FR"),
        ("杯子是坏的", "zh-CN"),
        ("縫い目が破れています", "ja"),
        # Whatever the shop's page was set to, people write in their own language.
        ("Leider kaputt angekommen", "en"),
        ("kaputt", None),
    ],
)
def test_it_hears_a_fault(note: str, locale: str | None) -> None:
    assert SIGNS.tells_fault(note, locale) is True


@pytest.mark.parametrize(
    ("note", "locale"),
    [
        ("The colour is darker than in the picture", "en"),
        ("Too small, I measured it and checked your size chart", "en"),
        ("Die Farbe sieht auf dem Foto heller aus", "de"),
        ("Zu klein, laut Größentabelle müsste es passen", "de"),
        ("La couleur sur la photo est plus claire", "fr"),
        ("Trop petit d'après le guide des tailles", "fr"),
        ("El color de la imagen era más claro", "es"),
        ("Pequeño según la tabla de tallas", "es"),
        ("Il colore nella foto era più chiaro", "it"),
        ("Piccolo rispetto alla tabella delle taglie", "it"),
        ("A cor na foto era mais clara", "pt-BR"),
        ("Pequeno pela tabela de medidas", "pt-BR"),
        ("De kleur op de foto was lichter", "nl"),
        ("Te klein volgens de maattabel", "nl"),
        ("写真より色が濃い", "ja"),
        ("サイズ表より小さい", "ja"),
        ("颜色比图片深", "zh-CN"),
        ("比尺碼表小", "zh-TW"),
        ("사진보다 색이 어두워요", "ko"),
        ("사이즈표보다 작아요", "ko"),
    ],
)
def test_it_hears_that_a_colour_or_size_is_not_as_shown(note: str, locale: str) -> None:
    assert SIGNS.tells_fault(note, locale) is True


@pytest.mark.parametrize(
    ("note", "locale"),
    [
        ("The colour does not suit me.", "en"),
        ("Too big for me", "en"),
        ("Die Farbe steht mir nicht.", "de"),
        ("J'hésite, trop grand pour moi", "fr"),
        ("Es grande para mí", "es"),
        ("È troppo grande per me", "it"),
        ("Ficou grande em mim", "pt-BR"),
        ("De kleur staat me niet", "nl"),
        ("色が好みではない", "ja"),
        ("颜色不适合我", "zh-CN"),
        ("색이 마음에 안 들어요", "ko"),
    ],
)
def test_it_leaves_a_matter_of_taste_a_matter_of_taste(note: str, locale: str) -> None:
    assert SIGNS.tells_fault(note, locale) is False


@pytest.mark.parametrize(
    ("note", "locale"),
    [
        (None, "en"),
        ("", None),
        ("  \n", "fi"),
        ("Never wore them.", "en"),
        ("Gefällt mir doch nicht.", "de_DE"),
        ("不想要了。", "zh-Hans-CN"),
        ("Je préfère un autre modèle.", "fr"),
    ],
)
def test_it_hears_no_fault(note: str | None, locale: str | None) -> None:
    assert SIGNS.tells_fault(note, locale) is False


@pytest.mark.parametrize("locale", [None, "", "fi", "sv"])
def test_it_does_not_pretend_to_read_every_language(locale: str | None) -> None:
    assert SIGNS.tells_fault("En pidä siitä", locale) is None


def test_every_sign_is_in_small_letters() -> None:
    assert [s for s in SIGNS._signs if s != s.lower()] == []
