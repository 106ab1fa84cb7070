"""Which part is the letter, and HTML as a person sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heardback.reading import mime
from heardback.reading.body import read_body, unflow
from heardback.reading.markup import MAX_LINKS, render


def alternative(plain: str, html: str) -> mime.Part:
    content = (
        "Content-Type: multipart/alternative; boundary=b\n\n"
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--\n"
    )
    return mime.parse(content.encode())


LETTER = "Thank you for coming in. We will let you know by Friday whether there is a second round. " * 3


def test_the_plain_part_is_the_letter() -> None:
    assert read_body(alternative("By Friday.", "<p>By <b>Friday</b>.</p>")).text == "By Friday."


@pytest.mark.parametrize(
    "stub",
    [
        "",
        "This message is best viewed in a mail program that supports HTML.",
        "Your e-mail client does not support HTML.",
        "Please view this email in your browser: https://x.example/view",
        "<html><body>By Friday</body></html>",
        "Brightforge",
        "Diese Nachricht kann ohne HTML nicht angezeigt werden.",
    ],
)
def test_html_is_read_where_the_plain_part_is_only_a_stub(stub: str) -> None:
    assert read_body(alternative(stub, f"<p>{LETTER}</p>")).text == LETTER.strip()


@pytest.mark.parametrize("plain", ["Perfect, see you on Friday.", "You can view your HTML exercise in the browser. " + LETTER])
def test_a_short_letter_that_says_the_same_is_no_stub(plain: str) -> None:
    assert read_body(alternative(plain, f"<div>{plain}</div>")).text == plain.strip()


def test_html_alone_is_read() -> None:
    root = mime.parse(b"Content-Type: text/html; charset=utf-8\n\n<p>You will hear<br>by Friday.</p><p>Dana</p>")
    assert read_body(root).text == "You will hear\nby Friday.\n\nDana"


def test_an_attached_text_is_not_the_letter_and_a_forwarded_message_is_quoted() -> None:
    root = mime.parse(
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee below.\n"
        b"--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=cv.txt\n\nI hear by Monday.\n"
        b"--b\nContent-Type: message/rfc822\n\nSubject: Old news\nFrom: sam@x.example\n\nYou hear by Tuesday.\n--b--\n"
    )
    body = read_body(root)
    assert body.text == "See below."
    assert body.quoted == "From: sam@x.example\nSubject: Old news\n\nYou hear by Tuesday."


def test_the_same_letter_twice_under_mixed_is_read_once() -> None:
    root = mime.parse(
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nBy Friday.\n"
        b"--b\nContent-Type: text/html\n\n<p>By Friday.</p>\n--b--\n"
    )
    assert read_body(root).text == "By Friday."


def test_a_plain_letter_without_links_has_those_of_its_html() -> None:
    body = read_body(alternative(LETTER * 3, f'<p>{LETTER}</p><a href="https://cal.example/dana?a=1&amp;b=2">Book</a>'))
    assert body.links == ("https://cal.example/dana?a=1&b=2",)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div><div><br></div><div>Three</div>", "One\nTwo\n\nThree"),
        ("One<br>Two<br><br>Three", "One\nTwo\n\nThree"),
        ("<ul><li>Passport</li><li>CV</li></ul>", "- Passport\n- CV"),
        ("Fish&nbsp;&amp; chips &mdash; 5&#8364;", "Fish & chips — 5€"),
        (
            "<table><tr><td>When:</td><td>Friday 3 pm</td></tr><tr><td>Where</td><td>Room 2</td></tr></table>",
            "When: Friday 3 pm\nWhere: Room 2",
        ),
        ("<table><tr><td>10:00</td><td>Panel</td><td>Dana</td></tr></table>", "10:00 | Panel | Dana"),
        ("<table><tr><td><p>One</p><p>Two</p></td></tr></table>", "One\n\nTwo"),
        (
            "<table><tr><td><table><tr><td>Hi Rosa,</td></tr><tr><td>by Friday.</td></tr></table></td></tr></table>",
            "Hi Rosa,\nby Friday.",
        ),
        ('<div style="display:none;max-height:0">Preview &#847;&zwnj;</div><p>Letter</p>', "Letter"),
        ('<span style="font-size:0px">hidden</span>Letter', "Letter"),
        ('<span style="font-size:0.9em">shown</span> letter', "shown letter"),
        ('<p style="opacity: 0.8">shown</p>', "shown"),
        ("<style>p{}</style><script>alert(1)</script><title>t</title><p>Letter</p>", "Letter"),
        ("<!-- comment --><p>Let<!-- x -->ter</p>", "Letter"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("<p>un<b>break</b>able</p>", "unbreakable"),
        ("<p>two\n   words</p>", "two words"),
        ("no tags at all", "no tags at all"),
        ("", ""),
        ('<img alt="You are invited"><img alt="x">', "You are invited"),
        ("<p>unclosed <b>bold <div>next", "unclosed bold\n\nnext"),
    ],
)
def test_html_reads_as_a_person_sees_it(html: str, text: str) -> None:
    assert render(html).text.strip() == text


GMAIL = (
    '<div dir="ltr">By Thursday.</div><div class="gmail_quote">'
    '<div dir="ltr" class="gmail_attr">On Tue, Mar 3, 2026, Rosa wrote:<br></div>'
    '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc"><div>By Friday?</div>'
    "</blockquote></div>"
)
GMAIL_INLINE = (
    '<div class="gmail_quote"><div class="gmail_attr">On Tue, Mar 3, 2026, Rosa wrote:</div>'
    '<blockquote class="gmail_quote">By Friday?</blockquote><div>By Thursday.</div></div>'
)
OUTLOOK = (
    '<div><p>By Thursday.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Rosa<br>'
    "<b>Sent:</b> Tuesday, March 3, 2026 10:02<br><b>To:</b> Dana<br><b>Subject:</b> x</p></div><p>By Friday?</p>"
    "</div>"
)
OUTLOOK_WEB = (
    '<div>By Thursday.</div><hr><div id="divRplyFwdMsg"><b>From:</b> Rosa<br><b>Sent:</b> Tue</div><div>By Friday?</div>'
)
APPLE = (
    '<div>By Thursday.</div><br><div><blockquote type="cite"><div>On Mar 3, 2026, at 10:02, Rosa wrote:</div><br>'
    "<div>By Friday?</div></blockquote></div>"
)
MOZILLA = (
    '<div class="moz-cite-prefix">On 3/3/26 10:02, Rosa wrote:<br></div><blockquote type="cite" cite="mid:x">'
    "<p>By Friday?</p></blockquote><p>By Thursday.</p>"
)
YAHOO = (
    '<div>By Thursday.</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>On Tuesday, Rosa wrote:</div>'
    "<div>By Friday?</div></div>"
)
BARE = (
    "<p>By Thursday.</p><p>On Tue, Mar 3, 2026 at 10:02, Rosa &lt;rosa@quill.example&gt; wrote:</p>"
    "<blockquote>By Friday?</blockquote>"
)


@pytest.mark.parametrize("html", [GMAIL, GMAIL_INLINE, OUTLOOK, OUTLOOK_WEB, APPLE, MOZILLA, YAHOO, BARE])
def test_what_a_program_quotes_in_html_is_quoted(html: str) -> None:
    body = read_body(mime.parse(b"Content-Type: text/html; charset=utf-8\n\n" + html.encode()))
    assert body.text.strip("_\n") == "By Thursday."
    assert "By Friday?" in body.quoted


def test_an_indented_paragraph_is_no_quote() -> None:
    html = '<p>Two things.</p><blockquote style="margin:0 0 0 40px;border:none;padding:0px">You hear by Friday.</blockquote>'
    body = read_body(mime.parse(b"Content-Type: text/html\n\n" + html.encode()))
    assert (body.text, body.quoted) == ("Two things.\n\nYou hear by Friday.", "")


def test_links_are_collected_each_once_and_only_to_the_web() -> None:
    html = '<a href="https://a.example">a</a><a href="mailto:x@y.example">m</a><a href="javascript:x()">j</a><a href="https://a.example">b</a>'
    assert render(html).links == ("https://a.example",)
    assert len(render("".join(f'<a href="https://a.example/{number}">x</a>' for number in range(200))).links) == MAX_LINKS


@pytest.mark.parametrize("tag", ["<div>", "<blockquote>", "<ul><li>", "<font><p>", "<table><tr><td>"])
def test_html_that_is_nested_without_end_still_gives_its_words(tag: str) -> None:
    assert render(tag * 20_000 + "Friday").text.strip("-> \n") == "Friday"


def test_deep_tables_of_a_layout_are_read() -> None:
    assert render("<table><tr><td>" * 300 + "Friday").text.strip() == "Friday"


@pytest.mark.parametrize(
    ("flowed", "expected"),
    [
        ("You will hear \nby Friday.\nDana", "You will hear by Friday.\nDana"),
        ("> quoted \n> on\nown", "> quoted on\nown"),
        ("> quoted \nown", "> quoted \nown"),
        (" From the start", "From the start"),
        ("By Friday.\n-- \nDana", "By Friday.\n-- \nDana"),
    ],
)
def test_flowed_lines_are_joined(flowed: str, expected: str) -> None:
    assert unflow(flowed) == expected


def test_delsp_drops_the_space_at_the_join() -> None:
    assert unflow("金曜 \n日", delete_space=True) == "金曜日"


@given(st.text(alphabet=st.sampled_from("<>/divtablersp=\"' a&;#"), max_size=200))
def test_any_html_gives_a_text(html: str) -> None:
    assert isinstance(render(html).text, str)
