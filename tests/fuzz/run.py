"""Guided fuzzing with atheris: `make fuzz` (``FUZZ_SECONDS`` in all, an hour's worth of patience not needed).

    python -m tests.fuzz.run TARGET SECONDS [CORPUS_FOLDER]

Ends with libFuzzer's own status: 0 when the time is up and nothing was found. What it finds is written as crash-* into the
present folder; the bytes become a test in ``test_fuzz.py``.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["heardback"], enable_loader_override=False):
    from tests.fuzz.targets import TARGETS

SEEDS = {
    "message": b"From: Dana <d@x.example>\r\nTo: rosa@quill.example\r\nSubject: =?utf-8?q?Hi?=\r\n"
    b"Date: Wed, 11 Mar 2026 10:02:03 -0500\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nYou will hear by Friday.\r\n--b--\r\n",
    "letter": b"You'll hear from us by the end of next week, Dana. Can you send me your references by 3pm on Friday 13 March?",
    "markup": b"<html><body><p>You will hear <b>by Friday</b>.</p><blockquote>On Monday</blockquote></body></html>",
    "invite": b"UID:1@x.example\r\nDTSTART;TZID=America/New_York:20260604T140000\r\nDURATION:PT1H\r\n"
    b"SUMMARY:Interview\\, Data\r\nEND:VEVENT\r\n",
    "sentence": b"by COB Thursday, within 5-7 business days, early next week, 12 March at 3pm ET",
    "answer": b'1 (UID 7 FLAGS (\\Seen) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 44 '
    b"BODY[HEADER] {30}\nSubject: x\n\n)",
}


def main() -> None:
    name, seconds, *corpus = sys.argv[1:]
    target = TARGETS[name]
    target(SEEDS[name])
    options = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=10", "-rss_limit_mb=2048", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, *corpus], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
