"""The glossary: one term per thing, in English and in Chinese, each bound to what it is called in the model."""

from __future__ import annotations

import dataclasses

import yaml

from cocreate_sim.outcomes.catalogue import OUTCOMES
from cocreate_sim.schedule import BY_NAME
from cocreate_sim.world.levers import Channels, Levers
from cocreate_sim.world.settings import WorldSettings

from .tables import DOCS, NOTE, written

WORDS = """\
One term for one thing, in the code, the settings and the documentation. Chinese terms are those of the article and of the
trade, in simplified (简体) and traditional characters (繁體). "In the model" is the address of what the term stands for.
"""


def addresses() -> dict[str, str]:
    """Everything that a term may be bound to, with the page on which it stands."""
    found = {f"mechanism {name}": f"mechanisms/{name}.md" for name in BY_NAME}
    found |= {f"outcome {name}": "outcomes.md" for name in OUTCOMES}
    for section, cls in (("levers", Levers), ("channels", Channels), ("world", WorldSettings)):
        found |= {f"{section}.{f.name}": "settings.md" for f in dataclasses.fields(cls)}
    for name, m in BY_NAME.items():
        found |= {f"uncertainties.{name}.{f.name}": f"mechanisms/{name}.md" for f in dataclasses.fields(m.Settings)}
    return found | {"state": "state.md", "events": "events.md", "channels": "channels.md", "schedule": "schedule.md"}


def page() -> str:
    """The page."""
    groups: dict[str, list[dict[str, str]]] = yaml.safe_load((DOCS / "glossary.yaml").read_text(encoding="utf-8"))
    known, parts, seen = addresses(), [], set()
    for group, terms in groups.items():
        rows = []
        for t in terms:
            if t["en"] in seen:
                raise SystemExit(f"docs/glossary.yaml: {t['en']} stands there twice")
            seen.add(t["en"])
            bound = t.get("in", "")
            if bound and bound not in known:
                raise SystemExit(f"docs/glossary.yaml: {t['en']} is bound to {bound}, which is not in the model")
            link = f"[`{bound}`]({known[bound]})" if bound else ""
            rows.append(f"| {t['en']} | {t['hans']} | {t['hant']} | {written(t['is'], 'docs/glossary.yaml')} | {link} |")
        head = "| term | 简体 | 繁體 | meaning | in the model |\n| --- | --- | --- | --- | --- |"
        parts.append(f"## {group}\n\n{head}\n" + "\n".join(rows))
    return f"# Glossary\n\n{NOTE.replace('from the code', 'from docs/glossary.yaml')}{WORDS}\n" + "\n\n".join(parts) + "\n"
