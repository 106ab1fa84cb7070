"""The values that travel from one stage to the next. No behaviour beyond what a value says of itself.

One word per idea; the code, the commands and the messages use these and no others:

    message      one e-mail; *raw* as fetched, *read* once turned to values
    thread       messages tied by References, In-Reply-To or the provider's thread id
    application  one role at one employer, from the first message to the last
    interview    a moment at which the person and the employer talk
    promise      a statement of when the employer will be in touch
    deadline     the instant from which silence is overdue
    callback     any word of substance from the employer after an interview
    silence      time since the last word of substance while a deadline is pending
    finding      one fact read out of a message, with its sentence and the rule that found it
    nudge        one thing the person is told to do now
    correction   what the person told the program, which no mail knows

Conventions: ``*_at`` is an aware datetime (stored in UTC unless the docstring says that the offset means
something), ``*_on`` a calendar date in the owner's zone. Unknown is None. A range is (earliest, latest),
both included. Every value is frozen: stages answer with new values, they never edit what they were given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

# --------------------------------------------------------------------------------------------- the owner


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The person whose mailbox it is. ``addresses`` are lower case; ``country`` is ISO 3166-1 alpha-2,
    ``region`` the part after the hyphen in ISO 3166-2 ("ON", "ENG"), both None where unknown."""

    name: str
    addresses: frozenset[str]
    timezone: str
    country: str | None = None
    region: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


# ------------------------------------------------------------------------------- mailbox -> reading: bytes


class FolderRole(StrEnum):
    """What a folder is for. Drafts and Trash are never read, so they have no role here."""

    INBOX = "inbox"
    SENT = "sent"
    ARCHIVE = "archive"
    JUNK = "junk"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawHeader:
    """The header block of one message as the server gave it, and where to find the rest.

    ``key`` is opaque: only the source that made it can take it back (see ``Source.texts``).
    ``received_at`` is UTC: INTERNALDATE, or the Date header's instant for files (the file's own time where that fails).
    """

    key: str
    mailbox: str
    folder: str
    role: FolderRole
    received_at: datetime
    size_bytes: int
    header: bytes
    provider_thread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMessage:
    """One RFC 5322 message as bytes. ``is_partial``: attachments or the tail of long texts were left on the
    server; what there is, is still a well-formed message as far as the original was one."""

    header: RawHeader
    content: bytes
    is_partial: bool = False


# ------------------------------------------------------------------------ reading -> understanding: values


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """``address`` is lower case, without angle brackets; ``name`` is decoded, "" where there is none."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


class InviteMethod(StrEnum):
    """RFC 5546 section 1.4. A part without METHOD is PUBLISH."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    REPLY = "REPLY"
    COUNTER = "COUNTER"
    PUBLISH = "PUBLISH"
    OTHER = "OTHER"


class Certainty(StrEnum):
    """How a calendar start became an instant: the zone was named; a floating time read in the owner's zone;
    the zone's name was unknown and a rule chose one; no instant can be given."""

    CERTAIN = "certain"
    FLOATING = "floating"
    GUESSED = "guessed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invite:
    """One VEVENT (RFC 5545 section 3.6.1). ``start``/``end`` are aware, or naive where ``certainty`` is FLOATING
    (understanding then reads them in the owner's zone), or None; an all-day event has ``day`` and no start."""

    method: InviteMethod
    uid: str
    sequence: int
    start: datetime | None
    end: datetime | None
    day: date | None = None
    certainty: Certainty = Certainty.CERTAIN
    status: str = ""
    summary: str = ""
    description: str = ""
    location: str = ""
    organizer: Address | None = None
    attendees: tuple[Address, ...] = ()
    recurrence_id: str = ""
    answer: str = ""
    """Of a REPLY or COUNTER: its attendee's PARTSTAT (ACCEPTED, DECLINED, TENTATIVE)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a message says, as plain text with single newlines inside a paragraph kept and blank lines between.

    ``text``: the words that its sender typed, quotes and signature cut off; lines typed below or between quotes
    are part of it. ``signature``: the sender's block, disclaimers included. ``quoted``: what they quoted or
    forwarded, without the "> ". ``links``: targets of HTML links and bare URLs, at most 50."""

    text: str = ""
    signature: str = ""
    quoted: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message as values.

    ``id``: the Message-ID with its angle brackets; for a message without one, "<sha256 of header+date@missing.invalid>",
    the same on every reading. ``sent_at`` keeps the sender's own offset: relative promises ("by Friday") count from
    the sender's day. ``headers``: lower-case names to unfolded values, only those of ``reading.headers.KEPT``.
    ``has_body`` is False where only the header was fetched.
    """

    id: str
    mailbox: str
    folder: str
    role: FolderRole
    key: str
    sent_at: datetime
    received_at: datetime
    sender: Address | None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    provider_thread: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = field(default_factory=Body)
    invites: tuple[Invite, ...] = ()
    has_body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableMessage:
    """A message that could not be turned to values; recorded with its reason, never in the way of the next."""

    key: str
    mailbox: str
    folder: str
    received_at: datetime
    reason: str


# ------------------------------------------------------------------- understanding -> matching: the findings


class Verdict(StrEnum):
    """Whether the address in From may be believed, by the receiving server's own check (RFC 8601)."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    UNKNOWN = "unknown"
    """It has looked and cannot say."""
    ABSENT = "absent"
    """The message carries no such word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """What the topmost Authentication-Results field says. ``server`` is the name of who wrote it, "" where there is none."""

    server: str
    verdict: Verdict


class SenderKind(StrEnum):
    OWNER = "owner"
    PERSON = "person"
    PLATFORM = "platform"
    """An applicant tracking or scheduling system that speaks for an employer (Greenhouse, Calendly)."""
    ORGANISATION = "organisation"
    """A role address of an employer's own (careers@, scheduling@)."""
    BULK = "bulk"
    """Newsletters, alerts, shops: mail to many."""
    MACHINE = "machine"
    """Automatic answers, bounces, tickets."""


