"""What persons do about the model that advises: see which there are, choose one, fetch one, try one."""

from collections.abc import Mapping

from docktor.config.edit import set_model
from docktor.core.advisor import Choice
from docktor.runtime.models import fetchable, models_view
from docktor.runtime.modeltest import ModelTests
from docktor.runtime.reload import Reloader
from docktor.runtime.rulebook import Rulebook
from docktor.runtime.tools import Tools
from docktor.runtime.views import AdvisorView, ModelsView, PullView


class ModelRoom:
    def __init__(self, tools: Tools, reloader: Reloader, rulebook: Rulebook, env: Mapping[str, str]) -> None:
        self._tools = tools
        self._advisor = tools.advisor
        self._reloader = reloader
        self._rulebook = rulebook
        self._env = env
        self.tests = ModelTests(tools.advisor)

    async def view(self) -> ModelsView:
        """Never raises for the absence of an endpoint: that is an answer too."""
        return await models_view(self._advisor.policy, self._env, self._advisor.in_use, self._advisor.pulls.views)

    async def choose(self, choice: Choice, by: str) -> AdvisorView:
        """In force when it returns. Raises ConfigError with every fault, nothing changed."""
        others = self._rulebook.unwritten()
        changed = await self._reloader.edit(lambda path, check: set_model(path, choice, check=check, others=others))
        await self._say(f"set by {by}: {changed}")
        return self._advisor.view

    async def fetch(self, model: str, by: str) -> PullView:
        """Begins to fetch it. Raises PermanentError for what can't be fetched."""
        endpoint = await self._advisor.endpoint()
        fetchable(endpoint, model)
        going_on = model in self._advisor.pulls.going_on
        view = self._advisor.pulls.start(endpoint, model)
        if not going_on:
            await self._say(f"{model} is being fetched, asked for by {by}")
        return view

    async def _say(self, text: str) -> None:
        await self._tools.events.add("advisor", text, self._tools.clock.now())
