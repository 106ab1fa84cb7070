"""What the person said about which mail belongs together: FORGET, MERGE, SPLIT, RENAME. Taken in the order in which it was said.

Corrections name ids of the ledger, and matching is derived again on every pass, so each must hold on the next pass too, when the
ledger has by then filed the absorbed messages under the survivor and the split ones under a new id:

- SPLIT is anchored to its message and parts whatever application holds that message;
- MERGE joins all that the ledger files under either id;
- FORGET takes away all that the ledger files under the id, and what matching adds to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from heardback.matching.threads import in_order
from heardback.model import Application, Correction, CorrectionKind, MessageFacts

STRUCTURAL = frozenset({CorrectionKind.FORGET, CorrectionKind.MERGE, CorrectionKind.SPLIT, CorrectionKind.RENAME})
"""The corrections that change which messages belong together or what they are called; the others are policy's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Messages that make one application, before it is named. ``employer``/``role``: the person's own words, over what mail
    says."""

    messages: tuple[MessageFacts, ...]
    id: str = ""
    employer: str = ""
    role: str | None = None
    ambiguities: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Item:
    application: Application
    ids: set[str]
    """All ids by which it may be spoken of: its own, and those the ledger files most of its messages under."""
    changed: bool = False
    employer: str = ""
    role: str | None = None


def correct(
    applications: Sequence[Application], corrections: Sequence[Correction], known: Mapping[str, str]
) -> tuple[Application | Draft, ...]:
    """Apply structural corrections to applications that have ids. Untouched ones come back as they were, others as drafts
    whose names and interviews must be read again; in order of their first message."""
    items = [_Item(application=application, ids={application.id, *_filed(application, known)}) for application in applications]
    for correction in sorted(corrections, key=lambda item: (item.made_at, item.id)):
        match correction.kind:
            case CorrectionKind.FORGET:
                items = [item for item in items if not _is(item, correction.application, items)]
            case CorrectionKind.MERGE:
                items = _merge(items, correction.application, correction.value)
            case CorrectionKind.SPLIT:
                items = _split(items, correction.application, correction.value, known)
            case CorrectionKind.RENAME:
                _rename(items, correction)
            case _:
                pass
    items.sort(key=lambda item: (item.application.messages[0].sent_at, item.application.messages[0].id))
    return tuple(_result(item) for item in items)


def _filed(application: Application, known: Mapping[str, str]) -> set[str]:
    counts = Counter(known[message.id] for message in application.messages if message.id in known)
    return {counts.most_common(1)[0][0]} if counts else set()


def _is(item: _Item, id: str, items: Sequence[_Item]) -> bool:
    """Whether ``id`` speaks of ``item``: by its own id, or, where the ledger files it there and it was only given another id
    because two claimed one, by that."""
    return item.application.id == id or id in item.ids


def _merge(items: list[_Item], survivor: str, absorbed: str) -> list[_Item]:
    mine = [item for item in items if survivor in item.ids or absorbed in item.ids]
    if len(mine) < 2:
        return items
    keeper = next((item for item in mine if item.application.id == survivor), mine[0])
    merged = _Item(
        application=replace(
            keeper.application,
            id=survivor,
            messages=in_order({message.id: message for item in mine for message in item.application.messages}.values()),
            ambiguities=tuple(dict.fromkeys(sentence for item in mine for sentence in item.application.ambiguities)),
        ),
        ids=set().union(*(item.ids for item in mine), {survivor, absorbed}),
        changed=True,
        employer=keeper.employer,
        role=keeper.role,
    )
    return [merged, *(item for item in items if item not in mine)]


def _split(items: list[_Item], original: str, message_id: str, known: Mapping[str, str]) -> list[_Item]:
    """From that message on a new application begins. Its id is the one the ledger has for these messages by now, else a new
    one."""
    result: list[_Item] = []
    for item in items:
        messages = item.application.messages
        place = next((place for place, message in enumerate(messages) if message.id == message_id), 0)
        if place == 0:
            result.append(item)
            continue
        later = Counter(known[message.id] for message in messages[place:] if known.get(message.id, original) != original)
        taken = {other.application.id for other in items} | set(known.values()) | {other.application.id for other in result}
        new = later.most_common(1)[0][0] if later else _next_id(original, taken)
        kept_id = original if item.application.id in (original, new) else item.application.id
        kept = replace(item.application, id=kept_id, messages=messages[:place])
        cut = replace(item.application, id=new, messages=messages[place:])
        result.append(_Item(application=kept, ids={kept_id}, changed=True, employer=item.employer, role=item.role))
        result.append(_Item(application=cut, ids={new}, changed=True))
    return result


def _next_id(id: str, taken: set[str]) -> str:
    number = 2
    while f"{id}-{number}" in taken:
        number += 1
    return f"{id}-{number}"


def _rename(items: Sequence[_Item], correction: Correction) -> None:
    employer, _, role = (part.strip() for part in correction.value.partition("/"))
    for item in items:
        if item.application.id == correction.application:
            item.changed = True
            item.employer = employer or item.employer
            item.role = role or item.role


def _result(item: _Item) -> Application | Draft:
    if not item.changed:
        return item.application
    application = item.application
    return Draft(
        messages=application.messages,
        id=application.id,
        employer=item.employer,
        role=item.role,
        ambiguities=application.ambiguities,
    )
