"""SQS without a server: its settings, its addresses, and CloudWatch's answers."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from docktor.errors import SignalUnavailableError
from docktor.signals.sqs import SqsOptions, endpoint_of, question, rates, region_of, window

SECRET = "wJalrXUtnFEMI/t0p-s3cret"


def test_rates_are_over_the_minutes_that_are_there() -> None:
    answer = {"MetricDataResults": [{"Id": "rate_in", "Values": [60.0, 0.0, 120.0]}, {"Id": "rate_out", "Values": []}]}
    assert rates(answer) == {"rate_in": 1.0}
    assert rates({}) == {}


@pytest.mark.parametrize("value", [-1.0, float("nan"), 1e300])
def test_rates_that_cannot_be_are_refused(value: float) -> None:
    with pytest.raises(SignalUnavailableError) as caught:
        rates({"MetricDataResults": [{"Id": "rate_in", "Values": [value]}]})
    assert caught.value.state == "lying"


def test_the_window_is_five_whole_minutes() -> None:
    assert window(1000.0) == (660.0, 960.0)
    assert question("orders", *window(960.0))["EndTime"] == datetime(1970, 1, 1, 0, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "region", "endpoint"),
    [
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/orders", "eu-west-1", None),
        ("https://sqs.us-gov-west-1.amazonaws.com/1/orders", "us-gov-west-1", None),
        ("https://sqs.cn-north-1.amazonaws.com.cn/1/orders", "cn-north-1", None),
        ("https://sqs-fips.us-east-2.amazonaws.com/1/orders", "us-east-2", None),
        ("https://sqs.eu-central-1.api.aws/1/orders", "eu-central-1", None),
        (
            "http://sqs.eu-west-1.localhost.localstack.cloud:4566/0/orders",
            "eu-west-1",
            "http://sqs.eu-west-1.localhost.localstack.cloud:4566",
        ),
        ("http://my-queue-1.local:9324/0/orders", None, "http://my-queue-1.local:9324"),
        (None, None, None),
    ],
)
def test_a_queues_url_tells_region_and_endpoint(url: str | None, region: str | None, endpoint: str | None) -> None:
    assert (region_of(url), endpoint_of(url)) == (region, endpoint)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "queue"),
        ({"queue": "a", "url": "http://b/1/a"}, "one of them"),
        ({"url": "b/1/a"}, "url must be"),
        ({"url": f"http://key:{SECRET}@b/1/a"}, "without credentials"),
        ({"queue": "a", "endpoint_url": "ftp://b"}, "endpoint_url"),
        ({"queue": "a", "endpoint_url": "http://b:65536"}, "endpoint_url"),
        ({"queue": "a", "access_key_id": "k"}, "secret_access_key"),
        ({"queue": "a", "session_token": SECRET}, "access_key_id"),
        ({"queue": "a", "count_delayed": "yes"}, "count_delayed"),
    ],
)
def test_settings_that_make_no_sense_are_told(options: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        SqsOptions.model_validate(options)
    assert SECRET not in str(caught.value)
