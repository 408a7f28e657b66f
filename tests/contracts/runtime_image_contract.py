"""What every ContainerRuntime does with images."""

from __future__ import annotations

import pytest

from tasks.errors import Missing, Rejected
from tasks.models import BuildArgument, ImageRef, label_value, labels
from tests.contracts.engine_under_test import BASE, SHELL, Engine


class ImageContract:
    """Inherited by one test class for each implementation, which provides `engine` and `base`."""

    def test_it_says_who_answers_where_and_why(self, engine: Engine) -> None:
        found = engine.runtime.describe()
        assert found.version
        assert found.endpoint
        assert found.why
        assert found.os == "linux"
        assert found.architecture in {"amd64", "arm64"}

    def test_a_build_gives_the_image_that_its_dockerfile_describes(self, engine: Engine) -> None:
        (engine.folder / "index.html").write_text("hello\n")
        request = engine.request(
            f'FROM {BASE}\nWORKDIR /srv\nCOPY . .\nRUN echo built-here\nUSER 10001\nEXPOSE 8000\nCMD ["sleep", "60"]\n'
        )
        image = engine.runtime.build(request=request, progress=engine.sink, timeout_s=120)
        assert image.id.startswith("sha256:")
        assert (image.user, image.ports, image.command) == ("10001", (8000,), ("sleep", "60"))
        assert image.architecture == engine.runtime.describe().architecture
        assert image.builder == engine.runtime.describe().builder
        assert str(request.name) in image.names
        assert label_value(image.labels, labels.BUILD_KEY) == request.key
        assert label_value(image.labels, "org.opencontainers.image.revision") == "abc"
        assert image.log_file == request.log_file
        assert "built-here" in request.log_file.read_text()

    def test_a_build_reports_how_far_it_is(self, engine: Engine) -> None:
        engine.build(f"FROM {BASE}\nRUN echo one\nRUN echo two\n")
        steps = [each for each in engine.sink.seen if each.unit == "steps"]
        assert steps
        assert all(each.step == "build" and (each.done or 0) <= (each.total or 0) for each in steps)

    def test_an_image_is_found_by_its_build_key_and_by_its_name(self, engine: Engine) -> None:
        request = engine.request(f"FROM {BASE}\nRUN echo found\n")
        image = engine.runtime.build(request=request, progress=engine.sink, timeout_s=120)
        found = engine.runtime.find(build_key=request.key)
        assert found is not None
        assert found.id == image.id
        named = engine.runtime.inspect(reference=str(request.name))
        assert named is not None
        assert named.id == image.id

    def test_what_was_never_built_is_not_found(self, engine: Engine) -> None:
        assert engine.runtime.find(build_key="0" * 64) is None
        assert engine.runtime.inspect(reference=f"{engine.name('none')}:1") is None
        assert engine.runtime.inspect(reference=f"sha256:{'0' * 64}") is None

    def test_a_failing_instruction_is_rejected_with_its_evidence(self, engine: Engine) -> None:
        request = engine.request(f"FROM {BASE}\nRUN echo the-cause; exit 3\n")
        with pytest.raises(Rejected) as caught:
            engine.runtime.build(request=request, progress=engine.sink, timeout_s=120)
        failure = caught.value.failure
        assert failure is not None
        assert (failure.step, failure.exit_code) == ("build", 3)
        assert "the-cause; exit 3" in (failure.command or "")
        assert "the-cause" in failure.log_tail
        assert failure.dockerfile == request.dockerfile.text
        assert "the-cause" in request.log_file.read_text()
        assert engine.runtime.find(build_key=request.key) is None

    @pytest.mark.parametrize(
        "text",
        [
            f"FROM {BASE}\nFETCH everything\n",
            f"FROM {BASE}\nCOPY no-such-file /srv/\n",
            "FROM {registry}/no-such-image-anywhere:1\nRUN true\n",
            "",
        ],
    )
    def test_a_dockerfile_that_cannot_be_followed_is_rejected(self, engine: Engine, text: str) -> None:
        with pytest.raises(Rejected) as caught:
            engine.build(text.replace("{registry}", engine.registry))
        assert caught.value.failure is not None
        assert caught.value.failure.message

    def test_a_build_argument_reaches_the_dockerfile(self, engine: Engine) -> None:
        request = engine.request(
            "ARG PYTHON\nFROM python:${PYTHON}-slim\n", arguments=(BuildArgument(name="PYTHON", value="3.11"),)
        )
        assert engine.runtime.build(request=request, progress=engine.sink, timeout_s=120).id

    def test_what_the_dockerignore_names_stays_out_of_the_image(self, engine: Engine) -> None:
        for name in ("keep.txt", "secret.env", "drop/a.txt", "drop/back.txt"):
            (engine.folder / name).parent.mkdir(exist_ok=True)
            (engine.folder / name).write_text(name)
        image = engine.build(f"FROM {BASE}\nWORKDIR /srv\nCOPY . .\n", dockerignore="*.env\ndrop/*\n!drop/back.txt\n")
        container = engine.run(image.id, command=(*SHELL, "sleep 60"))
        there = {
            name: engine.runtime.read(container_id=container.id, path=f"/srv/{name}")
            for name in ("keep.txt", "secret.env", "drop/a.txt", "drop/back.txt")
        }
        assert there == {
            "keep.txt": b"keep.txt",
            "secret.env": None,
            "drop/a.txt": None,
            "drop/back.txt": b"drop/back.txt",
        }

    def test_a_tag_is_a_further_name(self, engine: Engine, base: str) -> None:
        engine.runtime.tag(image_id=base, reference=engine.reference("v1"))
        found = engine.runtime.inspect(reference=str(engine.reference("v1")))
        assert found is not None
        assert found.id == base
        assert str(engine.reference("v1")) in found.names

    def test_what_is_not_there_cannot_be_tagged_pushed_pulled_or_run(self, engine: Engine) -> None:
        with pytest.raises(Missing):
            engine.runtime.tag(image_id=f"sha256:{'0' * 64}", reference=engine.reference())
        with pytest.raises(Missing):
            engine.runtime.push(reference=engine.reference("none"), progress=engine.sink, timeout_s=30)
        with pytest.raises(Missing):
            engine.runtime.pull(reference=engine.reference("none"), platform=None, progress=engine.sink, timeout_s=30)
        with pytest.raises(Missing):
            engine.run(str(engine.reference("none")))
        assert engine.runtime.list(application=engine.application) == ()

    def test_a_pushed_image_can_be_pulled_by_tag_and_by_digest(self, engine: Engine, base: str) -> None:
        reference = engine.reference("pushed")
        engine.runtime.tag(image_id=base, reference=reference)
        engine.runtime.push(reference=reference, progress=engine.sink, timeout_s=120)
        pulled = engine.runtime.pull(reference=reference, platform=None, progress=engine.sink, timeout_s=60)
        assert pulled.id == base
        # Podman also lists digests that the image has without having been pushed under them
        pullable = [each for each in pulled.digests if each.name == reference.name and _is_pulled(engine, each, base)]
        assert len(pullable) == 1
        found = engine.runtime.inspect(reference=str(pullable[0]))
        assert found is not None
        assert found.id == base


def _is_pulled(engine: Engine, pinned: ImageRef, image_id: str) -> bool:
    try:
        again = engine.runtime.pull(reference=pinned, platform=None, progress=engine.sink, timeout_s=60)
    except Missing:
        return False
    assert again.id == image_id
    return True
