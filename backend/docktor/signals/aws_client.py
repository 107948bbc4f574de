"""One client of an AWS service, and every way it can fail as a state people know."""

import os
from dataclasses import dataclass, field
from typing import Any

from aiobotocore.client import AioBaseClient
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore import exceptions
from botocore.parsers import ResponseParserError

from docktor.errors import SignalUnavailableError
from docktor.signals.http import reason

_NOT_LET_IN = (401, 403)
_REFUSED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_NO_SUCH_QUEUE = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})
_NO_CREDENTIALS = (
    exceptions.PartialCredentialsError,
    exceptions.CredentialRetrievalError,
    exceptions.TokenRetrievalError,
    exceptions.NoAuthTokenError,
    exceptions.SSOError,
    exceptions.LoginError,
)
_NOT_SET_RIGHT = (
    exceptions.ProfileNotFound,
    exceptions.ConfigParseError,
    exceptions.ConfigNotFound,
    exceptions.InvalidRegionError,
    exceptions.BaseEndpointResolverError,
    exceptions.ParamValidationError,
)


class NoSuchQueueError(SignalUnavailableError):
    """The queue isn't there, or not any more."""

    def __init__(self) -> None:
        super().__init__("there is no such queue", "wrong")


@dataclass(frozen=True, slots=True)
class Account:
    """Where and as whom. AWS itself without `endpoint`; what AWS's own chain finds without `key`; the region of the
    environment or the profile without `region`.
    """

    endpoint: str | None
    region: str | None
    key: str | None = field(repr=False)
    secret: str | None = field(repr=False)
    token: str | None = field(repr=False)


async def open_client(service: str, account: Account) -> AioBaseClient:
    """Connects at the first call. Raises SignalUnavailableError: down, refused or wrong."""
    try:
        session = get_session()
        region = account.region or os.environ.get("AWS_REGION") or session.get_config_variable("region")
        if not region:
            raise SignalUnavailableError("no region: set region, or AWS_REGION in the environment", "wrong")
        config = AioConfig(
            retries={"total_max_attempts": 1, "mode": "standard"},  # whoever reads tries again
            warm_up_loader_caches=True,  # in a thread; else it would stop the event loop for a tenth of a second
            user_agent_extra="docktor",
            **({"proxies": {}} if account.endpoint else {}),
        )
        return await session.create_client(
            service,
            region_name=region,
            endpoint_url=account.endpoint,
            aws_access_key_id=account.key,
            aws_secret_access_key=account.secret,
            aws_session_token=account.token,
            config=config,
        ).__aenter__()
    except (exceptions.BotoCoreError, OSError) as error:
        raise _failed(error) from error


async def call(client: AioBaseClient, operation: str, **what: Any) -> Any:
    """The answer to an operation (`get_queue_url`). Raises SignalUnavailableError, in any state but lying."""
    try:
        return await getattr(client, operation)(**what)
    except exceptions.ClientError as error:
        raise _answered(error) from error
    except ResponseParserError as error:
        raise SignalUnavailableError("its answer is not that of AWS", "wrong") from error
    except (exceptions.BotoCoreError, OSError, TimeoutError) as error:
        raise _failed(error) from error


def _answered(error: exceptions.ClientError) -> SignalUnavailableError:
    """Of refusals only the code is told: what AWS says beside it may quote the request."""
    code = str(error.response.get("Error", {}).get("Code", "?"))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _NO_SUCH_QUEUE:
        return NoSuchQueueError()
    throttled = "Throttl" in code or code in {"OverLimit", "RequestLimitExceeded"}
    if not throttled and (code in _REFUSED or status in _NOT_LET_IN):
        return SignalUnavailableError(f"{error.operation_name}: the credentials are not accepted ({code})", "refused")
    state = "down" if throttled or status >= 500 else "wrong"  # noqa: PLR2004 - of HTTP
    return SignalUnavailableError(
        f"{error.operation_name}: {code}: {error.response['Error'].get('Message', '')}"[:200], state
    )


def _failed(error: Exception) -> SignalUnavailableError:
    if isinstance(error, exceptions.NoCredentialsError):
        advice = "set access_key_id and secret_access_key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        return SignalUnavailableError(f"no credentials: {advice}, a profile (AWS_PROFILE) or a role", "refused")
    if isinstance(error, _NO_CREDENTIALS):
        return SignalUnavailableError(f"no credentials: {reason(error)}", "refused")
    if isinstance(error, _NOT_SET_RIGHT):
        return SignalUnavailableError(reason(error), "wrong")
    return SignalUnavailableError(f"no answer: {reason(error)}")
