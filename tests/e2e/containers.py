"""
What the files of the container set-up say, read plainly: a Dockerfile's last stage, one service of compose.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "service" / "Dockerfile"
COMPOSE = ROOT / "docker-compose.yml"


@dataclass(frozen=True)
class Setup:
    """
    How one file starts the service.

    Attributes:
        command: Words of the command.

        check: Words of the health check.

        environment: What it sets.

        sources: Files and folders that are copied or mounted from this repository.
    """

    command: list[str]
    check: list[str]
    environment: dict[str, str]
    sources: list[str]


def instructions(text: str) -> list[tuple[str, str]]:
    """Return the instructions of a Dockerfile, with continued lines joined and comments dropped."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def dockerfile() -> Setup:
    """Return what the last stage of the Dockerfile says."""
    told = instructions(DOCKERFILE.read_text(encoding="utf-8"))
    last = max(place for place, (word, _) in enumerate(told) if word == "FROM")
    environment: dict[str, str] = {}
    command: list[str] = []
    check: list[str] = []
    for word, rest in told[last:]:
        if word == "ENV":
            environment |= dict(pair.split("=", 1) for pair in rest.split())
        elif word == "CMD":
            command = json.loads(rest)
        elif word == "HEALTHCHECK":
            check = json.loads(rest.partition(" CMD ")[2])
    sources = [
        source
        for word, rest in told
        if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    ]
    return Setup(command, check, environment, sources)


def compose() -> Setup:
    """Return what compose says of the service; what it leaves to the image is the image's."""
    service = YAML(typ="safe", pure=True).load(COMPOSE)["services"]["service"]
    image = dockerfile()
    check = service["healthcheck"]["test"]
    assert check[0] == "CMD"
    mounts = [volume.split(":")[0] for volume in service["volumes"]]
    return Setup(
        service["command"],
        check[1:],
        image.environment | {name: str(value) for name, value in service["environment"].items()},
        [mount for mount in mounts if mount.startswith(".")],
    )


SETUPS = {"docker-compose.yml": compose(), "service/Dockerfile": dockerfile()}
