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
    "zod over defaults": (
        "const all = { ...defaults, ...process.env };\nconst s = z.object({\n  A: z.string(),\n});\ns.parse(all);",
        {"A": (None, True)},
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
    "a function of one's own that stops": (
        (
            "const must = (key: string): string => {\n  const found = process.env[key];\n"
            "  if (!found) throw new Error(key);\n  return found;\n};\nmust('A'); must('B');"
        ),
        {"A": (None, True), "B": (None, True)},
    ),
    "a function of one's own with a default": (
        (
            "function setting(key, otherwise) { return process.env[key] || otherwise; }\n"
            "setting('A', 'x'); setting('B'); translate('NOT_A_VARIABLE');"
        ),
        {"A": ("x", False), "B": (None, False)},
    ),
    "what stands behind a function is none of it": (
        "const shown = (key) => { return key; };\nfor (const key of keys) { print(process.env[key]); }\nshown('A');",
        {},
    ),
    "the modules of sveltekit": (
        (
            "import { env } from '$env/dynamic/private';\nimport { A, B as C } from '$env/static/private';\n"
            "if (!env.D) throw new Error('D');\nconnect(env.D, other.env.E);"
        ),
        {"A": (None, False), "B": (None, False), "D": (None, True)},
    ),
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


def test_a_function_of_another_file_reads_what_it_is_given(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "package.json": '{"scripts": {"start": "node a.js"}}',
            "a.js": "import { need } from './need.js';\nconst config = { url: need('STORE_URL') };\napp.listen(80);",
            "need.js": "export function need(name) {\n  if (!process.env[name]) throw new Error(name);\n"
            "  return process.env[name];\n}\n",
        },
    )

    assert [(each.name, each.required) for each in component.env] == [("STORE_URL", True)]


def test_the_applications_own_configuration_is_read_and_a_tools_is_not(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "package.json": '{"scripts": {"start": "node src/a.js"}}',
            "src/a.js": "require('./mail.config');\napp.listen(80);",
            "src/mail.config.js": "module.exports = { host: process.env.MAIL_HOST };",
            "vite.config.js": "export default { server: { port: process.env.DEV_PORT } };",
        },
    )

    assert [each.name for each in component.env] == ["MAIL_HOST"]


def test_a_schema_of_prisma_names_the_variable_that_it_cannot_do_without(tmp_path: Path) -> None:
    component = component_of(
        tmp_path,
        {
            "package.json": '{"scripts": {"start": "node a.js"}, "dependencies": {"@prisma/client": "6"}}',
            "a.js": "app.listen(80);",
            "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n  url = env("STORE_URL")\n'
            '  directUrl = env("STORE_DIRECT_URL")\n}\n',
        },
    )

    assert [(each.name, each.required) for each in component.env] == [("STORE_DIRECT_URL", False), ("STORE_URL", True)]


def test_what_a_script_beside_the_server_demands_is_not_demanded_of_the_server(tmp_path: Path) -> None:
    demanding = "if (!process.env.NEW_VERSION) process.exit(1);\n"
    files = {
        "package.json": '{"scripts": {"start": "node a.js"}}',
        "a.js": "require('./settings');\napp.listen(80);",
        "settings.js": "if (!process.env.STORE_URL) throw new Error();\n",
        "extra/release.js": demanding,
        "worker.js": "if (!process.env.QUEUE_URL) throw new Error();\n",
    }

    assert {each.name: each.required for each in component_of(tmp_path, files).env} == {
        "NEW_VERSION": False,
        "STORE_URL": True,
        "QUEUE_URL": True,
    }
