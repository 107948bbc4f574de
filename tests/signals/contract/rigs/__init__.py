"""The kinds under contract."""

from collections.abc import Mapping
from typing import Any

from tests.signals.contract.rigs.base import Rig
from tests.signals.contract.rigs.kafka import KafkaRig
from tests.signals.contract.rigs.nats import NatsRig
from tests.signals.contract.rigs.rabbitmq import RabbitApiRig, RabbitRig
from tests.signals.contract.rigs.redis import Redis6Rig, RedisRig
from tests.signals.contract.rigs.sqs import SqsRig
from tests.signals.contract.rigs.told import HttpJsonRig, PrometheusRig

RIGS: Mapping[str, type[Rig[Any]]] = {
    "nats": NatsRig,
    "redis-streams": RedisRig,
    "redis-streams-6": Redis6Rig,
    "rabbitmq": RabbitRig,
    "rabbitmq-api": RabbitApiRig,
    "kafka": KafkaRig,
    "sqs": SqsRig,
    "http-json": HttpJsonRig,
    "prometheus": PrometheusRig,
}
