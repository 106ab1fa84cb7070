"""Times in German, French and Spanish, read by the one grammar. Written on Tuesday 10 March 2026."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.understanding import phrasebook
from heardback.understanding.timeframes import find_timeframes, read_moments
from heardback.understanding.timeframes.languages import LANGUAGES, in_english
from heardback.understanding.timeframes.tokens import tokenize
from heardback.workdays import WorkCalendar

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 3, 10, 10, 0, tzinfo=BERLIN)


def _days(text: str) -> list[tuple[str, str, str]]:
    found = find_timeframes(text, TUESDAY, WorkCalendar())
    return [(one.quote, f"{one.earliest:%m-%d}", f"{one.latest:%m-%d}") for one in found if one.earliest and one.latest]


@pytest.mark.parametrize(
    ("text", "quote", "first", "last"),
    [
        ("Sie lesen bis Ende nächster Woche von uns.", "bis Ende nächster Woche", "03-20", "03-20"),
        ("Das klärt sich im Laufe der KW 12.", "Laufe der KW 12", "03-16", "03-20"),
        ("Sie haben bis Ende KW 13 Gewissheit.", "bis Ende KW 13", "03-27", "03-27"),
        ("Eine Antwort folgt innerhalb von zehn Tagen.", "innerhalb von zehn Tagen", "03-10", "03-20"),
        ("Eine Antwort folgt innerhalb von zehn Werktagen.", "innerhalb von zehn Werktagen", "03-10", "03-24"),
        ("Bis spätestens 27.03. rufe ich an.", "Bis spätestens 27.03.", "03-27", "03-27"),
        ("Spätestens am Freitag wissen wir es.", "Spätestens am Freitag", "03-13", "03-13"),
        ("Wir brauchen in etwa zwei bis drei Wochen, also in zwei bis drei Wochen.", "in zwei bis drei Wochen", "03-24", "03-31"),
        ("Bis zum 20. März ist es entschieden.", "Bis zum 20. März", "03-20", "03-20"),
        ("Mitte nächster Woche weiß ich mehr.", "Mitte nächster Woche", "03-18", "03-19"),
        ("Ich melde mich übernächste Woche.", "übernächste Woche", "03-23", "03-27"),
        ("Ihr bekommt bis Monatsende Post.", "bis Monatsende", "03-31", "03-31"),
        ("Vous le saurez d'ici vendredi.", "d'ici vendredi", "03-13", "03-13"),
        ("Réponse sous quinzaine.", "sous quinzaine", "03-10", "03-24"),
        ("Un retour vous sera fait sous dix jours ouvrés.", "sous dix jours ouvrés", "03-10", "03-24"),
        ("On tranche d'ici la fin de la semaine prochaine.", "d'ici la fin de la semaine prochaine", "03-20", "03-20"),
        ("Je vous écris avant le 20 mars.", "avant le 20 mars", "03-10", "03-19"),
        ("Je vous appelle mardi prochain.", "mardi prochain", "03-17", "03-17"),
        ("Le jury se prononce fin mars.", "fin mars", "03-31", "03-31"),
        ("Au plus tard le 27 mars vous serez fixée.", "Au plus tard le 27 mars", "03-27", "03-27"),
        ("Lo sabrás a lo largo de la semana que viene.", "a lo largo de la semana que viene", "03-16", "03-20"),
        ("Contestamos en un plazo de diez días hábiles.", "en un plazo de diez días hábiles", "03-10", "03-24"),
        ("Recibirás noticias antes del 31 de marzo.", "antes del 31 de marzo", "03-10", "03-30"),
        ("Como muy tarde el 25 de marzo te escribo.", "Como muy tarde el 25 de marzo", "03-25", "03-25"),
        ("A finales de semana te cuento.", "A finales de semana", "03-13", "03-13"),
        ("En una o dos semanas lo vemos.", "en una o dos semanas", "03-17", "03-24"),
    ],
)
def test_a_promise_in_another_language_names_its_days(text: str, quote: str, first: str, last: str) -> None:
    found = {spot.lower(): (low, high) for spot, low, high in _days(text)}
    assert found[quote.lower()] == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "Guten Tag, guten Morgen und guten Abend, sagt er.",
        "Rien n'est prévu d'ici là, bonne journée.",
        "Buenos días y buenas tardes a todos.",
        "Das ist nicht unser Tag.",
    ],
)
def test_a_greeting_is_no_time(text: str) -> None:
    assert _days(text) == []


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("Kommen Sie am Donnerstag, 26. März, um 10:30 Uhr vorbei.", "03-26", "10:30"),
        ("Ich bin am 19. um halb elf da.", "03-19", "10:30"),
        ("Kommen Sie am 19. um viertel nach zwei.", "03-19", "14:15"),
        ("Montag, den 30.03.2026, 09.45 Uhr, Zimmer 12", "03-30", "09:45"),
        ("freitag (20.) 10 uhr bei uns", "03-20", "10:00"),
        ("am 12. März (Donnerstag) um 14 Uhr", "03-12", "14:00"),
        ("Am Samstag um neun bin ich da.", "03-14", "09:00"),
        ("Rufen Sie morgen zwischen 12 und 13 Uhr durch.", "03-11", "12:00"),
        ("Seriez-vous libre mardi 24 vers 9 h 30 ?", "03-24", "09:30"),
        ("C'est noté : jeudi 26 mars à 11 h avec la directrice.", "03-26", "11:00"),
        ("Déjeunons le vendredi 27, midi et demi.", "03-27", "12:30"),
        ("Va pour mardi, 16 h.", "03-17", "16:00"),
        ("Je viens demain à quinze heures.", "03-11", "15:00"),
        ("¿Puedes el miércoles 18 sobre las 16:30?", "03-18", "16:30"),
        ("Será el lunes 30 de marzo a las 12:15 horas.", "03-30", "12:15"),
        ("Vale, el lunes a las diez.", "03-16", "10:00"),
        ("El 19 a las 12 estoy allí.", "03-19", "12:00"),
        ("El jueves a las cinco y media de la tarde.", "03-12", "17:30"),
    ],
)
def test_an_appointment_in_another_language_names_day_and_clock(text: str, day: str, clock: str) -> None:
    found = [(f"{one.day:%m-%d}", f"{one.start:%H:%M}") for one in read_moments(text, TUESDAY, BERLIN) if one.day and one.start]
    assert found == [(day, clock)]


@pytest.mark.parametrize(
    "text",
    [
        "The interview is on Tuesday at 10, um, in room 4.",
        "I am free on Monday, and Die Hard is on at night.",
        "We'll call you by Friday from Las Vegas.",
        "Please send le menu by Friday.",
    ],
)
def test_an_english_sentence_stays_as_it_is(text: str) -> None:
    tokens = tokenize(text)
    assert in_english(tokens) == (tokens, False)


def test_a_slash_is_day_first_in_these_languages() -> None:
    assert [
        one.day for one in read_moments("Nos vemos el 3/4 a las 10.", TUESDAY, ZoneInfo("America/New_York"), country="US")
    ] == [date(2026, 4, 3)]


@given(st.text(alphabet="amà um bis 19. halb elf Uhr jeudi 26 mars h lunes a las y media :/,()", max_size=80))
def test_no_text_breaks_the_reader_and_quotes_are_its_own_words(text: str) -> None:
    for one in find_timeframes(text, TUESDAY, WorkCalendar()):
        assert one.quote in text


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_phrases_of_a_table_name_no_part_that_is_not_there(name: str) -> None:
    for pattern, english in phrasebook.data(f"time_{name}")["phrases"].items():
        kept = sum(part in ("#", "W", "M", "U", "X") for part in pattern.split())
        asked = [int(part.lstrip("~")[1]) for part in english.split() if part.lstrip("~").startswith("$")]
        assert all(1 <= number <= kept for number in asked), pattern
