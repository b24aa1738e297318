"""acpitools: which physical memory will end up movable, and so removable, and why not the rest?"""

__version__ = "0.1.0"
