"""JSON Lines checked by this package and by the validators of JSON Schema and of types, on the same file.

All five decode each line and look at every documented member of it. Only this package also looks at what goes beyond a
schema (the order of roles, the characters in all, the model that a line names) and says where and why a line is wrong.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import datamodel_code_generator as dcg
import fastjsonschema
import jsonschema_rs
import msgspec
from datamodel_code_generator.enums import DataModelType

from qianfan_typed.facts.schemas import schema
from qianfan_typed.payloads.file_check import check_payload_files
from qianfan_typed.payloads.units import PayloadFile
from qianfan_typed.reports.findings import Tally, ViolationFilter

LINES = 20_000
USER = {"role": "user", "content": "你好"}
REQUESTS: dict[str, dict[str, Any]] = {
    "chats of one message": {"model": "ERNIE-Lite-Pro-128K", "messages": [USER], "temperature": 0.5},
    "chats of three, five parameters": {
        "model": "ERNIE-Lite-Pro-128K",
        "messages": [USER, {"role": "assistant", "content": "你好，有什么可以帮助你的吗？"}, USER],
        "temperature": 0.5,
        "top_p": 0.8,
        "system": "你是旅行助手",
        "stop": ["。"],
        "max_output_tokens": 200,
    },
}


def works(folder: Path) -> dict[str, dict[str, Callable[[], object]]]:
    """What there is to check → who checks it → the work, which is `LINES` lines."""
    checks = _line_checks()
    found: dict[str, dict[str, Callable[[], object]]] = {}
    for number, (title, request) in enumerate(REQUESTS.items()):
        file = folder / f"{number}.jsonl"
        file.write_text((json.dumps(request, ensure_ascii=False) + "\n") * LINES, "utf-8")
        found[title] = {"qianfan_typed": _ours(file)} | {name: _theirs(file, check) for name, check in checks.items()}
    return found


def measured(row: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Seconds of CPU for each, who take turns."""
    taken: dict[str, list[float]] = {name: [] for name in row}
    for _ in range(5):
        for name, work in row.items():
            start = time.process_time()
            work()
            taken[name].append(time.process_time() - start)
    return {name: statistics.median(values) for name, values in taken.items()}


def _ours(file: Path) -> Callable[[], object]:
    def check() -> None:
        tally = Tally()
        findings = list(check_payload_files([PayloadFile(file=str(file), api="v1.chat")], ViolationFilter(), tally))
        assert (findings, tally.checked) == ([], LINES)

    return check


def _theirs(file: Path, valid: Callable[[bytes], object]) -> Callable[[], object]:
    def check() -> None:
        with file.open("rb") as lines:
            for line in lines:
                assert valid(line)

    return check


def _line_checks() -> dict[str, Callable[[bytes], object]]:
    """Who else checks a line, and how."""
    document = schema("v1.chat", "ERNIE-Lite-Pro-128K")
    decode = msgspec.json.Decoder().decode
    is_valid = jsonschema_rs.validator_for(document).is_valid
    raise_for = fastjsonschema.compile(document)
    return {
        "jsonschema-rs": lambda line: is_valid(decode(line)),
        "fastjsonschema": lambda line: raise_for(decode(line)),
        "pydantic": _classes(document, DataModelType.PydanticV2BaseModel).model_validate_json,
        "msgspec": msgspec.json.Decoder(_classes(document, DataModelType.MsgspecStruct)).decode,
    }


def _classes(document: object, kind: DataModelType) -> Any:
    """The request as a class, written from its JSON Schema."""
    with TemporaryDirectory() as folder:
        file = Path(folder, f"{kind.name}.py")
        dcg.generate(
            json.dumps(document),
            input_file_type=dcg.InputFileType.JsonSchema,
            output=file,
            output_model_type=kind,
            class_name="Request",
            field_constraints=True,
            formatters=[],
        )
        spec = spec_from_file_location(kind.name, file)
        assert spec is not None
        assert spec.loader is not None
        module = sys.modules[kind.name] = module_from_spec(spec)
        spec.loader.exec_module(module)
    return module.Request
