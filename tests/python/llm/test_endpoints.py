"""The model and address that answer for a role."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from python_udfs.errors import SettingError
from python_udfs.llm.endpoints import (
    EMBEDDED_MODEL,
    ROLES,
    endpoint_table,
    fallback_of,
    resolve_endpoint,
)
from python_udfs.settings import Environment
from tests.python.conftest import MakeSettings

NOTHING = Environment()
HOSTED = Environment(api_key=SecretStr("sk-x"), base_url="http://127.0.0.1:9/v1")


def test_no_key_and_no_address_is_the_embedded_model(make_settings: MakeSettings) -> None:
    endpoint = resolve_endpoint("text", make_settings(model=""), NOTHING)
    assert endpoint.is_embedded
    assert (endpoint.model, endpoint.sends_images) == (EMBEDDED_MODEL, False)


def test_a_key_alone_is_the_address_of_openai(make_settings: MakeSettings) -> None:
    environment = Environment(api_key=SecretStr("sk-x"))
    endpoint = resolve_endpoint("text", make_settings(model="gpt-x"), environment)
    assert endpoint.base_url == "https://api.openai.com/v1"
    assert endpoint.sends_images


def test_a_role_may_have_a_model_and_an_address_of_its_own(make_settings: MakeSettings) -> None:
    settings = make_settings(model="a", model_image="b", base_url_image="http://127.0.0.1:7/v1")
    text = resolve_endpoint("text", settings, HOSTED)
    image = resolve_endpoint("image", settings, HOSTED)
    assert (text.model, text.base_url) == ("a", "http://127.0.0.1:9/v1")
    assert (image.model, image.base_url) == ("b", "http://127.0.0.1:7/v1")


def test_a_hosted_endpoint_needs_a_model(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingError, match="TAGSMITH_MODEL or the var model_strict"):
        resolve_endpoint("strict", make_settings(model=""), HOSTED)


def test_a_model_without_key_and_address_is_not_the_embedded_one(
    make_settings: MakeSettings,
) -> None:
    with pytest.raises(SettingError, match=r"gpt-x is named.*OPENAI_API_KEY or OPENAI_BASE_URL"):
        resolve_endpoint("text", make_settings(model="gpt-x"), NOTHING)
    assert resolve_endpoint("text", make_settings(model=EMBEDDED_MODEL), NOTHING).is_embedded


@pytest.mark.parametrize("url", ["127.0.0.1:8000/v1", "ftp://127.0.0.1/v1", "http://", "nonsense"])
def test_an_address_must_be_one(make_settings: MakeSettings, url: str) -> None:
    with pytest.raises(SettingError, match="OPENAI_BASE_URL"):
        resolve_endpoint("text", make_settings(), Environment(base_url=url))


def test_an_address_with_a_password_is_refused_without_showing_it(
    make_settings: MakeSettings,
) -> None:
    environment = Environment(base_url="http://me:hunter2@127.0.0.1/v1")
    with pytest.raises(SettingError, match="OPENAI_API_KEY") as refused:
        resolve_endpoint("text", make_settings(), environment)
    assert "hunter2" not in str(refused.value)


def test_images_need_a_model_that_sees(make_settings: MakeSettings) -> None:
    with pytest.raises(SettingError, match="image_input"):
        resolve_endpoint("image", make_settings(model="", image_input="image"), NOTHING)
    described = resolve_endpoint("image", make_settings(image_input="description"), HOSTED)
    assert not described.sends_images
    own = make_settings(embedded_model_path="/m/own.gguf", embedded_projector_path="/m/p.gguf")
    endpoint = resolve_endpoint("image", own, NOTHING)
    assert (endpoint.model, endpoint.sends_images) == ("own", True)


def test_the_table_has_a_row_for_each_role_and_no_key(make_settings: MakeSettings) -> None:
    settings = make_settings(model_strict="of-the-var")
    evaluators = [("lenient", None), ("referee", "of-the-row"), ("strict", "of-the-row")]
    table = endpoint_table(settings, HOSTED, evaluators).to_pydict()
    assert table["role"] == [*ROLES, "lenient", "referee", "strict"]
    assert table["model"][-2:] == ["of-the-row", "of-the-var"]
    assert set(table["base_url"]) == {"http://127.0.0.1:9/v1"}
    assert "sk-x" not in str(table)


def test_what_was_learnt_stands_beside_and_decides_about_images(
    make_settings: MakeSettings,
) -> None:
    forms = {"images": "description", "seed": "none", "verdict:strict": "logprobs"}
    for image_input, sends in (("auto", False), ("image", True)):
        settings = make_settings(image_input=image_input)
        table = endpoint_table(settings, HOSTED, [], lambda *_: forms).to_pydict()
        assert set(table["learnt"]) == {'{"images": "description", "seed": "none"}'}
        assert set(table["sends_images"]) == {sends}


def test_the_embedded_endpoint_has_no_batches(make_settings: MakeSettings) -> None:
    settings = make_settings(model="", batch_roles=["strict"])
    with pytest.raises(SettingError, match=r"role strict: batch_roles.*embedded.*no batches"):
        endpoint_table(settings, NOTHING, [("strict", None)])
    assert resolve_endpoint("text", settings, NOTHING).is_embedded


def test_roles_in_batches_are_roles_of_the_run(make_settings: MakeSettings) -> None:
    settings = make_settings(batch_roles=["text", "strct"])
    with pytest.raises(SettingError, match=r"batch_roles names strct; the roles.*text.*strict"):
        endpoint_table(settings, HOSTED, [("strict", None)])


def test_a_fallback_is_at_the_same_address_or_at_one_of_its_own(
    make_settings: MakeSettings,
) -> None:
    settings = make_settings(
        fallback_models={"text": "b", "image": "c"},
        fallback_base_urls={"image": "http://127.0.0.1:7/v1"},
    )
    found = {
        role: fallback_of(resolve_endpoint(role, settings, HOSTED), role, settings)
        for role in ("text", "image", "reason")
    }
    assert found["reason"] is None
    assert [(e.model, e.base_url, e.is_elsewhere) for e in found.values() if e] == [
        ("b", "http://127.0.0.1:9/v1", False), ("c", "http://127.0.0.1:7/v1", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fallback_base_urls": {"text": "http://x/v1"}}, "fallback_models names no model"),
        (
            {"fallback_models": {"text": "b"}, "fallback_base_urls": {"text": "http://a:b@x/v1"}},
            "TAGSMITH_FALLBACK_API_KEY",
        ),
        ({"fallback_models": {"text": "b"}, "model": ""}, "the embedded endpoint has one model"),
    ],
)
def test_a_wrong_fallback_is_told_before_anything_is_asked(
    make_settings: MakeSettings, changes: dict[str, object], message: str
) -> None:
    environment = NOTHING if "model" in changes else HOSTED
    with pytest.raises(SettingError, match=message):
        endpoint_table(make_settings(**changes), environment, [])
