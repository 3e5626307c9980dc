"""`[summaries]` of monitor.toml: who, if anybody, writes summaries beside the excerpts."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import Field, StrictBool, StrictInt, field_validator, model_validator

from monitor.model.digest import Summaries
from monitor.settings.fields import Duration, Line, OptionalUrl, Variable, as_typed
from monitor.settings.values import HOUR, Table


class SummariesTable(Table):
    """`[summaries]`: a model that writes summaries; off unless `server` or `library` is set."""

    server: OptionalUrl = Field(
        default="",
        description="The address of an OpenAI-style server, such as "
        '"http://127.0.0.1:11434/v1"; one that is not public must be opened in '
        "`fetch.allow_private`. Without one, and without `library`, there are no summaries.",
    )
    library: StrictBool = Field(
        default=False,
        description="`true` asks the model through the Python library llm instead of a server; needs "
        "the extra `llm`.",
    )
    model: Line = Field(
        default="", description="The model to ask, by the name the server or the library gives it."
    )
    api_key_env: Variable = Field(
        default="", description="The environment variable that holds the key, where one is needed."
    )
    timeout: Duration = Field(
        default=as_typed("60s"),
        ge=timedelta(seconds=1),
        le=timedelta(minutes=10),
        description="Of one answer.",
    )
    budget: Duration = Field(
        default=as_typed("5m"),
        ge=timedelta(seconds=1),
        le=HOUR,
        description="Of all the answers for one edition; it goes out without the rest.",
    )
    per_edition: StrictInt = Field(
        default=12, ge=1, le=100, description="Stories summarised in one edition at most."
    )
    max_tokens: StrictInt = Field(
        default=300, ge=50, le=10_000, description="The tokens one answer may take."
    )

    @field_validator("server")
    @classmethod
    def _only_an_address(cls, server: str) -> str:
        if "?" in server or "#" in server:
            raise ValueError("must hold no ? and no #; a key goes into the variable of api_key_env")
        if urlsplit(server).path.rstrip("/").endswith("/chat/completions"):
            raise ValueError("must be the address above chat/completions; leave that off")
        return server.rstrip("/")

    @model_validator(mode="after")
    def _one_way(self) -> SummariesTable:
        if self.server and self.library:
            raise ValueError("must name a server or set library = true, not both; take one out")
        if (self.server or self.library) and not self.model:
            raise ValueError('needs model = "…", the name of the model to ask')
        return self

    def summaries(self) -> Summaries:
        """Return it as the rest of the monitor knows it."""
        return Summaries(**{name: getattr(self, name) for name in SummariesTable.model_fields})
