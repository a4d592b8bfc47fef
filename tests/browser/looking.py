"""How browser tests look at a page: the sizes of its readers' screens, and axe for those who see it otherwise."""

import json
from pathlib import Path

AXE = Path(__file__).parent / "vendor/axe-core-4.14.1/axe.min.js"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
SERIOUS = {"serious", "critical"}
# Pages that axe has looked at: its own probing styles are refused by the policy, which is as it should be.
AUDITED = set()


def assert_accessible(page):
    """No serious or critical violation of WCAG 2.2 A and AA by axe, run in an isolated world beside the page's policy."""
    session = page.context.new_cdp_session(page)
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})["executionContextId"]

    def run(source):
        answer = session.send(
            "Runtime.evaluate",
            {"expression": source, "contextId": world, "awaitPromise": True, "returnByValue": True},
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    AUDITED.add(page)
    run(AXE.read_text(encoding="utf-8") + "; 0")
    tags = json.dumps(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    found = run(
        f"axe.run(document, {{runOnly: {{type: 'tag', values: {tags}}}}}).then((r) => r.violations.map("
        "(v) => ({id: v.id, impact: v.impact, nodes: v.nodes.map((n) => n.html.slice(0, 200) + ' ' + n.failureSummary)})))"
    )
    session.detach()
    serious = [violation for violation in found if violation["impact"] in SERIOUS]
    assert serious == [], json.dumps(serious, indent=1, ensure_ascii=False)
