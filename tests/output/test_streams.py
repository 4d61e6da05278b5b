"""Writing whole lines: nothing torn, nothing lost, and an error that is heard of."""

import errno
import io
import os
import sys
import threading

import pytest

from threaddemo.output import streams


class Broken(io.StringIO):
    """A stream without a descriptor that cannot be written."""

    def write(self, text):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("name", ["stdout", "stderr"])
def test_the_stream_is_the_one_of_now(monkeypatch, name):
    """Who replaces sys.stdout after the import is heard."""
    for _ in range(2):
        stream = io.StringIO()
        monkeypatch.setattr(sys, name, stream)
        streams.write(name, "one\n")
        streams.write(name, "two\n")
        assert stream.getvalue() == "one\ntwo\n"


def test_what_the_stream_has_buffered_comes_first(tmp_path, monkeypatch):
    """The order of the output is the order of the writing."""
    with open(tmp_path / "file", "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        print("first")
        streams.write("stdout", "second\n")
        assert (tmp_path / "file").read_text(encoding="utf-8") == "first\nsecond\n"


@pytest.mark.parametrize(
    ("encoding", "expected"), [("utf-8", "Prüfung €\n"), ("ascii", "Pr\\xfcfung \\u20ac\n")]
)
def test_the_encoding_is_the_streams(tmp_path, monkeypatch, encoding, expected):
    """What it has no letters for is written as its number: no traceback."""
    with open(tmp_path / "file", "w", encoding=encoding) as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        streams.write("stdout", "Prüfung €\n")
    assert (tmp_path / "file").read_bytes() == expected.encode(encoding)


def test_the_system_may_take_only_a_part(tmp_path, monkeypatch):
    """The rest is written after it."""
    write = os.write
    with open(tmp_path / "file", "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(os, "write", lambda fd, data: write(fd, bytes(data[:3])))
        streams.write("stdout", "a long line\n" * 10)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "a long line\n" * 10


@pytest.mark.skipif(sys.platform == "win32", reason="there a pipe cannot be non-blocking")
def test_a_pipe_that_is_full_and_does_not_block(monkeypatch):
    """Who shares the pipe may have made it non-blocking: the writer waits for room."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    text = "0123456789" * 30_000
    read = []

    def drain():
        while data := os.read(reader, 4096):
            read.append(data)

    thread = threading.Thread(target=drain)
    thread.start()
    with open(writer, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        streams.write("stdout", text)
    thread.join(30)
    os.close(reader)
    assert b"".join(read).decode() == text


@pytest.mark.parametrize(
    ("stream", "reason"),
    [(None, os.strerror(errno.EBADF)), (Broken(), os.strerror(errno.ENOSPC))],
    ids=["closed", "full"],
)
def test_an_error_says_to_what_and_why(monkeypatch, stream, reason):
    """It has the stream's name and the system's words."""
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(streams.WriteError) as error:
        streams.write("stdout", "text\n")
    assert str(error.value) == f"stdout: write error: {reason}"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no such device")
def test_a_full_disk(monkeypatch):
    """What the system refuses is an error, not a silence."""
    with open("/dev/full", "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with pytest.raises(streams.WriteError, match=r"^stdout: write error: "):
            streams.write("stdout", "text\n")


@pytest.mark.parametrize("stream", [None, Broken()], ids=["closed", "full"])
def test_who_cannot_complain_is_quiet(monkeypatch, stream):
    """The exit code still tells."""
    monkeypatch.setattr(sys, "stderr", stream)
    streams.complain("it does not matter")


def test_a_complaint_is_one_line(capsys):
    """Whatever is in it."""
    streams.complain("an error\n  of several\nlines")
    assert capsys.readouterr().err == "an error of several lines\n"


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_is_terminal(monkeypatch, stream):
    """A stream that is closed is none."""
    monkeypatch.setattr(sys, stream, None)
    assert streams.is_terminal(stream) is False
    made = io.StringIO()
    monkeypatch.setattr(sys, stream, made)
    assert streams.is_terminal(stream) is False
    monkeypatch.setattr(made, "isatty", lambda: True)
    assert streams.is_terminal(stream) is True


def test_the_result_that_cannot_be_written(invoke, monkeypatch):
    """One line says so, and the exit code is that of a failed run."""
    from threaddemo import session

    write = streams.write

    def refuse(name, text):
        if name == "stdout":
            raise streams.WriteError("stdout: write error: No space left on device")
        write(name, text)

    monkeypatch.setattr(session.streams, "write", refuse)
    result = invoke("join", "--sleep", "0", "-q")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "threaddemo: error: stdout: write error: No space left on device\n"


@pytest.mark.parametrize("demo_arguments", [["join", "--sleep", "0"], ["daemon", "--sleep", "0"]])
def test_the_two_streams(run_process, demo_arguments):
    """Nothing of the narrative is on stdout, nothing of the result on stderr."""
    result = run_process(*demo_arguments)
    assert result.stdout.count("\n") == 1
    assert result.stdout not in result.stderr
    assert all(line[2] == line[5] == ":" for line in result.stderr.splitlines())
