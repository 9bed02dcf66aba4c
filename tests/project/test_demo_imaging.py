"""The computed examinations of the demo: values and sizes are those that its pages state."""

import numpy as np
from pydicom import dcmread
from pydicom.filebase import DicomBytesIO

from epione.project.demo import anatomy
from epione.project.demo.imaging import CHEST, GREW, heads, ultrasound


def test_the_chest_has_the_values_of_a_chest() -> None:
    chest = anatomy.thorax(CHEST)
    x, y, z = (np.abs(CHEST.axis(axis)) for axis in range(3))
    middle = int(np.argmin(z))
    assert chest[middle, 0, 0] == anatomy.AIR
    assert 100 < chest[middle, int(np.argmin(np.abs(CHEST.axis(1) - 74))), int(np.argmin(x))] < 300
    right = chest[middle, int(np.argmin(y)), int(np.argmin(np.abs(CHEST.axis(0) + 90)))]
    assert -1000 < right < -700


def test_the_nodule_is_as_wide_as_it_is_said_to_be() -> None:
    lung = np.full(tuple(reversed(CHEST.count)), -860, dtype=np.float32)
    through = int(np.argmin(np.abs(CHEST.axis(2) - anatomy.NODULE_AT[2])))
    row = int(np.argmin(np.abs(CHEST.axis(1) - anatomy.NODULE_AT[1])))
    for width in GREW:
        profile = anatomy.with_nodule(lung, CHEST, width)[through, row]
        share = (profile + 860) / (38 + 860)
        assert abs(share.sum() * CHEST.step[0] - width) < 1.5


def test_its_files_are_readable_and_name_invented_people() -> None:
    head = dcmread(DicomBytesIO(heads()[5]))
    assert (head.Modality, str(head.PatientName), head.pixel_array.shape) == ("MR", "KOWALSKI^Irène", (224, 224))
    picture = dcmread(DicomBytesIO(ultrasound()))
    assert picture.pixel_array[8:24, 12:140].max() > 200
    assert picture.pixel_array[60:96, :200].max() == 0
