"""The proof that published linked data is right: ask for it in every way there is, and judge what comes back."""

from mineralkg.publishing.proof.client import BOUNDS, Bounds
from mineralkg.publishing.proof.run import Outcome, check_published, prove, usual_bounds

__all__ = ["BOUNDS", "Bounds", "Outcome", "check_published", "prove", "usual_bounds"]
