"""The proof that published linked data is right: ask for it in every way there is, and judge what comes back."""

from mineralkg.publishing.proof.client import BOUNDS, OF_FOLDERS, Bounds
from mineralkg.publishing.proof.run import Outcome, check_published, prove

__all__ = ["BOUNDS", "OF_FOLDERS", "Bounds", "Outcome", "check_published", "prove"]
