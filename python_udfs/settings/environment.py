"""The process environment: the only place in the package that reads it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from python_udfs.errors import SettingError

__all__ = ["Environment"]


class Environment(BaseModel):
    """The process environment; secrets are wrapped so that they cannot leak into text."""

    model_config = ConfigDict(frozen=True)

    api_key: SecretStr | None = None
    base_url: str = ""
    fallback_key: SecretStr | None = None
    search_key: SecretStr | None = None
    cache_dir: Path = Field(default_factory=lambda: Path.home() / ".cache" / "tagsmith")

    @property
    def secrets(self) -> list[str]:
        """The keys, to be cut out of what is stored."""
        keys = (self.api_key, self.fallback_key, self.search_key)
        return [key.get_secret_value() for key in keys if key is not None]

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Environment:
        """Read OPENAI_*, TAGSMITH_FALLBACK_API_KEY, TAVILY_API_KEY and the folder of the cache.

        Raises SettingError for a key that no header can carry.
        """
        values = os.environ if environ is None else environ
        found: dict[str, Any] = {"base_url": values.get("OPENAI_BASE_URL", "")}
        for field, name in (
            ("api_key", "OPENAI_API_KEY"),
            ("fallback_key", "TAGSMITH_FALLBACK_API_KEY"),
            ("search_key", "TAVILY_API_KEY"),
        ):
            if key := values.get(name, "").strip():
                if not (key.isascii() and key.isprintable()):
                    raise SettingError(
                        f"{name} holds a character that no request can carry (a line end, an "
                        "accent); copy the key again"
                    )
                found[field] = SecretStr(key)
        if values.get("TAGSMITH_CACHE"):
            found["cache_dir"] = Path(values["TAGSMITH_CACHE"]).expanduser()
        elif values.get("XDG_CACHE_HOME"):
            found["cache_dir"] = Path(values["XDG_CACHE_HOME"]).expanduser() / "tagsmith"
        return cls(**found)
