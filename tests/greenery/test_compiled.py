"""Compiled kernels are kept by the state of all their sources."""

import os
import subprocess
import sys

from xiuhua.greenery.compiled import digest


def test_a_change_in_any_source_gives_another_folder(tmp_path):
    (tmp_path / "a.py").write_text("one = 1\n")
    (tmp_path / "b.py").write_text("two = 2\n")
    before = digest(tmp_path)
    assert digest(tmp_path) == before
    (tmp_path / "b.py").write_text("two = 3\n")
    after = digest(tmp_path)
    assert after != before
    (tmp_path / "b.py").rename(tmp_path / "c.py")
    renamed = digest(tmp_path)
    assert renamed not in {before, after}
    (tmp_path / "pages.py").write_text("from django.http import HttpResponse\n")
    assert digest(tmp_path) == renamed


def told(code, **more):
    env = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"} | more
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    return said.stdout.split()


def test_numba_keeps_them_there_whether_it_was_loaded_before_or_after(tmp_path):
    ask = "import numba; print(numba.config.CACHE_DIR)"
    (after,) = told(f"import xiuhua.greenery; {ask}", XDG_CACHE_HOME=str(tmp_path))
    (before,) = told(f"import numba, xiuhua.greenery; {ask}", XDG_CACHE_HOME=str(tmp_path))
    assert after == before
    assert after.startswith(str(tmp_path / "xiuhua" / "kernels"))


def test_a_folder_that_was_named_is_kept(tmp_path):
    ask = "import xiuhua.greenery, numba; print(numba.config.CACHE_DIR)"
    assert told(ask, NUMBA_CACHE_DIR=str(tmp_path)) == [str(tmp_path)]
