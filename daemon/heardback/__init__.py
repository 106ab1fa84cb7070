"""heardback: knows when an employer said they would be in touch, and says when that time has passed in silence."""

__version__ = "0.1.0"
