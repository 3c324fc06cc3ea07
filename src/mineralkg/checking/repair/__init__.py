"""Fixes: edits that are known to mend a finding, because they have been tried."""

from mineralkg.checking.repair.candidate import Candidate
from mineralkg.checking.repair.candidates import Candidates
from mineralkg.checking.repair.syntax import syntax_candidates
from mineralkg.checking.repair.trying import Offer, Recheck, fix_of, most_trials, verified

__all__ = ["Candidate", "Candidates", "Offer", "Recheck", "fix_of", "most_trials", "syntax_candidates", "verified"]