class Kind(StrEnum):
    """What a message says. A message has one main kind and may say other things beside it."""

    # from an employer, or somebody who speaks for one
    RECEIPT = "receipt"
    APPROACH = "approach"
    """An unasked offer to talk (a recruiter's first letter); an application only once the owner shows interest."""
    INVITATION = "invitation"
    BOOKING_LINK = "booking_link"
    """Choose a time yourself: a request after an interview, none before."""
    PROPOSAL = "proposal"
    """A time that is only asked about ("would Tuesday at 3 suit?"): waits for the owner."""
    LOGISTICS = "logistics"
    REQUEST = "request"
    NEXT_STEP = "next_step"
    OFFER = "offer"
    REJECTION = "rejection"
    ON_HOLD = "on_hold"
    UPDATE = "update"
    """A word of substance with no decision: still deciding, running late, open."""
    REOPENED = "reopened"
    """After a hold or a refusal: the matter is open again ("the freeze has lifted"), with nothing fixed yet."""
    COURTESY = "courtesy"
    SURVEY = "survey"
    NEWSLETTER = "newsletter"
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    # from the owner
    APPLICATION = "application"
    INTEREST = "interest"
    THANKS = "thanks"
    QUESTION = "question"
    """The owner asks how things stand: a follow-up where it comes after an interview."""
    FEEDBACK_REQUEST = "feedback_request"
    ANSWER = "answer"
    WITHDRAWAL = "withdrawal"
    DECLINED_OFFER = "declined_offer"
    ACCEPTED_OFFER = "accepted_offer"
    # from anybody
    OTHER = "other"


class Topic(StrEnum):
    """Is the message about the owner's own search for a job?"""

    HIRING = "hiring"
    UNRELATED = "unrelated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why something is believed: the sentence as it stands in the message (240 characters at most) and the name
    of the rule that read it, as ``module.rule-name``."""

    sentence: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFinding:
    kind: Kind
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """How likely, 0..1, the letter by itself is of this kind: what its thread decides from. ``OTHER`` is of another matter."""

    kind: Kind
    probability: float
    evidence: Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFinding:
    """An employer's or a role's name as a person would write it. ``weight`` 0..1: how good the place was in which
    it stood; matching compares them, nothing else reads them."""

    name: str
    weight: float
    evidence: Evidence


class OffsetUnit(StrEnum):
    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    WEEKS = "weeks"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewOffset:
    """A time counted from an interview as held ("within a week of your onsite"): ``earliest``..``latest`` units after it."""

    earliest: int
    latest: int
    unit: OffsetUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeframe:
    """What a span of words says about time, resolved against the day it was written.

    Exactly one of (``latest``) and (``from_interview``) is set. ``at`` is an aware instant where a clock time was named
    ("by 5pm ET on Friday"), and then ``latest`` is its day in its own zone. ``quote`` is the span, not the sentence.
    """

    quote: str
    rule: str
    earliest: date | None = None
    latest: date | None = None
    at: datetime | None = None
    from_interview: InterviewOffset | None = None


class PromisedBy(StrEnum):
    EMPLOYER = "employer"
    OWNER = "owner"
    """Restated by the owner in a message of their own ("you mentioned I'd hear by Friday")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseFinding:
    """``evidence.sentence`` is the sentence that promises, ``timeframe`` when."""

    timeframe: Timeframe
    by: PromisedBy
    evidence: Evidence


