"""The supervisor with children that know nothing of Kinora."""

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.supervising.home import HOUSEHOLD, Home, eventually, is_alive

DEAF = 'trap "" TERM; echo deaf > deaf; while :; do sleep 0.2; done'
LEASHED = "import time; from app.supervising.leash import die_with_parent; die_with_parent(); time.sleep(1000)"


def test_a_child_that_dies_is_started_again_after_growing_pauses(home: Home) -> None:
    home.start(home.child("web", "date +%s.%N >> starts; exit 3"))
    eventually(lambda: home.has("starts") and len(home.note("starts").split()) >= 4)
    starts = [float(start) for start in home.note("starts").split()[:4]]
    pauses = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert all(pause >= least for pause, least in zip(pauses, (0.2, 0.4, 0.8), strict=True))
    home.says("web ended with exit code 3; starting it again in 0.2 s")


def test_one_dead_child_does_not_end_the_others(home: Home) -> None:
    home.start(home.child("web"), home.child("worker"))
    web, worker = home.pid("web"), home.pid("worker")
    os.kill(web, signal.SIGKILL)
    home.says("web was ended by a signal (Killed); starting it again")
    eventually(lambda: home.pid("web") != web)
    assert is_alive(worker)
    assert home.pid("worker") == worker


def test_a_program_that_is_not_there_is_told_and_tried_again(home: Home) -> None:
    home.start({"name": "web", "argv": ["./later"]})
    home.says("web could not be started")
    (home.folder / "later").write_text("#!/bin/sh\necho here > here\nexec sleep 1000\n")
    (home.folder / "later").chmod(0o755)
    assert home.note("here")


def test_what_a_dead_child_leaves_behind_is_ended(home: Home) -> None:
    home.start(home.child("web", "sleep 1000 & echo $! >> left.pid; [ -e twice ] && wait; echo x > twice; exit 1"))
    left = home.pid("left")
    home.note("twice")
    eventually(lambda: not is_alive(left))


def test_lines_go_out_under_the_name_of_the_one_who_said_them(home: Home) -> None:
    home.start(home.child("web", "echo hello; echo trouble >&2; exec sleep 1000"), home.child("worker", "printf half"))
    home.says("web    | hello\nweb    | trouble\n")
    home.says("worker | half\n")


def test_a_quiet_child_is_heard_when_it_dies(home: Home) -> None:
    home.start(home.child("redis", "echo why; sleep 0.3; exit 1", quiet=True))
    home.pid("redis")
    assert "why" not in home.output().read_text()
    home.says("redis | why\nredis ended with exit code 1")


def test_a_quiet_child_that_was_asked_to_end_stays_quiet(home: Home) -> None:
    run = home.start(home.child("redis", "echo hello; echo x > said; exec sleep 1000", quiet=True))
    home.note("said")
    run.terminate()
    assert run.wait(10) == 0
    assert home.output().read_text() == ""


def test_a_one_shot_runs_once_and_those_after_it_wait_for_it(home: Home) -> None:
    home.start(
        home.child("web", "[ -e migrated ] && echo ok > order; exec sleep 1000", after=["migrate"]),
        home.child("migrate", "sleep 0.3; echo x > migrated", one_shot=True, ready_words="Migrated"),
    )
    assert home.note("order") == "ok\n"
    home.says("Migrated")
    time.sleep(0.5)
    assert len(home.note("migrate.pid").split()) == 1


def test_a_failed_one_shot_on_which_others_wait_ends_all(home: Home) -> None:
    run = home.start(
        home.child("web", after=["migrate"]), home.child("redis"), home.child("migrate", "exit 7", one_shot=True)
    )
    assert run.wait(10) == 1
    assert "migrate ended with exit code 7; web cannot start without it" in home.output().read_text()
    assert not home.has("web.pid")


def test_a_failed_one_shot_on_which_nobody_waits_is_only_told(home: Home) -> None:
    run = home.start(home.child("web"), home.child("seed", "exit 7", one_shot=True, after=["web"]))
    home.says("seed ended with exit code 7\n")
    assert run.poll() is None


def test_ctrl_c_ends_all_in_order_and_is_no_failure(home: Home) -> None:
    def told(name: str, after: list[str]) -> dict:
        script = f"trap 'echo {name} >> told; sleep 0.3; exit 0' TERM; echo x > {name}.up; while :; do sleep 0.05; done"
        return home.child(name, script, after=after)

    run = home.start(told("web", ["redis"]), told("worker", ["redis"]), told("redis", []))
    for name in ("web", "worker", "redis"):
        home.note(f"{name}.up")
    run.send_signal(signal.SIGINT)
    assert run.wait(10) == 0
    assert set(home.note("told").split()[:2]) == {"web", "worker"}
    assert home.note("told").split()[2:] == ["redis"]
    assert not any(is_alive(home.pid(name)) for name in ("web", "worker", "redis"))


def test_who_does_not_listen_is_killed_when_the_time_is_up(home: Home) -> None:
    run = home.start(home.child("worker", DEAF), home.child("redis"), grace=1)
    home.note("deaf")
    begin = time.monotonic()
    run.terminate()
    assert run.wait(10) == 0
    assert 0.8 < time.monotonic() - begin < 6
    assert not is_alive(home.pid("worker"))


def test_a_second_ctrl_c_kills_at_once_and_a_second_sigterm_does_not(home: Home) -> None:
    run = home.start(home.child("worker", DEAF), grace=30)
    home.note("deaf")
    run.terminate()
    run.terminate()
    time.sleep(0.5)
    assert run.poll() is None
    run.send_signal(signal.SIGINT)
    assert run.wait(10) == 0
    assert not is_alive(home.pid("worker"))


def test_killed_outright_it_leaves_nothing(home: Home) -> None:
    grandchild = (
        f'PYTHONPATH="{Path(HOUSEHOLD).parents[2]}" "{sys.executable}" -c "{LEASHED}" & echo $! >> horse.pid; wait'
    )
    run = home.start(home.child("web"), home.child("worker", grandchild), home.child("redis", DEAF))
    pids = [home.pid(name) for name in ("web", "worker", "redis", "horse")]
    home.note("deaf")
    time.sleep(0.3)  # the grandchild's interpreter starts
    run.kill()
    run.wait()
    eventually(lambda: not any(is_alive(pid) for pid in pids))


def test_when_make_is_killed_outright_all_ends_in_order(home: Home) -> None:
    make = home.start(
        home.child("web", "trap 'echo x > told; exit 0' TERM; echo x > up; while :; do sleep 0.05; done"), around="make"
    )
    home.note("up")
    make.kill()
    assert home.note("told")
    eventually(lambda: not is_alive(home.pid("web")))


def test_make_hands_sigterm_on(home: Home) -> None:
    make = home.start(home.child("web"), around="make")
    web = home.pid("web")
    make.terminate()
    make.wait(5)
    eventually(lambda: not is_alive(web))


def test_a_reader_that_stalls_does_not_stall_the_children(home: Home) -> None:
    chatter = "i=0; while [ $i -lt 30000 ]; do echo 0123456789abcdef; i=$((i+1)); done; echo x > done; exec sleep 1000"
    spec = home.folder / "spec.json"
    spec.write_text(f'{{"grace": 10, "children": [{{"name": "web", "argv": ["sh", "-c", "{chatter}"]}}]}}')
    run = subprocess.Popen([sys.executable, HOUSEHOLD, spec], stdout=subprocess.PIPE, cwd=home.folder)
    home.started.append(run)
    home.note("done")
    run.terminate()
    assert run.wait(10) == 0
