"""The site as files, for any host: pages, documents, dumps, and the rules that hosts need."""

from mineralkg.publishing.static.publish import Published, publish_files

__all__ = ["Published", "publish_files"]
