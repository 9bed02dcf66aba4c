"""`epione fhir`: import and export from the command line."""

import json

import pytest
from typer.testing import CliRunner

from epione.project.cli.fhir import app

pytestmark = pytest.mark.django_db
runner = CliRunner()


@pytest.fixture
def file(record, tmp_path, practice):
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def test_a_record_goes_in_and_comes_out(file):
    done = runner.invoke(app, ["import", str(file), "--format", "json"])
    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert (report["facts"], report["lines"], report["left_aside"]) == (3, 2, {"Encounter": 1})
    bundle = json.loads(runner.invoke(app, ["export", report["patient_id"]]).stdout)
    kinds = sorted(entry["resource"]["resourceType"] for entry in bundle["entry"])
    assert kinds == [
        "AllergyIntolerance",
        "Condition",
        "MedicationStatement",
        "MedicationStatement",
        "Observation",
        "Patient",
    ]


def test_a_twin_and_a_broken_file_are_refused_with_the_reason(file, tmp_path):
    assert runner.invoke(app, ["import", str(file)]).exit_code == 0
    twin = runner.invoke(app, ["import", str(file)])
    assert twin.exit_code == 1
    assert twin.stderr.strip()
    assert runner.invoke(app, ["import", str(file), "--distinct"]).exit_code == 0
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    refused = runner.invoke(app, ["import", str(broken)])
    assert (refused.exit_code, "JSON" in refused.stderr) == (1, True)


def test_a_missing_file_or_practice_is_a_wrong_call(file, other_practice):
    assert runner.invoke(app, ["import", str(file)]).exit_code == 2
    assert runner.invoke(app, ["import", "/nowhere.json", "--practice", str(other_practice.id)]).exit_code == 2


def test_an_unknown_patient_is_not_exported(practice):
    assert runner.invoke(app, ["export", "01a1f8be-ca6b-7cab-b223-ea974618e31c"]).exit_code == 1
