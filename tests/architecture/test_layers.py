"""Foreign keys point downwards like imports do, commands are durable, and pages do not write."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

CHECKOUT = Path(__file__).resolve().parent.parent.parent
LAYERS = ["accounts", "bpmn", "workflows", "crm_core", "tasks_inbox", "notifications", "api", "web"]
BESIDE = {("tasks_inbox", "crm_core"), ("crm_core", "tasks_inbox")}
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}


def test_foreign_keys_point_downwards():
    wrong = [
        f"{model._meta.label}.{field.name}"
        for app in LAYERS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        for target in [field.related_model._meta.app_label]
        if target in LAYERS and (LAYERS.index(target) > LAYERS.index(app) or (app, target) in BESIDE)
    ]
    assert wrong == []


def commands() -> list[Path]:
    found = [*CHECKOUT.glob("*/commands.py"), *CHECKOUT.glob("*/*/commands.py"), *CHECKOUT.glob("*/commands/*.py")]
    return [path for path in found if ".venv" not in path.parts and "management" not in path.parts]


def test_every_command_with_an_actor_is_durable_or_calls_one_that_is():
    undecorated = []
    for path in commands():
        tree = ast.parse(path.read_text())
        for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
            names = [argument.arg for argument in function.args.kwonlyargs]
            if function.name.startswith("_") or "actor" not in names:
                continue
            decorators = [ast.unparse(decorator) for decorator in function.decorator_list]
            calls_others = any(isinstance(node, ast.Try | ast.For) for node in ast.walk(function))
            if not any("durable=True" in text for text in decorators) and not calls_others:
                undecorated.append(f"{path.relative_to(CHECKOUT)}: {function.name}")
    assert undecorated == []


@pytest.mark.parametrize("app", ["web", "notifications/consumers.py"])
def test_pages_and_sockets_do_not_write(app):
    files = [CHECKOUT / app] if app.endswith(".py") else list((CHECKOUT / app).rglob("*.py"))
    found = [
        f"{path.relative_to(CHECKOUT)}:{node.lineno}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and ".objects" in ast.unparse(node.func.value)
    ]
    assert found == []
