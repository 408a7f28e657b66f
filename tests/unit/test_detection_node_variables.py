"""Variables that JavaScript reads through configuration objects and schemas, and ports that they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.detection_kit import component_of

SCHEMAS = {
    "zod over several lines": (
        "z.object({\n  A: z\n    .string()\n    .min(1),\n  B: z.coerce.number().default(4),\n}).parse(process.env)",
        {"A": (None, True), "B": ("4", False)},
    ),
    "envalid": (
        "cleanEnv(process.env, {\n  A: str(),\n  B: port({ default: 4000 }),\n})",
        {"A": (None, True), "B": ("4000", False)},
    ),
    "joi of nestjs": (
        "validationSchema: Joi.object({\nA: Joi.string().required(),\nB: Joi.number().default(5),\nC: Joi.string()\n})",
        {"A": (None, True), "B": ("5", False), "C": (None, False)},
    ),
    "t3": (
        "createEnv({\n server: {\n  A: z.string().url(),\n  B: z.string().optional(),\n },\n runtimeEnv: {},\n})",
        {"A": (None, True), "B": (None, False)},
    ),
    "the service of nestjs": (
        "configService.get('A'); configService.getOrThrow<string>('B'); config.get<number>('C', 7);",
        {"A": (None, False), "B": (None, True), "C": ("7", False)},
    ),
    "env-var": (
        "env.get('A').required().asString();\nenv.get('B').default('x').asString();",
        {"A": (None, True), "B": ("x", False)},
    ),
    "convict": (
        "convict({ a: { doc: 'a', default: 'z', env: 'A' }, b: { default: null, env: 'B' } })",
        {"A": ("z", False), "B": (None, False)},
    ),
    "bun": ("const a = Bun.env.A ?? 'x';", {"A": ("x", False)}),
    "a choice": ("const a = process.env.A ? Number(process.env.A) : 8;", {"A": ("8", False)}),
}


@pytest.mark.parametrize("case", SCHEMAS)
def test_a_variable_is_read_with_its_default_and_whether_it_is_required(case: str, tmp_path: Path) -> None:
    code, expected = SCHEMAS[case]
    component = component_of(
        tmp_path,
        {"package.json": '{"scripts": {"start": "node a.js"}}', "a.js": f"{code}\napp.listen(80)"},
    )

    assert {each.name: (each.default, each.required) for each in component.env} == expected


PORTS = {
    "a number in a call": ("app.listen(Number(process.env.PORT) || 4001)", 4001),
    "parsed with a radix": ("app.listen(parseInt(process.env.PORT ?? '4002', 10))", 4002),
    "a nested choice": (
        "const c = { port: process.env.A\n ? +process.env.A\n : process.env.B\n ? 1\n : 4003 };\napp.listen(c.port)",
        4003,
    ),
    "asked of a service": ("app.listen(config.get<number>('PORT', 4004))", 4004),
    "an object that is named": ("const options = { port: 4005 };\nfastify.listen(options)", 4005),
    "a default of a schema": (
        "const s = { PORT: { type: 'number', default: 4006 } };\nf.listen(c.PORT)",
        4006,
    ),
    "an address": ("grpc = require('@grpc/grpc-js');\ns.bindAsync('0.0.0.0:4007', c, f)", 4007),
}


@pytest.mark.parametrize("case", PORTS)
def test_a_port_is_read_out_of_the_expression(case: str, tmp_path: Path) -> None:
    code, port = PORTS[case]
    component = component_of(tmp_path, {"package.json": '{"scripts": {"start": "node a.js"}}', "a.js": code})

    assert (component.kind, component.port) == ("web", port)


def test_a_file_of_variables_is_weaker_than_the_code_and_stronger_than_a_guess(tmp_path: Path) -> None:
    files = {"package.json": '{"scripts": {"start": "node a.js"}}', ".env.example": "PORT=4100\n"}

    assert component_of(tmp_path / "guess", {**files, "a.js": "app.listen(process.env.PORT)"}).port == 4100
    assert component_of(tmp_path / "code", {**files, "a.js": "app.listen(process.env.PORT || 4200)"}).port == 4200
