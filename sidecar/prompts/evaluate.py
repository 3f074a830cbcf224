"""How a prompt does on the gold cases: how many of its texts keep to the facts, and how much of them they tell."""

from dataclasses import dataclass, field

from sidecar.adapters.language_ledger import LanguageLedger
from sidecar.adapters.language_model import LanguageModel
from sidecar.adapters.prompt_store import Prompt
from sidecar.adapters.templates import Templates
from sidecar.config import LanguageModelConfig
from sidecar.domain.summaries import Summary
from sidecar.prompts.gold import Gold, omissions
from sidecar.services.summarize import summarize


@dataclass(slots=True)
class Figures:
    """`used`: share of texts that passed every check; `told`: share of the other facts that those texts are about."""

    cases: int
    used: float
    told: float
    omissions: int
    refused: dict[str, int] = field(default_factory=dict)


class _One:
    """A store of the one prompt that is measured."""

    def __init__(self, prompt: Prompt) -> None:
        self._prompt = prompt

    def get(self, _name: str) -> Prompt:
        """The prompt."""
        return self._prompt


def evaluate(
    prompt: Prompt, config: LanguageModelConfig, ledger: LanguageLedger, cases: list[Gold]
) -> Figures:
    """Write every case's text with the prompt; each has the time limit of its own request."""
    model = LanguageModel(config, _One(prompt), ledger)  # type: ignore[arg-type]
    templates, told, left_out = Templates(), [], 0
    refused: dict[str, int] = {}
    found: list[Summary] = []
    for gold in cases:
        summary = summarize(gold.case, templates, model.open(), purpose=prompt.name)
        found.append(summary)
        left_out += len(omissions(summary.text, gold.must))
        if summary.fallback:
            refused[summary.fallback[0]] = refused.get(summary.fallback[0], 0) + 1
        else:
            tellable = [fact for fact in gold.case.facts if fact.kind != "said"]
            told.append(len(summary.facts_used) / max(1, len(tellable)))
    used = sum(summary.source == "model" for summary in found) / max(1, len(found))
    return Figures(len(found), used, sum(told) / max(1, len(told)), left_out, refused)


def better(new: Figures, old: Figures) -> bool:
    """Not fewer texts that keep to the facts; at the same share, not less told."""
    return (round(new.used, 6), round(new.told, 6)) >= (round(old.used, 6), round(old.told, 6))
