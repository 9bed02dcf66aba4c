"""Invented pictures for the demo: slices of a head as an MR machine shows them, the fan of an ultrasound probe."""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Picture = npt.NDArray[np.float32]
SIDE = 224


def head(depth: float, *, seed: int) -> Picture:
    """A slice of a head, T2-weighted, 0 to 1; `depth` runs from -1 (base) to 1 (vertex)."""
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j].astype(np.float32)
    round_here = float(np.sqrt(max(1 - (0.86 * depth) ** 2, 0.05)))
    far = np.sqrt((x / (0.62 * round_here)) ** 2 + (y / (0.77 * round_here)) ** 2)
    turn = np.arctan2(y, x)
    folds = 0.035 * np.sin(13 * turn + 5 * depth) + 0.028 * np.sin(23 * turn - 9 * depth + 1.3 * np.sin(4 * turn))
    made = np.zeros_like(far)
    for reach, value in ((1.30, 0.62), (1.20, 0.06), (1.09, 0.95)):
        made = _over(made, reach - far, value)
    made = _over(made, 1.02 + 0.4 * folds - far, 0.52)
    made = _over(made, 0.86 + 2.1 * folds - far, 0.33)
    grooves = (0.5 - np.abs(np.sin(9 * turn + 4 * depth) * 0.5)) * np.clip((far - 0.80) * 5, 0, 1) * (far < 1.0)
    made += 0.5 * np.clip(grooves * 2 - 0.75, 0, 1)
    made = _over(made, 0.012 - np.abs(x) - 0.2 * np.clip(0.55 - far, 0, 1) - (far > 0.98), 0.9)
    if -0.5 < depth < 0.62:
        made = _ventricles(made, x, y, depth)
    grain = np.random.default_rng(seed).normal(0, 0.022, (2, *made.shape))
    return np.asarray(np.hypot(made + grain[0], grain[1]), dtype=np.float32)


def _ventricles(made: Picture, x: Picture, y: Picture, depth: float) -> Picture:
    """Lateral ventricles above, deep nuclei and the third ventricle below; a little wide, as with age."""
    size = 1 - abs(depth - 0.1)
    for side in (-1, 1):
        bent = x * side - 0.055 - 0.09 * (y + 0.02) ** 2 * 6
        if depth < 0.2:
            made = _over(made, 1 - np.hypot((x * side - 0.19) / 0.085, (y - 0.01) / 0.17), 0.45, 0.15)
        made = _over(made, 1 - np.hypot(bent / (0.062 * size), y / (0.33 * size)), 0.97, 0.2)
    return _over(made, 1 - np.hypot(x / 0.014, (y - 0.05) / 0.11), 0.97, 0.3) if depth < 0.15 else made


def _over(under: Picture, inside: Picture, value: float, edge: float = 0.018) -> Picture:
    """Paint a value where `inside` is positive, with a soft edge."""
    share = np.clip(inside / edge + 0.5, 0, 1)
    return np.asarray(under + share * (value - under), dtype=np.float32)


def fan(name: str, born: str, *, seed: int) -> npt.NDArray[np.uint8]:
    """An ultrasound picture of 640 x 480 pixels with a name written above it, as many machines do."""
    rows, columns = np.mgrid[:480, :640].astype(np.float32)
    across, down = columns - 320, rows + 40
    depth, angle = np.hypot(across, down), np.arctan2(across, down)
    random = np.random.default_rng(seed)
    echoes = np.hypot(*random.standard_normal((2, 260, 220)))
    speckle = echoes[
        np.clip(depth / 520 * 260, 0, 259).astype(int), np.clip((angle + 0.62) / 1.24 * 220, 0, 219).astype(int)
    ]
    tissue = 0.30 * speckle * (1.1 - depth / 900)
    tissue += 0.55 * np.exp(-((depth - 150 - 14 * np.sin(angle * 5)) ** 2) / 60)
    cyst = np.hypot((across + 60) / 46, (down - 330) / 36)
    tissue = np.where(cyst < 1, 0.03, tissue) + 0.5 * np.exp(-((cyst - 1.05) ** 2) / 0.004)
    tissue *= 1 + 0.55 * ((np.abs(angle + 0.18) < 0.11) & (depth > 380))
    vessel = np.hypot((across - 95) / 70, (down - 300 - 0.25 * across) / 9)
    tissue = np.where(vessel < 1, 0.04, tissue)
    inside = (np.abs(angle) < 0.60) & (depth > 96) & (depth < 505)
    drawn = Image.fromarray((np.clip(np.where(inside, tissue, 0), 0, 1) * 235).astype(np.uint8))
    pen, font = ImageDraw.Draw(drawn), ImageFont.load_default(15)
    pen.text((12, 8), name, fill=230, font=font)
    pen.text((12, 28), born, fill=230, font=font)
    pen.text((500, 8), "C5-2   12 cm", fill=200, font=font)
    return np.asarray(drawn, dtype=np.uint8)
