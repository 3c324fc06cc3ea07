"""The pages for people: templates, what they show, and the words of the interface."""

from mineralkg.publishing.pages.environment import assets
from mineralkg.publishing.pages.pages import Pages

__all__ = ["Pages", "assets"]
