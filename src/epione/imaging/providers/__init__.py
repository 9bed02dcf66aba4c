"""Engines that imaging uses: decoders of pixels, readers of burned-in text."""
