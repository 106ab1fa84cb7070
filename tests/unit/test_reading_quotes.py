"""What was typed, what was quoted, what is signature; and what only looks so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.reading.quotes import divide

ATTRIBUTIONS = [
    "On Tue, Mar 3, 2026 at 10:02 AM Rosa Quill <rosa@quill.example> wrote:",
    "On Tue, Mar 3, 2026 at 10:02 AM Rosa Quill\n<rosa@quill.example> wrote:",
    "On Tue, 3 Mar 2026 10:02:11 -0600\nRosa Quill <rosa@quill.example>\nwrote:",
    "Am 03.03.2026 um 10:02 schrieb Rosa Quill:",
    "Am Di., 3. März 2026 um 10:02 Uhr schrieb Rosa Quill <rosa@quill.example>:",
    "Le mar. 3 mars 2026 à 10:02, Rosa Quill <rosa@quill.example> a écrit :",
    "El mar, 3 mar 2026 a las 10:02, Rosa Quill (<rosa@quill.example>) escribió:",
    "Op di 3 mrt 2026 om 10:02 schreef Rosa Quill <rosa@quill.example>:",
    "Em ter., 3 de mar. de 2026 às 10:02, Rosa Quill <rosa@quill.example> escreveu:",
    "Il giorno mar 3 mar 2026 alle ore 10:02 Rosa Quill <rosa@quill.example> ha scritto:",
    "Den tis 3 mars 2026 kl 10:02 skrev Rosa Quill <rosa@quill.example>:",
    "wt., 3 mar 2026 o 10:02 Rosa Quill <rosa@quill.example> napisał(a):",
    "2026年3月3日(火) 10:02 Rosa Quill <rosa@quill.example>:",
    "-----Original Message-----\nFrom: Rosa Quill\nSent: Tuesday, March 3, 2026 10:02 AM\nTo: Dana Ortiz\nSubject: Friday",
    "________________________________\nFrom: Rosa <rosa@quill.example>\nSent: March 3, 2026 10:02 AM\nTo: Dana\nSubject: x",
    "From: Rosa Quill <rosa@quill.example>\nDate: Tuesday, March 3, 2026 at 10:02 AM\nTo: Dana Ortiz\nSubject: Friday",
    "*From:* Rosa Quill\n*Sent:* Tuesday, March 3, 2026 10:02 AM\n*To:* Dana Ortiz\n*Subject:* Friday",
    "Von: Rosa Quill\nGesendet: Dienstag, 3. März 2026 10:02\nAn: Dana Ortiz\nBetreff: Freitag",
    "De : Rosa Quill\nEnvoyé : mardi 3 mars 2026 10:02\nÀ : Dana Ortiz\nObjet : Vendredi",
    "De: Rosa Quill\nEnviado el: martes, 3 de marzo de 2026 10:02\nPara: Dana Ortiz\nAsunto: Viernes",
    "Van: Rosa Quill\nVerzonden: dinsdag 3 maart 2026 10:02\nAan: Dana Ortiz\nOnderwerp: Vrijdag",
    "Begin forwarded message:\n\nFrom: Rosa Quill\nSubject: Friday\nDate: March 3, 2026 at 10:02\nTo: Dana",
    "---------- Forwarded message ---------\nFrom: Rosa <rosa@quill.example>\nDate: Tue, Mar 3, 2026\nSubject: Friday\nTo: Dana",
    "-------- Ursprüngliche Nachricht --------\nVon: Rosa Quill\nDatum: 03.03.26 10:02 (GMT+01:00)\nAn: Dana\nBetreff: Freitag",
]


@pytest.mark.parametrize("head", ATTRIBUTIONS)
def test_what_stands_below_the_mark_of_a_quote_is_quoted(head: str) -> None:
    body = divide(f"Yes, by Thursday.\n\n{head}\n\nWill I hear by Friday?\n\nRosa")
    assert body.text == "Yes, by Thursday."
    assert "Will I hear by Friday?" in body.quoted


@pytest.mark.parametrize("head", ATTRIBUTIONS[:13])
def test_an_answer_below_a_marked_quote_is_text(head: str) -> None:
    body = divide(f"{head}\n> Will I hear by Friday?\n> Rosa\n\nYes, by Thursday.\n\nDana")
    assert body.text == "Yes, by Thursday.\n\nDana"
    assert body.quoted.endswith("Will I hear by Friday?\nRosa")


def test_answers_between_quotes_are_text() -> None:
    body = divide("> When do you decide?\n\nOn Monday.\n\n> And then?\n> Is there another round?\n\nNo, an offer.")
    assert body.text == "On Monday.\n\nNo, an offer."
    assert body.quoted == "When do you decide?\n\nAnd then?\nIs there another round?"


def test_a_sentence_typed_right_on_top_of_an_attribution_stays_text() -> None:
    body = divide("You'll hear by Thursday.\nOn Tue, Mar 3, 2026 at 10:02 AM Rosa <rosa@quill.example> wrote:\n> When?")
    assert body.text == "You'll hear by Thursday."


def test_below_an_attribution_on_top_without_marks_everything_stays_text() -> None:
    body = divide("On Tue, Mar 3, 2026 at 10:02 AM Rosa Quill wrote:\n\nWhen?\n\nBy Thursday.")
    assert body.text == "When?\n\nBy Thursday."


@pytest.mark.parametrize(
    "text",
    [
        "The panel wrote:\n\nWe liked the second answer best.",
        "Here is what happens next:\n\nYou meet the team, then we decide.",
        "From: Monday on the office is open.\nPlease bring a passport.",
        "Dates to choose from:\n\nTuesday at 3\nFriday at 10",
        "To: be decided\nFrom: here it gets easier",
        "Two things -- first, the form; second, the dates.",
        "-- and so we decided to go on. --",
        "On Friday, as I said, the board meets: nine people.",
    ],
)
def test_a_letter_that_only_looks_like_a_quote_stays_text(text: str) -> None:
    assert (divide(text).text, divide(text).quoted) == (text, "")


@pytest.mark.parametrize(
    ("text", "kept", "signature"),
    [
        ("By Friday.\n\n-- \nDana Ortiz\nBrightforge", "By Friday.", "--\nDana Ortiz\nBrightforge"),
        ("By Friday.\n\nSent from my iPhone", "By Friday.", "Sent from my iPhone"),
        (
            "By Friday.\n\nGet Outlook for Android<https://aka.example/x>",
            "By Friday.",
            "Get Outlook for Android<https://aka.example/x>",
        ),
        ("By Friday.\n\nVon meinem iPhone gesendet", "By Friday.", "Von meinem iPhone gesendet"),
        ("By Friday.\n\nBest regards,\nDana", "By Friday.", "Best regards,\nDana"),
        (
            "By Friday.\n\nKind regards\n\nDana Ortiz\nTalent Partner | Brightforge\n+1 555 0100\nwww.brightforge.example",
            "By Friday.",
            "Kind regards\n\nDana Ortiz\nTalent Partner | Brightforge\n+1 555 0100\nwww.brightforge.example",
        ),
        ("Bis Freitag.\n\nMit freundlichen Grüßen\nDana Ortiz", "Bis Freitag.", "Mit freundlichen Grüßen\nDana Ortiz"),
        ("À vendredi.\n\nCordialement,\nDana", "À vendredi.", "Cordialement,\nDana"),
        ("Soon.\n\nBest,\nDana\n\nP.S. You'll hear by Friday.", "Soon.\n\nP.S. You'll hear by Friday.", "Best,\nDana"),
        ("Soon.\n\n-- \nDana\nPS: by Friday", "Soon.\n\nPS: by Friday", "--\nDana"),
        (
            "By Friday.\n\nCONFIDENTIALITY NOTICE: this is for you alone,\nand we act within 5 days.\n\nRead the above twice.",
            "By Friday.\n\nRead the above twice.",
            "CONFIDENTIALITY NOTICE: this is for you alone,\nand we act within 5 days.",
        ),
        (
            "By Friday.\n\n*** This email may contain confidential information. ***",
            "By Friday.",
            "*** This email may contain confidential information. ***",
        ),
    ],
)
def test_a_signature_is_cut_off_and_what_follows_a_postscript_is_not(text: str, kept: str, signature: str) -> None:
    body = divide(text)
    assert (body.text, body.signature) == (kept, signature)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!\n\nCould you send two references by Monday?",
        "Best,\nDana is away until Friday, so I am writing in her place.",
        "Thanks, we will be in touch by Friday.",
        "Thank you\n\nWe will let you know by the end of next week whether we go ahead.",
        "Cheers!",
        "This message is to say that you will hear by Friday.",
        "Sent from my desk with best wishes. See you on Monday.",
        "Regards\n\nWhat should I bring?",
    ],
)
def test_when_in_doubt_words_stay_text(text: str) -> None:
    assert (divide(text).text, divide(text).signature) == (text, "")


def test_a_promise_below_the_closing_stays_text() -> None:
    body = divide("It was good to meet you.\n\nBest,\nDana\n\nWe should be able to tell you more by the end of next week.")
    assert body.text == "It was good to meet you.\n\nWe should be able to tell you more by the end of next week."


def test_a_mailing_lists_footer_is_signature_and_a_meeting_link_below_a_rule_is_not() -> None:
    listed = divide(
        "By Friday.\n\n_______________________________________________\nJobs mailing list\nhttps://lists.example/listinfo/jobs"
    )
    meeting = divide("By Friday.\n\n________________________________\nJoin the meeting\nhttps://meet.example/abc")
    assert (listed.text, "Jobs mailing list" in listed.signature) == ("By Friday.", True)
    assert "Join the meeting" in meeting.text


def test_links_of_the_text_are_added_to_those_of_the_html_each_once() -> None:
    body = divide(
        "Book at https://cal.example/dana. Or <https://cal.example/sam>", ("https://x.example/", "https://cal.example/sam")
    )
    assert body.links == ("https://x.example/", "https://cal.example/sam", "https://cal.example/dana")


def test_initials_before_the_mark_are_a_quote_too() -> None:
    body = divide("Monday, March 2, 2026, 4:45:02 PM, you wrote:\n\nRQ> When do I hear?\n\nBy Friday.")
    assert (body.text, "When do I hear?" in body.quoted) == ("By Friday.", True)


@given(st.text(alphabet=st.sampled_from("ab >\n-_:.@FromSentWte1"), max_size=300))
def test_no_word_is_lost(text: str) -> None:
    """Every word of the letter is in the text, the signature or the quotes."""
    body = divide(text)
    squeezed = "".join("".join((body.text, body.signature, body.quoted)).split()).replace(">", "")
    assert sorted(squeezed) == sorted("".join(text.split()).replace(">", "")) or ">" in text
    assert "\n\n\n" not in body.text
