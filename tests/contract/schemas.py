"""The JSON Schemas of docs/contracts, those of the sub-workflows, and the partners' OpenAPI documents they refer to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

DOCS = Path(__file__).resolve().parents[2] / "docs"


def read(folder: Path) -> dict[str, Any]:
    """{name of the file without its ending: schema}."""
    return {
        path.name.removesuffix(".schema.json"): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.schema.json"))
    }


SCHEMAS = read(DOCS / "contracts")
WORKFLOWS = read(DOCS / "contracts" / "workflows")
PARTNERS = {
    f"partners/{path.name}": yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((DOCS / "partners").glob("*.openapi.yaml"))
}
REGISTRY: Any = Registry().with_resources(
    [(schema["$id"], Resource.from_contents(schema)) for schema in [*SCHEMAS.values(), *WORKFLOWS.values()]]
    + [(name, Resource.from_contents(document, DRAFT202012)) for name, document in PARTNERS.items()]
)


def errors(name: str, value: Any) -> list[str]:
    """What of a value does not fit the schema of this name, one of either folder."""
    schema = {**SCHEMAS, **WORKFLOWS}[name]
    validator = Draft202012Validator(schema, registry=REGISTRY)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
