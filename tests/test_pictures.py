"""The README's pictures are what their commands draw; each says in its last line which that is.

`python tests/test_pictures.py` draws them all anew. A new one is begun by hand, in tests/programs:
`threaddemo race --seed 1 --export ../pictures/race.svg`.
"""

import re
import shlex
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from process import processes

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "pictures"
PROGRAMS = ROOT / "tests" / "programs"
README = ROOT / "README.md"
SHOWN = re.compile(r"!\[([^\]]*)\]\((tests/pictures/[^)]+)\)")
FILES = sorted(FOLDER.iterdir())


def words_of(file):
    """What is typed after ``threaddemo`` to draw a picture."""
    root = ET.fromstring(file.read_text("utf-8"))
    (line,) = root.findall("{*}text[@class='command']")
    program, *words = shlex.split(line.text)
    assert program == "threaddemo"
    assert {"--seed", "--schedule"} & set(words)
    return words


def drawn(words, file):
    """What a command draws now."""
    command = [*processes.MODULE, *words, "-q", "--export", str(file)]
    end = processes.run(command, processes.environment(), cwd=PROGRAMS)
    assert end.returncode in (0, 1), end.stderr  # 1: a deadlock
    return file.read_bytes()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_picture_is_what_its_command_draws(file, tmp_path):
    """Byte for byte, on every Python."""
    assert drawn(words_of(file), tmp_path / file.name) == file.read_bytes()


def test_the_readme_shows_them():
    """Each of them, with words for who can't see it, and none that is not there."""
    shown = SHOWN.findall(README.read_text("utf-8"))
    assert sorted(path for _, path in shown) == [str(file.relative_to(ROOT)) for file in FILES]
    assert all(words for words, _ in shown)


def rewrite():
    """Draw each of them anew."""
    for file in FILES:
        drawn(words_of(file), file)


if __name__ == "__main__":
    rewrite()
