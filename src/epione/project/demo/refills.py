"""What the demo's pharmacy dispensed: regular, early, late, and once without saying for how long. Invented."""

Dispensed = tuple[str, tuple[int, ...], int | None]
"""A medicine as typed, days since each dispensing, days that each lasts (None when nobody said)."""

EVERY_MONTH = tuple(range(12, 372, 30))
EVERY_QUARTER = (20, 110, 200, 290, 380)

# By family name.
REFILLS: dict[str, tuple[Dispensed, ...]] = {
    "Vasseur": (
        ("eliquis 5 mg", EVERY_MONTH, 30),
        ("bisoprolol 2,5 mg", EVERY_QUARTER, 90),
        ("atorvastatine 40 mg", (62, 118, 190, 231, 305, 352), 30),
        ("metformine 1000 mg", (25, 55, 85, 132, 162, 192, 222, 252, 282, 312, 342), 30),
        ("escitalopram 10 mg", (18, 48, 78), 28),
        ("ramipril 5 mg", (75, 105, 135, 165, 195, 225, 255, 285, 315, 345), 30),
        ("ramipril 5 mg", (45,), None),
    ),
    "Brunet": (
        ("previscan 20 mg", EVERY_MONTH, 30),
        ("rosuvastatine 20 mg", (95, 185, 300, 350), 30),
        ("paroxetine 20 mg", (8, 37, 66, 95, 124, 153, 182, 211, 240), 28),
        ("allopurinol 300 mg", (60, 90, 180, 210, 330, 360), 28),
    ),
    "Ozdemir": (
        ("metformine 850 mg", EVERY_QUARTER, 90),
        ("levothyrox 75", EVERY_QUARTER, 90),
        ("irbesartan 150 mg", (40, 130, 260), 90),
        ("hydrochlorothiazide 25 mg", (33, 70, 180, 214, 320), 30),
        ("gliclazide 60 mg", (15, 45, 75, 105, 135, 165), 30),
        ("gliclazide 60 mg", (195,), None),
    ),
    "Martins": (
        ("lithium 400 mg", (10, 52, 98, 130, 190, 236, 281, 330), 30),
        ("simvastatine 40 mg", EVERY_MONTH, 30),
    ),
}