class Stance(StrEnum):
    """How a moment stands in the message that names it."""

    FIXED = "fixed"
    """It stands unless somebody objects: booked, confirmed, an invite, "I have put you down for"."""
    MOVED = "moved"
    """FIXED, and said to replace a time agreed before."""
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    """Agrees to what the other side proposed; may repeat the time, or part of it, or name none."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A time at which the owner and the employer would talk, as one message speaks of it.

    ``start`` is aware. Where only part is known ``start`` is None and ``day`` or ``clock`` ("14:00") holds the part, or
    neither ("Perfect."). ``uid``/``sequence``: of the invite it came from, else None/0. ``is_interview``: False for what is
    no interview (a visit to sign papers, a deadline, the owner interviewing somebody else).
    """

    stance: Stance
    evidence: Evidence
    start: datetime | None = None
    end: datetime | None = None
    day: date | None = None
    clock: str | None = None
    uid: str | None = None
    sequence: int = 0
    label: str = ""
    people: tuple[str, ...] = ()
    is_interview: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """All that is kept of one message: what it is, who wrote it, and what was read out of it. No body."""

    id: str
    mailbox: str
    folder: str
    role: FolderRole
    sent_at: datetime
    sender: Address | None
    sender_kind: SenderKind
    recipients: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    subject: str = ""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    provider_thread: str | None = None
    kind: KindFinding
    also: tuple[KindFinding, ...] = ()
    """Other things the same message says, without the main kind."""
    topic: Topic = Topic.UNKNOWN
    topic_evidence: Evidence | None = None
    promises: tuple[PromiseFinding, ...] = ()
    moments: tuple[Moment, ...] = ()
    employers: tuple[NameFinding, ...] = ()
    """Best first."""
    roles: tuple[NameFinding, ...] = ()
    """Best first."""
    agency: str | None = None
    """The sender's own firm where it hires for somebody else."""
    due: Timeframe | None = None
    """By when the employer wants the owner's answer."""
    votes: tuple[Vote, ...] = ()
    """Likeliest first; none where the header decides."""
    read_in_full: bool = True
    """False: judged by its header alone (a Junk folder, or not worth a text)."""
    authentication: Authentication | None = None
    """None: read by a heardback that did not look."""

    @property
    def by_owner(self) -> bool:
        return self.sender_kind is SenderKind.OWNER

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return (self.kind.kind, *(finding.kind for finding in self.also))

    def says(self, *kinds: Kind) -> bool:
        return any(kind in kinds for kind in self.kinds)


# ------------------------------------------------------------------------- matching -> policy: applications


class InterviewStatus(StrEnum):
    UPCOMING = "upcoming"
    HELD = "held"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """One interview at its last known time. ``message`` is the one that fixed that time. ``is_cancelled`` is what mail
    says; whether it has been held is a question of now, and policy's."""

    start: datetime
    end: datetime | None
    message: str
    evidence: Evidence
    is_cancelled: bool = False
    uid: str | None = None
    label: str = ""
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """One role at one employer. ``messages`` in order of ``sent_at``. ``id`` is "" until the ledger (or, ad hoc, the
    names) gives one; ``ambiguities`` are sentences for ``why``: what was left unmatched rather than guessed."""

    id: str
    employer: str
    role: str | None
    messages: tuple[MessageFacts, ...]
    interviews: tuple[Interview, ...] = ()
    agency: str | None = None
    country: str | None = None
    """The employer's, where known to differ from the owner's."""
    ambiguities: tuple[str, ...] = ()


# ----------------------------------------------------------------------------- what the person told us


class CorrectionKind(StrEnum):
    DONE = "done"
    """Asked, thanked or answered by other means; ``value`` is the Action it answers."""
    HEARD = "heard"
    """They called; ``value`` is an Outcome."""
    PROMISE = "promise"
    """Told a date; ``value`` is the words, ``on`` the latest day."""
    INTERVIEW = "interview"
    """An interview no mail knows; ``until`` is its start."""
    MISSED = "missed"
    """They did not come to the interview that began at ``until``."""
    SNOOZE = "snooze"
    """Quiet until ``until``."""
    CLOSE = "close"
    FORGET = "forget"
    MERGE = "merge"
    """``value`` is the id of the application that is absorbed."""
    SPLIT = "split"
    """``value`` is the Message-ID from which on a new application begins."""
    RENAME = "rename"
    """``value`` is the employer's name, or "employer / role"."""


