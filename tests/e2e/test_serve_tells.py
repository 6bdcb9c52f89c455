"""`newslake serve` makes a brief on time though no run is due then, and Prefect shows it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.orchestration.api import Api
from newslake.testing import Answer, Site
from tests.e2e.serving import Serving, free_port
from tests.e2e.test_serve_schedule import outlet, write
from tests.flows.command import newslake, newslake_process
from tests.warehouse.makers import words

pytestmark = pytest.mark.timeout(400)
NEVER = 'cron = "0 0 1 1 *"'


def told(config: Path, hook: Site) -> Path:
    """Add a daily brief and an alert."""
    hook.routes["/hook"] = Answer()
    config.write_text(
        f'[notify]\nurls = ["json://127.0.0.1:{hook.port}/hook"]\n[brief]\nsend = true\n'
        f'[[alert]]\nname = "tankers"\non = "new"\ntopic = "oil"\n{config.read_text()}'
    )
    return config


def another(site: Site) -> None:
    """Let the outlet have a second story, which is no copy of the first."""
    body = "".join(f"<p>The tanker {words(f'p{n}', 30)}.</p>" for n in range(6))
    dated = f'<meta property="article:published_time" content="{datetime.now(UTC).isoformat()}">'
    head = f"<head><title>Another tanker</title>{dated}</head>"
    page = f"<html>{head}<body><article><h1>Another tanker</h1>{body}</article></body></html>"
    site.routes["/paper/another-story"] = Answer(page.encode())
    item = f"<item><title>Another tanker</title><link>{site.url}/paper/another-story</link></item>"
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>P</title>{item}</channel></rss>'
    site.routes["/paper.xml"] = Answer(feed.encode())


def test_a_brief_comes_on_time_without_a_run(tmp_path: Path) -> None:
    with Site() as site, Site() as hook:
        outlet(site, "paper")
        config = told(write(tmp_path / "watchlist.toml", site, NEVER, ("paper", "")), hook)
        with Serving(config, "--plain") as serving:
            serving.wait_for("the first run", lambda: "Sent 2 messages." in serving.log)
            another(site)
            done = newslake("run", "--plain", "-c", config)
            assert done.returncode == 0 and "Sent 1 message." in done.stdout, done.stdout + done.stderr
            serving.forward(hours=24)
            serving.wait_for("the brief", lambda: serving.log.count("Brief: 1 new article on 1 of 1 topic") == 2, 60)
            assert serving.stop() == 0
            assert "Traceback" not in serving.log and serving.log.count("completed:") == 1
    titles = [json.loads(asked.body)["title"].split(":")[1].split(" of ")[0].strip() for asked in hook.asked]
    assert sorted(titles[:2]) == ["brief", "tankers"] and titles[2:] == ["tankers", "brief"]
    assert "another-story" in json.loads(hook.asked[-1].body)["message"]
    assert "another-story" in (tmp_path / "briefs" / "latest.html").read_text()


def test_prefect_shows_the_brief(tmp_path: Path) -> None:
    port = free_port()
    with Site() as site, Site() as hook:
        outlet(site, "paper")
        config = told(write(tmp_path / "watchlist.toml", site, NEVER, ("paper", "")), hook)
        with Serving(config, "--port", str(port)) as serving:
            serving.wait_for("the first run", lambda: "Sent 2 messages." in serving.log, 240)
            another(site)
            done = newslake_process("run", "--config", config, seconds=200)
            assert done.returncode == 0, done.stderr
            serving.forward(hours=24)
            serving.wait_for("the brief", lambda: len(_briefs(port)) == 2, 120)
            assert "another-story" in _briefs(port)[-1]["data"]
            assert "Prefect failed" not in serving.log


def _briefs(port: int) -> list[dict[str, str]]:
    found = Api(f"http://127.0.0.1:{port}/api").ask("/artifacts/filter", {"sort": "CREATED_DESC"})
    return sorted((one for one in found if one["key"] == "brief"), key=lambda one: one["created"])
