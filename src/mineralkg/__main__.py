"""``python -m mineralkg`` is the command line."""

from mineralkg.cli import run

run()
