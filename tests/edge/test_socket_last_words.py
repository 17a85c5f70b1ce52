"""What a visitor sends before going is taken to the last word, though the answers find nobody."""

from __future__ import annotations

from tests.edge.people import on_duty, paired, parted
from tests.services import DemoServer


async def test_an_end_is_heard_behind_lines_whose_answers_find_nobody(demo: DemoServer) -> None:
    adviser = await on_duty(demo)
    visitor, desk = await paired(demo, adviser, "127.44.8.1")

    for number in range(20):
        await visitor.say(f"rad {number}")
    await visitor.wire.tell("end", quick=True)
    await visitor.leave()

    await adviser.news.until(lambda: desk.party.heard.closed is not None)
    assert desk.party.heard.closed == "quick"


async def test_a_frame_that_came_too_late_is_the_answer_to_nothing(demo: DemoServer) -> None:
    adviser = await on_duty(demo)
    visitor, desk = await paired(demo, adviser, "127.44.8.2")
    await visitor.end()
    await adviser.news.until(lambda: desk.party.heard.closed is not None)
    adviser.rooms.pop(desk.party.room)

    await desk.party.say("kom du hem?")
    await adviser.news.until(lambda: "frame" in [each["of"] for each in adviser.refusals])
    await adviser.ready()

    visitor, desk = await paired(demo, adviser, "127.44.8.2")
    assert desk.party.heard.closed is None
    await parted(visitor, adviser, desk)
    await adviser.leave()
