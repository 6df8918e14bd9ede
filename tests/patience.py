"""The limits of readers in tests: the machine that runs them may be busy; test_bad_files.py holds the limit of time."""

from data.document import Limits

PATIENT = Limits(seconds=60)
