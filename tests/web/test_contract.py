"""The API does what /openapi.json says: real answers of every address, and whatever schemathesis thinks up."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.openapi import from_dict
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from monitor.service.wiring import open_services, utc_now
from monitor.settings.home import Home
from monitor.web.app import create_app
from tests.conftest import Command
from tests.web.calls import ALERT, CALLS, OURS, ask
from tests.web.conftest import ADDRESS, Browser

NOWHERE = 'proxy = "http://127.0.0.1:9"\n'
"""What keeps a generated address from being asked for: nobody answers at this proxy."""
EXAMPLES = int(os.environ.get("MONITOR_CONTRACT_EXAMPLES", "8"))
"""Of each address; `MONITOR_CONTRACT_EXAMPLES=2000` for a long run."""


@pytest.fixture
def api(seen: Command, home: Path) -> Iterator[Browser]:
    """The API in front of a home that has seen something, has an alert, and reaches nobody."""
    file = home / "config" / "monitor.toml"
    file.write_text(file.read_text().replace("[fetch]\n", f"[fetch]\n{NOWHERE}") + ALERT)
    with open_services(Home(home), utc_now()) as services:
        yield Browser(create_app(services, utc_now))


def strict(schema: Any) -> Any:
    """Return a schema that takes no key it does not describe: docs must not lag behind."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    if isinstance(made.get("properties"), dict) and made.get("type") == "object":
        made.setdefault("additionalProperties", False)
    return made


def test_every_address_answers_as_it_is_described(api: Browser) -> None:
    document = ask(api.app, "GET", "/openapi.json").json()
    loose = {"WholeEdition", "SectionShown"}  # frozen: docs/json.md describes them
    schemas = document["components"]["schemas"]
    for name in schemas.keys() - loose:
        schemas[name] = strict(schemas[name])
    registry: Registry[Any] = Registry().with_resource(
        "urn:api", Resource.from_contents(document, default_specification=DRAFT202012)
    )
    asked = set()
    edition = ask(api.app, "GET", "/api/digests").json()["editions"][0]["edition"]
    for call in CALLS:
        asked.add(call.operation)
        path = (call.path or call.template).replace("EDITION", edition)
        if "EDIT/" in path:
            newest = ask(api.app, "GET", "/api/edits").json()["edits"][0]["id"]
            path = path.replace("EDIT", newest)
        response = ask(api.app, call.method, path, call.body)
        assert response.status_code == call.status, (call.operation, response.text)
        described = document["paths"][call.template][call.method.lower()]["responses"]
        content = described[str(call.status)]["content"]
        media_type = response.headers["content-type"].partition(";")[0]
        assert media_type in content, call.operation
        if "schema" in content[media_type]:
            schema = {"$ref": f"urn:api{content[media_type]['schema']['$ref']}"}
            validator = Draft202012Validator(
                schema, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
            )
            faults = [
                f"{each.json_path}: {each.message}"
                for each in validator.iter_errors(response.json())
            ]
            assert not faults, (call.operation, faults)
    described_all = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert asked == described_all


@pytest.fixture
def contract(api: Browser) -> BaseSchema:
    config = SchemathesisConfig()
    config.projects.default.generation.update(deterministic=True, max_examples=EXAMPLES)
    # That a text is no query, no time or no address of a feed is more than a schema can say.
    checks = config.projects.default.checks
    positive = checks.positive_data_acceptance
    positive.expected_statuses = [*positive.expected_statuses, "400"]
    # A text that is too long may make a body that is too large.
    negative = checks.negative_data_rejection
    negative.expected_statuses = [*negative.expected_statuses, "413"]
    # That a feed's server does not answer is no failure of the monitor's.
    server = checks.not_a_server_error
    server.expected_statuses = [*server.expected_statuses, "502"]
    config.projects.default.update(base_url=ADDRESS, headers=dict(OURS))
    document = ask(api.app, "GET", "/openapi.json").json()
    schema: BaseSchema = from_dict(document, config=config)
    schema.app = api.app
    return schema


@pytest.mark.timeout(120 + 60 * EXAMPLES)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_whatever_is_asked_is_answered_as_described(
    contract: BaseSchema, mode: GenerationMode
) -> None:
    failures = []
    # What is wrong takes much longer to think up, and is refused before much is done.
    examples = EXAMPLES if mode is GenerationMode.POSITIVE else -(-EXAMPLES // 3)
    for result in contract.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def check(case: schemathesis.Case[Any]) -> None:
            # What may stand in a table of config/ is known to those who read it, not to the schema.
            free = "/api/settings/" in case.path and mode is GenerationMode.POSITIVE
            case.call_and_validate(excluded_checks=[positive_data_acceptance] if free else None)

        try:
            check()
        except Unsatisfiable:
            continue  # an address without parameters cannot be asked wrongly
        except (FailureGroup, AssertionError) as failure:
            failures.append(f"{operation.label}: {failure}")
    assert not failures, "\n\n".join(failures)
