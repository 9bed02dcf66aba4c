"""The page kit: components, navigation, typography. Each component and state is shown at `/kit/` (demo and tests).

To make a page: extend `kit/base.html` (blocks `title`, `page`, `drawer`, `head`, `after`; before sign-in
`kit/base_plain.html`), `{% load kit %}`, and give `banner` (`kit.banner.PatientBanner`) in the context when a record is
open. To be found: `navigation.register`, `home.register`, `search.register`, `shell.provide` in `apps.ready()`.
Facts for components are the dataclasses of `kit.parts`; drawings are functions of `kit.charts` and `kit.marks`.

In a page `data-key` is the letter of a button, `data-row` a line for J and K, `data-draft` keeps an unsent form,
`data-dialog` opens a dialog, `data-lights` and `data-lit` tie a line and a drawing, `data-say` is spoken after a swap.
"""
