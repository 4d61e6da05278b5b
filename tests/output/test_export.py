"""Files that a run is written to: whole or not at all, and the result stays where it is."""

import json
import os
import stat

import pytest


def test_a_file_for_each_time_it_is_asked_for(invoke, tmp_path):
    """The result on stdout stays, and both files are the same."""
    files = [tmp_path / "a.json", tmp_path / "b.JSON"]
    words = [f"--export={file}" for file in files]
    plain = invoke("race", "--seed", "1", "-q")
    result = invoke("race", "--seed", "1", "-q", *words)
    assert (result.exit_code, result.stdout, result.stderr) == (0, plain.stdout, "")
    first, second = (file.read_bytes() for file in files)
    assert first == second
    assert json.loads(first)["facts"]["lost"] == 1
    assert sorted(os.listdir(tmp_path)) == ["a.json", "b.JSON"]


def test_the_same_seed_is_the_same_file(run_process, tmp_path):
    """Byte for byte, in a process of its own."""
    for name in ("a.json", "b.json"):
        run_process("fixrace", "--seed", "3", "-q", "--export", str(tmp_path / name))
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize("more", [[], ["--debug"]], ids=["info", "debug"])
def test_the_narrative_does_not_change_by_a_byte(invoke, quick, simulated, more, tmp_path):
    """With and without the file a seed gives the same log, and the same result."""
    words = [simulated, *quick[simulated], "--seed", "5", *more]
    plain, written = invoke(*words), invoke(*words, "--export", str(tmp_path / "run.json"))
    assert (written.stdout, written.stderr) == (plain.stdout, plain.stderr)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("run.txt", "'run.txt' does not end in .svg, .html or .json"),
        ("run", "'run' does not end in .svg, .html or .json"),
        ("nowhere/run.json", "'nowhere/run.json': there is no folder 'nowhere'."),
        (".json", "'.json' does not end in .svg, .html or .json"),
    ],
)
def test_what_can_be_no_file_is_a_usage_error(invoke, file, said):
    """One line that names what is allowed; nothing runs."""
    result = invoke("race", "--export", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("threaddemo race: error: Invalid value for '--export': ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("others", [["--repeat=2"], ["--explore"], ["--vary=threads=1,2"]], ids=str)
def test_a_file_is_of_one_run(invoke, others, tmp_path):
    """Of a series there is none."""
    result = invoke("race", "--export", str(tmp_path / "run.json"), *others)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "exclude each other" in result.stderr
    assert os.listdir(tmp_path) == []


def test_a_file_that_was_there(invoke, tmp_path):
    """It is replaced, with the permissions that it had; a link still leads to it."""
    file, link = tmp_path / "run.json", tmp_path / "link.json"
    file.write_text("old", "utf-8")
    file.chmod(0o640)
    link.symlink_to(file)
    assert invoke("single", "--sleep=0", "-q", "--export", str(link)).exit_code == 0
    assert json.loads(file.read_text("utf-8"))["demo"] == "single"
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert link.is_symlink()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no device that is full")
def test_a_disk_that_is_full(run_process, tmp_path):
    """The result is there, one line says what is not, exit 3."""
    (tmp_path / "run.json").symlink_to("/dev/full")
    result = run_process("race", "--seed=1", "-q", "--export", "run.json")
    assert result.returncode == 3
    assert result.stdout.startswith("2 threads took")
    assert result.stderr == "threaddemo: error: run.json: write error: No space left on device\n"


def test_a_pipe_is_written_to(run_process, tmp_path):
    """As a shell's >(...) makes one."""
    os.mkfifo(tmp_path / "run.json")
    reader = os.open(tmp_path / "run.json", os.O_RDONLY | os.O_NONBLOCK)
    try:
        result = run_process("single", "--sleep=0", "-q", "--export", "run.json")
        assert result.returncode == 0
        assert json.loads(os.read(reader, 1_000_000))["demo"] == "single"
    finally:
        os.close(reader)


def test_a_deadlock_and_an_error_have_their_files(invoke, changed, tmp_path):
    """What happened until then."""
    file = tmp_path / "run.json"
    assert invoke("deadlock", "--seed=1", "-q", "--export", str(file)).exit_code == 1
    assert json.loads(file.read_text("utf-8"))["deadlock"]
    changed("race", ("        local_copy += 1", "        local_copy += self"))
    for seed in ([], ["--seed=1"]):
        file.unlink()
        assert invoke("race", *seed, "-q", "--export", str(file)).exit_code == 3
        document = json.loads(file.read_text("utf-8"))
        assert document["summary"].startswith("error: ")
        assert document["events"]