class Outcome(StrEnum):
    NEXT_ROUND = "next_round"
    OFFER = "offer"
    REJECTED = "rejected"
    ON_HOLD = "on_hold"
    STILL_DECIDING = "still_deciding"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """``made_at`` is when it was said: an event on the application's timeline like a message."""

    id: int
    application: str
    kind: CorrectionKind
    made_at: datetime
    value: str = ""
    on: date | None = None
    until: datetime | None = None


# -------------------------------------------------------------------------------- policy -> nudges, tables


class State(StrEnum):
    WITHDRAWN = "withdrawn"
    OFFER = "offer"
    REJECTED = "rejected"
    ON_HOLD = "on_hold"
    YOUR_TURN = "your_turn"
    SCHEDULED = "scheduled"
    DORMANT = "dormant"
    OVERDUE = "overdue"
    WAITING = "waiting"
    APPLIED = "applied"


class Action(StrEnum):
    THANK_YOU = "thank_you"
    FOLLOW_UP = "follow_up"
    FOLLOW_UP_AGAIN = "follow_up_again"
    REPLY = "reply"
    ASK_FEEDBACK = "ask_feedback"
    MOVE_ON = "move_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A promise on an application's timeline, its dates resolved. ``made_at`` is the message's own time."""

    message: str
    quote: str
    rule: str
    made_at: datetime
    earliest: date | None
    latest: date
    by: PromisedBy
    spent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldInterview:
    """An interview with its status as of the moment that was judged."""

    interview: Interview
    status: InterviewStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an application stands at one moment: the answer of ``policy.judge``.

    ``why`` is one sentence for a person. ``rules`` name what fired, in order. ``rests_on`` identifies what the action
    rests on (a promise, an interview, a request, a follow-up): the same silence gives the same key on every pass,
    and a renewed one another, so that a nudge is unique by (application, action, rests_on).
    ``push_at`` is when the phone should ring for the present action; the action may hold before it.
    ``next_change_at`` is the earliest moment at which passing time alone changes state, action or push.
    """

    application: str
    state: State
    action: Action | None
    why: str
    rules: tuple[str, ...]
    deadline: datetime | None = None
    push_at: datetime | None = None
    rests_on: str = ""
    due: datetime | None = None
    unconfirmed: str | None = None
    next_change_at: datetime | None = None
    interviews: tuple[HeldInterview, ...] = ()
    promises: tuple[Promise, ...] = ()
    promise: Promise | None = None
    """The one that counts now."""
    last_interview: Interview | None = None
    follow_ups_at: tuple[datetime, ...] = ()
    """The owner's follow-ups in the present silence."""
    last_word_at: datetime | None = None
    """The employer's last word of substance."""
    tell_due_at: datetime | None = None
    """When the day by which an offer wants its answer is told, two days before: no action, and the only word about an offer."""
    doubted: tuple[str, ...] = ()
    """Message-IDs whose sender may not be believed: they decide nothing, and no draft answers them."""


class NudgeStatus(StrEnum):
    PLANNED = "planned"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    HELD_BACK = "held_back"
    """Too old when first seen (an old mailbox's first scan): told in the summary, never pushed."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """``id`` is the ledger's, 0 for one that is not stored (an ad hoc scan)."""

    id: int
    application: str
    action: Action
    rests_on: str
    push_at: datetime
    status: NudgeStatus = NudgeStatus.PLANNED
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """The words of one nudge or notice as they reach a phone. Title 45 characters or fewer, body 240 or fewer."""

    title: str
    body: str
    click_url: str | None = None
    is_urgent: bool = False
    kind: str = ""
    """What it is about, for targets that take only some: an action's name, or a notice's topic. "" for a trial."""


PUSH_TAGS = (*(action.value for action in Action), "summary", "alive", "trouble", "urgent")
"""What a target may be tagged with, to get those pushes alone. "trouble" is whatever heardback says of itself but for its summary
and its sign of life."""


# -------------------------------------------------------------------------------------- a pass, as it is shown


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxReport:
    """What a pass saw of one mailbox. ``complete_to`` is None while it has never been read through; ``problem`` is a
    sentence where the last reading failed or left a gap."""

    name: str
    messages_seen: int = 0
    messages_read: int = 0
    unreadable: int = 0
    complete_to: datetime | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An application beside how it stands."""

    application: Application
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """All that one pass knows: what ``scan`` and ``status`` print."""

    as_of: datetime
    mailboxes: tuple[MailboxReport, ...]
    judged: tuple[Judged, ...]
