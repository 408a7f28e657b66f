"""How Node.js applications are installed, built and started in their Dockerfile."""

from pathlib import Path

import pytest

from tasks.dockerfiles import render
from tasks.models import ImagePlan
from tests.unit.dockerfile_kit import NODE, package, position, text_of


def test_a_build_keeps_development_out_of_the_last_stage(tmp_path: Path) -> None:
    text = text_of(NODE.changed(build_command="npm run build"), tmp_path)
    assert position(text, "npm ci\n") < position(text, "RUN npm run build\n") < position(text, "npm prune --omit=dev")
    assert "npm ci --omit=dev" in text_of(NODE, tmp_path)


def test_a_start_that_needs_a_development_dependency_keeps_it_and_says_so(tmp_path: Path) -> None:
    package(tmp_path, scripts={"start": "tsx a.ts"}, devDependencies={"tsx": "4"})
    dockerfile = render(ImagePlan(component=NODE.changed(start_command="npm start"), context=tmp_path))
    assert "--omit=dev" not in dockerfile.text
    assert 'CMD ["tsx", "a.ts"]' in dockerfile.text
    assert "tsx" in dockerfile.warnings[0]


@pytest.mark.parametrize(
    ("start", "needed"),
    [
        ("node -r sucrase/register a.js", "sucrase"),
        ("node --import @swc-node/register/esm a.ts", "@swc-node/register"),
        ("babel-node a.js", "@babel/node"),
    ],
)
def test_so_does_a_start_that_has_one_loaded_first(start: str, needed: str, tmp_path: Path) -> None:
    package(tmp_path, scripts={}, devDependencies={needed: "1"})
    dockerfile = render(ImagePlan(component=NODE.changed(start_command=start), context=tmp_path))
    assert "--omit=dev" not in dockerfile.text
    assert needed in dockerfile.warnings[0]


@pytest.mark.parametrize(
    ("scripts", "command"),
    [
        ({"start": "node a.js"}, '["node", "a.js"]'),
        ({"start": "NODE_ENV=x node a.js"}, '["env", "NODE_ENV=x", "node", "a.js"]'),
        ({"start": "node a.js && node b.js"}, '["npm", "start"]'),
        ({"prestart": "x", "start": "node a.js"}, '["npm", "start"]'),
        ({"start": "npm run serve"}, '["npm", "start"]'),
        ({"start": "node a.js --v $npm_package_version"}, '["npm", "start"]'),
        ({}, '["npm", "start"]'),
    ],
)
def test_npm_start_becomes_what_it_runs_where_that_is_one_program(
    scripts: dict[str, str], command: str, tmp_path: Path
) -> None:
    package(tmp_path, scripts=scripts)
    assert f"CMD {command}\n" in text_of(NODE.changed(start_command="npm start"), tmp_path)


def test_another_managers_script_is_run_by_npm_which_every_image_has(tmp_path: Path) -> None:
    package(tmp_path, scripts={"serve": "a && b"})
    text = text_of(NODE.changed(start_command="pnpm run serve", package_manager="pnpm"), tmp_path)
    assert 'CMD ["npm", "run", "serve"]\n' in text


def test_scripts_of_the_installation_find_their_source(tmp_path: Path) -> None:
    package(tmp_path, scripts={"postinstall": "node setup.js"})
    text = text_of(NODE, tmp_path)
    assert position(text, "COPY . ./") < position(text, "npm ci")


def test_a_prepare_script_is_left_out_where_development_is(tmp_path: Path) -> None:
    package(tmp_path, scripts={"prepare": "husky"})
    assert "npm pkg delete scripts.prepare" in text_of(NODE, tmp_path)
    assert "npm pkg delete" not in text_of(NODE.changed(build_command="npm run build"), tmp_path)


@pytest.mark.parametrize(
    ("manager", "version", "lock", "tool", "install"),
    [
        ("pnpm", None, "lockfileVersion: '9.0'\n", "pnpm@10", "pnpm install --frozen-lockfile"),
        ("pnpm", None, "lockfileVersion: '6.0'\n", "pnpm@8", "pnpm install --frozen-lockfile"),
        ("pnpm", "9.1.0", "lockfileVersion: '9.0'\n", "pnpm@9.1.0", "pnpm install --frozen-lockfile"),
        ("yarn", None, "# yarn lockfile v1\n", "yarn@1.22.22", "yarn install --frozen-lockfile"),
        ("yarn", None, "__metadata:\n", "@yarnpkg/cli-dist@4", "yarn workspaces focus --production --all"),
        ("yarn", "3.8.6", "__metadata:\n", "@yarnpkg/cli-dist@3.8.6", "yarn install --immutable"),
        ("bun", None, "", "bun@1", "bun install --frozen-lockfile --production"),
    ],
)
def test_each_manager_is_installed_in_the_version_that_the_project_uses(
    manager: str, version: str | None, lock: str, tool: str, install: str, tmp_path: Path
) -> None:
    (tmp_path / "lock").write_text(lock)
    component = NODE.changed(package_manager=manager, package_manager_version=version, lock_file="lock")
    text = text_of(component, tmp_path)
    assert f"--prefix /opt/tool {tool}\n" in text
    assert install in text


def test_a_workspace_is_installed_from_its_root_with_the_manifests_of_all_members(tmp_path: Path) -> None:
    package(tmp_path, workspaces=["packages/*", "apps/api"])
    for member in ("packages/one", "packages/two/deep", "apps/api", "apps/other"):
        (tmp_path / member).mkdir(parents=True)
        package(tmp_path / member)
    api = NODE.changed(path="apps/api", lock_file="../../package-lock.json", dependency_files=("package.json",))
    text = text_of(api, tmp_path)
    assert "COPY package-lock.json package.json ./\n" in text
    assert "COPY packages/one/package.json ./packages/one/\n" in text
    assert "deep" not in text
    assert "apps/other" not in text
    assert "WORKDIR /app/apps/api\nUSER" in text


def test_the_standalone_output_of_next_is_all_that_is_copied(tmp_path: Path) -> None:
    (tmp_path / "next.config.js").write_text("module.exports = { output: 'standalone' }\n")
    site = NODE.changed(framework="nextjs", build_command="npm run build", start_command="next start")
    text = text_of(site, tmp_path)
    assert "COPY --from=build /app/.next/standalone ./\n" in text
    assert "/app/public" not in text
    assert 'CMD ["node", "server.js"]\n' in text
    assert 'HOSTNAME="0.0.0.0"' in text
    assert "COPY --from=build /app /app" not in text
    (tmp_path / "public").mkdir()
    assert "/app/public ./public\n" in text_of(site, tmp_path)


def test_what_next_caches_at_run_time_goes_where_it_may_write(tmp_path: Path) -> None:
    site = NODE.changed(framework="nextjs", build_command="npm run build", start_command="next start")
    assert "ln -s /tmp .next/cache" in text_of(site, tmp_path)


@pytest.mark.parametrize(("start", "asked"), [("node server.js", True), ("next start", False)])
def test_a_program_that_would_ignore_the_request_to_end_is_taught_to(start: str, asked: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a column of the table
    assert ('process.on("SIGTERM"' in text_of(NODE.changed(start_command=start), tmp_path)) == asked
