"""The page at /docs: the OpenAPI document as plain HTML, without scripts or anything from elsewhere."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


def kind_of(schema: dict[str, Any]) -> str:
    """A schema in a few words: `list of SaleLine`, `number 0..100`, `one of ...`."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    if "anyOf" in schema:
        return " or ".join(kind_of(part) for part in schema["anyOf"])
    if "enum" in schema:
        shown = [str(value) for value in schema["enum"][:6]]
        return "one of " + ", ".join(shown) + (", …" if len(schema["enum"]) > 6 else "")
    if schema.get("type") == "array":
        return "list of " + kind_of(schema.get("items", {}))
    low, high = schema.get("minimum"), schema.get("maximum")
    span = f" {low:g}..{high:g}" if low is not None and high is not None else ""
    return str(schema.get("type", "any")) + span


def page(document: dict[str, Any]) -> str:
    """HTML of an OpenAPI document."""
    operations = [
        {"path": path, "method": method.upper()} | operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    template = _TEMPLATES.get_template("docs.html")
    return template.render(
        info=document["info"],
        operations=operations,
        schemas=document["components"]["schemas"],
        kind_of=kind_of,
    )
