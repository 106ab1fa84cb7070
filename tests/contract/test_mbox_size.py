"""A Takeout of any size is read as a stream: what it costs in memory does not grow with the file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

_LETTER = (
    b"From 1789@xxx Tue Mar 03 15:14:00 +0000 2026\n"
    b"From: Dana <dana@brightforge.example>\nTo: rosa@quill.example\nSubject: Letter %d\n"
    b"Date: Tue, 03 Mar 2026 15:14:00 +0000\nMessage-ID: <m%d@brightforge.example>\n"
    b'Content-Type: multipart/mixed; boundary="b"\n\n'
    b"--b\nContent-Type: text/plain\n\nWe will call you on Friday.\n"
    b"--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n"
)
_END = b"\n--b--\n\n"
_ATTACHMENT = (b"JVBERi0xLjQKMSAwIG9iago8PCAvVHlwZSAvQ2F0YWxvZyAvUGFnZXMgMiAwIFI+PgplbmRv\n" * 27_000)[: 2 * 1024 * 1024]

_READ = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from heardback.mailbox.mbox import MboxSource
source = MboxSource(Path(sys.argv[1]), name="takeout")
since = datetime.fromisoformat(sys.argv[2]).replace(tzinfo=UTC)
count = largest = 0
for batch in source.headers_since(None, since):
    count += len(batch.headers)
    for message in source.texts([header.key for header in batch.headers][:40]):
        largest = max(largest, len(message.content))
# The high-water mark of this program alone: ru_maxrss would begin with that of the one that started it.
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(count, largest, peak)
"""


def takeout(path: Path, letters: int) -> Path:
    with path.open("wb") as file:
        for number in range(letters):
            file.write(_LETTER % (number, number) + _ATTACHMENT + _END)
    return path


def read_apart(path: Path, since: str = "2000-01-01") -> tuple[int, int, int]:
    """Letters, the longest text in bytes, and the peak of memory in KB, of a program that does nothing else."""
    done = subprocess.run([sys.executable, "-c", _READ, str(path), since], check=True, capture_output=True, text=True)
    count, largest, peak_kb = done.stdout.split()
    return int(count), int(largest), int(peak_kb)


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("takeout")
    return takeout(folder / "small.mbox", 5), takeout(folder / "large.mbox", 110)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is read from /proc")
def test_two_hundred_megabytes_cost_no_more_memory_than_ten(sizes: tuple[Path, Path]) -> None:
    small, large = sizes
    assert large.stat().st_size > 200_000_000
    small_count, _, small_peak_kb = read_apart(small)
    large_count, longest, large_peak_kb = read_apart(large)
    assert (small_count, large_count) == (5, 110)
    assert longest < 10_000, "attachments are left out"
    assert large_peak_kb - small_peak_kb < 6_000
    assert large_peak_kb < 60_000


def test_what_is_older_than_asked_for_is_passed_over(sizes: tuple[Path, Path]) -> None:
    assert read_apart(sizes[0], since="2026-03-04")[0] == 0
