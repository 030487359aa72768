"""The rules that everybody agreed on: each test names one and lists who breaks it."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("bot", "intake", "nlu", "storage")
COMMITTERS = {"storage/database.py", "storage/sqlite.py", "storage/postgres.py"}
MOST_LINES = 300
MOST_FUNCTION_LINES = 60
SQL_CALLS = {"text", "exec_driver_sql", "execute", "executescript", "executemany"}
DATABASE_LIBRARIES = {"sqlalchemy", "alembic", "psycopg", "psycopg_pool", "sqlite3", "aiosqlite"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def sources() -> tuple[tuple[str, ast.Module], ...]:
    """Return the path from the root and the tree of every module of the four packages."""
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return tuple(
        (path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))) for path in paths
    )


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name, node


def imported_libraries(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name.partition(".")[0] for alias in names)
            case ast.ImportFrom(module=str(module), level=0):
                yield module.partition(".")[0]


def is_built(argument: ast.expr) -> bool:
    """Tell whether a string is put together: an f-string, a sum, a `%`, a `.format()`.

    Module constants, in capitals, may stand in an f-string: where SQL takes no parameter.
    """
    match argument:
        case ast.JoinedStr(values=values):
            parts = [value.value for value in values if isinstance(value, ast.FormattedValue)]
            return any(not (isinstance(p, ast.Name) and p.id.isupper()) for p in parts)
        case ast.BinOp(left=left, op=ast.Add() | ast.Mod()):
            return isinstance(left, ast.Constant | ast.JoinedStr | ast.BinOp)
        case ast.Call(func=ast.Attribute(attr="format")):
            return True
    return False


def test_the_import_contracts_hold() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_only_the_database_modules_commit() -> None:
    offenders = [
        f"{path}:{call.lineno}"
        for path, tree in sources()
        if path not in COMMITTERS
        for name, call in calls(tree)
        if name == "commit"
        or any(isinstance(a, ast.Constant) and a.value == "COMMIT" for a in call.args)
    ]

    assert offenders == []


def test_only_storage_knows_a_database_library() -> None:
    offenders = [
        f"{path}: {library}"
        for path, tree in sources()
        if not path.startswith("storage/")
        for library in imported_libraries(tree)
        if library in DATABASE_LIBRARIES
    ]

    assert offenders == []


def test_the_telegram_library_is_known_in_its_channel_only() -> None:
    offenders = [
        path
        for path, tree in sources()
        if not path.startswith("bot/channels/telegram")
        if "telegram" in imported_libraries(tree)
    ]

    assert offenders == []


def test_the_twilio_library_is_known_in_one_file_only() -> None:
    knowing = [path for path, tree in sources() if "twilio" in imported_libraries(tree)]

    assert knowing == ["bot/channels/twilio_api.py"]


def test_a_log_event_is_a_constant() -> None:
    offenders = []
    for path, tree in sources():
        for _, call in calls(tree):
            match call:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="log"), attr=level), args=arguments
                ) if level != "bind":
                    if [type(argument) for argument in arguments] != [ast.Constant]:
                        offenders.append(f"{path}:{call.lineno}")

    assert offenders == []


def test_no_log_field_is_an_f_string() -> None:
    offenders = [
        f"{path}:{call.lineno}"
        for path, tree in sources()
        for _, call in calls(tree)
        if isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "log"
        and any(is_built(keyword.value) for keyword in call.keywords)
    ]

    assert offenders == []


def test_sql_is_never_put_together_from_strings() -> None:
    offenders = [
        f"{path}:{call.lineno}"
        for path, tree in sources()
        if path.startswith("storage/") and "/migrations/" not in path  # DDL has no input
        for name, call in calls(tree)
        if name in SQL_CALLS and call.args and is_built(call.args[0])
    ]

    assert offenders == []


def test_a_module_has_one_subject_and_is_short() -> None:
    lengths = {
        path: len((ROOT / path).read_text("utf-8").splitlines()) for path, _tree in sources()
    }

    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_a_function_does_one_thing_and_is_short() -> None:
    offenders = {
        f"{path}:{node.lineno} {node.name}": lines
        for path, tree in sources()
        if "/migrations/" not in path
        for node in ast.walk(tree)
        if isinstance(node, Function)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > MOST_FUNCTION_LINES
    }

    assert offenders == {}


def public_parts(path: str, tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    yield path, tree
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield f"{path}: {node.name}", node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, Function) and not inner.name.startswith("_"):
                    yield f"{path}: {node.name}.{inner.name}", inner


def test_everything_public_has_a_docstring() -> None:
    offenders = [
        name
        for path, tree in sources()
        if "/migrations/" not in path
        for name, node in public_parts(path, tree)
        if isinstance(node, ast.Module | ast.ClassDef | Function)
        if tree.body and not ast.get_docstring(node)
        if path != "nlu/__init__.py"  # stays empty: Rasa imports the package
    ]

    assert offenders == []


def test_what_rasa_imports_is_python_310() -> None:
    for name in ("nlu/labels.py", "nlu/text.py"):
        source = (ROOT / name).read_text("utf-8")

        tree = ast.parse(source, feature_version=(3, 10))

        assert "StrEnum" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def test_nobody_mocks_our_own_code() -> None:
    offenders = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if "node_modules" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom | ast.Import)
        if "mock" in (getattr(node, "module", None) or node.names[0].name).split(".")
    ]

    assert offenders == []


def test_the_watch_stands_alone() -> None:
    """It is copied to machines where nothing of ours and nothing of anybody's is installed."""
    offenders = [
        f"{path}: {library}"
        for path, tree in sources()
        if path.startswith("intake/watch/")
        for library in imported_libraries(tree)
        if library not in sys.stdlib_module_names
    ]
    upwards = [
        f"{path}:{node.lineno}"
        for path, tree in sources()
        if path.startswith("intake/watch/")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level > 1
    ]

    assert offenders + upwards == []
