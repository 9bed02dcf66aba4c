"""Pixels to pictures: cells, quantities, windows, colours, PNG. Plain numpy, nothing of files or decoders."""

from .encapsulated import frame_bytes as frame_bytes
from .faults import PixelFault as PixelFault
from .grey import Window as Window
from .grey import greys_of as greys_of
from .grey import said_of as said_of
from .layout import Layout as Layout
from .layout import layout_of as layout_of
from .png import png as png
from .presets import PRESETS as PRESETS
from .presets import presets_of as presets_of
from .view import View as View
from .view import picture as picture
