"""The examples with a queue: where they are, and how they are brought up as a test's own, with local images."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.compose_project import ComposeProject, docker
from tests.real_parts import require

EXAMPLES = Path(__file__).parents[2] / "examples"
SETTINGS = {"BURST": "400", "RATE": "400", "REST_SECONDS": "600", "WORK_MS": "100"}


@dataclass(frozen=True)
class Example:
    """`images`: those of the local ones that it needs beside `app`, by the variable that names each."""

    folder: Path
    images: Mapping[str, str]

    @property
    def config(self) -> Path:
        return self.folder / "docktor.yaml"

    @property
    def environment(self) -> Mapping[str, str]:
        wanted = {"APP_IMAGE": "app", **self.images}
        return {variable: f"docktor-local/{name}:latest" for variable, name in wanted.items()}

    def project(self, name: str) -> ComposeProject:
        return ComposeProject(name, self.folder / "docker-compose.yaml")

    def require_images(self) -> None:
        for image in self.environment.values():
            require(docker("image", "inspect", image, check=False).returncode == 0, f"{image} (scripts/images.sh)")


NATS = Example(EXAMPLES / "multi-service", {"NATS_IMAGE": "nats"})
ALL = {
    "nats": NATS,
    "redis-streams": Example(EXAMPLES / "queues/redis-streams", {"REDIS_IMAGE": "redis"}),
    "rabbitmq": Example(EXAMPLES / "queues/rabbitmq", {"RABBITMQ_IMAGE": "rabbitmq"}),
    "kafka": Example(EXAMPLES / "queues/kafka", {"KAFKA_IMAGE": "kafka"}),
    "sqs": Example(EXAMPLES / "queues/sqs", {"SQS_IMAGE": "sqs"}),
    "prometheus": Example(EXAMPLES / "queues/prometheus", {"PROMETHEUS_IMAGE": "prometheus"}),
    "http-json": Example(EXAMPLES / "queues/http-json", {}),
}
WITHOUT_IMAGE = {"kafka"}  # Debian hasn't got it
