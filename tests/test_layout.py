"""Layout: the packages on the path are ours, the folders are those of the design, policies are labelled by rule."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("data", "model", "eval", "training", "serve")


@pytest.mark.parametrize("name", PACKAGES)
def test_package_is_ours(name: str) -> None:
    package = importlib.import_module(name)
    assert package.__file__
    assert Path(package.__file__).parent == ROOT / name


def test_no_other_folder_holds_code() -> None:
    folders = {
        path.relative_to(ROOT).parts[0] for path in ROOT.glob("*/**/*.py") if path.parts[len(ROOT.parts)][0] != "."
    }
    assert folders - {"runs"} <= {*PACKAGES, "tests"}


def test_every_module_says_what_it_is() -> None:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            assert path.read_text(encoding="utf-8").startswith('"""'), path


def test_to_classify_needs_no_torch() -> None:
    code = "import sys, serve.cli; print(sorted({'torch', 'transformers', 'sklearn', 'datasets'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
