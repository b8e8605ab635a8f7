"""What is gone back in."""

from dataclasses import replace

from tests.unit.engine.drawing import draw, each, end, flow, fork, start, sub, user


def two_branches():
    return draw(
        start(),
        *(user(name) for name in ("ask", "a1", "a2", "b", "after")),
        fork("split"),
        fork("join"),
        end(),
        flow("start", "ask", "split", "a1", "a2", "join", "after", "end"),
        flow("split", "b", "join"),
    )


def nested(**options):
    return draw(
        start(),
        user("before"),
        sub(
            "part",
            start("ps"),
            user("p1", **options),
            user("p2"),
            end("pe"),
            flow("ps", "p1", "p2", "pe"),
        ),
        user("after"),
        end(),
        flow("start", "before", "part", "after", "end"),
    )


def signed(**loop):
    return draw(
        start(),
        user("before"),
        user("sign", loop=each("= [1, 2, 3]", "who", **loop)),
        user("after"),
        end(),
        flow("start", "before", "sign", "after", "end"),
    )


def nested_many():
    process = nested()
    part = process.nodes["part"]
    return replace(process, nodes={**process.nodes, "part": replace(part, loop=each("= [1, 2]", "who"))})
