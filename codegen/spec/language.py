"""The spec language: what may stand in `spec/*.yaml`, as attrs classes.

cattrs reads YAML into these classes, and the JSON Schema that editors use is made from the same classes, so a key is
described once: by its attribute's annotation and the docstring-like `doc` beside it.

Files
├── sources.yaml             service.SourcesFile    the pages that facts come from, with their editions
├── platform.yaml            service.PlatformFile   hosts and the endpoints that hand out tokens
├── errors.yaml              service.ErrorsFile     what the platform's error codes mean
├── foreign_names.yaml       service.ForeignFile    names that other APIs have, and no page of the platform
├── shapes/*.yaml            ShapesFile             objects that several operations share
└── v1/*.yaml v2/*.yaml      OperationFile          one operation: parameters, rules, groups, models
"""

from __future__ import annotations

import datetime
from typing import Any, Literal

import attrs

Scalar = str | int | float | bool
Level = Literal["error", "warning"]
LimitName = Literal[
    "context", "max_chars", "max_input_tokens", "max_output_tokens", "default_output_tokens", "max_thinking_tokens"
]


def key(doc: str, **options: Any) -> Any:
    """An attribute of the language: `doc` is what an editor shows beside the key."""
    return attrs.field(metadata={"doc": doc}, **options)


# --- fields and shapes -------------------------------------------------------------------------------------------


@attrs.frozen
class Bound:
    """One end of a range. `value` is a number, the name of a model's limit, or None: no end."""

    value: float | int | str | None
    open: bool


@attrs.frozen
class Range:
    """An interval as the pages write it: `(0, 1.0]`, `[2, 2048]`, `[1, inf)`, `[2, max_output_tokens]`."""

    low: Bound
    high: Bound
    text: str


@attrs.frozen(kw_only=True)
class Field:
    """A parameter of an operation or a member of a shape."""

    type: str = key(
        "string, int, float, bool, object, json_schema, object_schema, image (base64), file, a shape's name, list[T], "
        "map[T] or T | U.",
    )
    doc: str = key("What it means, in a sentence or two. The first line is what an editor shows.")
    required: bool = key("Whether a request without it is refused.", default=False)
    nullable: bool = key(
        "Replies: None where the platform leaves it out. Otherwise the type's empty value.", default=False
    )
    default: Scalar | None = key("What the platform takes where it is left out. Never sent.", default=None)
    range: Range | None = key("Numbers: the interval, as '(0, 1.0]'. A bound may name a model's limit.", default=None)
    enum: list[Scalar] | None = key("The values allowed.", default=None)
    hints: dict[str, str] = key("A value that people take for one of the enum's → what to do instead.", factory=dict)
    min_items: int | None = key("Lists and maps: how many at the least.", default=None)
    max_items: int | None = key("Lists and maps: how many at the most.", default=None)
    max_length: int | LimitName | None = key(
        "Strings: characters at the most; of each item of a list. A model's limit by its name.", default=None
    )
    max_bytes: int | None = key("Images: bytes of the base64 text at the most.", default=None)
    address: Literal["image", "video"] | None = key(
        "Strings: what an http(s) address or a data: URL leads to. Another text warns.", default=None
    )
    sides: Range | None = key("Images, and texts such as 1024x768: pixels that each side may have.", default=None)
    non_empty: bool = key("Strings: may not be empty.", default=False)
    neutral: Scalar | None = key(
        "A value that asks for nothing: sent to a model that does not take it, it warns.", default=None
    )
    idle: str | None = key("Why it is of no use, whatever its value: sending it warns with these words.", default=None)
    sent_in: Literal["path", "query", "body"] | None = key(
        "Where the request has it. path: for its name in {braces}. Left out: the body; of GET and DELETE the query.",
        default=None,
    )
    sent: bool = key("False: an argument of the official SDK that never reaches the platform.", default=True)
    elsewhere: Level = key("What it is to send it to a model that does not take it.", default="error")
    listed_by: str | None = key("The page that says which models take it. Left out: its source.", default=None)
    other_names: dict[str, Level] = key(
        "Names that the other dialect or OpenAI gives it → what it is to send it under that name.", factory=dict
    )
    level: Level | None = key("error or warning. Left out: error if the source is documentation.", default=None)
    source: str | None = key("The page that says so. Left out: the file's source.", default=None)


@attrs.frozen(kw_only=True)
class When:
    """A condition on one member: its value, or that it is present."""

    member: str = key("Its name.")
    equals: Scalar | None = key("The value it must have. Left out: any value but null.", default=None)


@attrs.frozen(kw_only=True)
class Need:
    """`member` must be there under a condition."""

    member: str = key("The member needed.")
    when: When | None = key("Only when this holds.", default=None)
    unless: When | None = key("Not when this holds.", default=None)
    level: Level | None = key("error or warning. Left out: error if the source is documentation.", default=None)
    source: str | None = key("The page that says so. Left out: the file's source.", default=None)


@attrs.frozen(kw_only=True)
class Filled:
    """`member`, a string, may not be empty under a condition."""

    member: str = key("The member that may not be empty.")
    unless: When | None = key("Not when this holds.", default=None)
    warns: When | None = key("When this holds, it only warns.", default=None)
    source: str | None = key("The page that says so. Left out: the file's source.", default=None)


@attrs.frozen(kw_only=True)
class Effect:
    """`member` has an effect only under a condition. Otherwise it is advised against: a warning."""

    member: str = key("The member without effect.")
    only_when: When = key("When it has one.")
    source: str | None = key("The page that says so. Left out: the file's source.", default=None)


@attrs.frozen(kw_only=True)
class Ability:
    """`member` is of use only to models with an ability. It warns for those that the page names and that lack it."""

    member: str = key("Dotted path, with [] for each item: messages[].content[].image_url.")
    needs: str = key("The ability, as models have it in abilities: functions.")
    source: str | None = key("The page that says which models have it. Left out: the file's source.", default=None)
    lacking: list[str] = key("The models that the page lists without it. Left out: all that it names.", factory=list)


@attrs.frozen(kw_only=True)
class Prefer:
    """Set one of these members, not several: the pages advise it. A warning."""

    one_of: list[str] = key("The members.")
    unsaid_on: list[str] = key("Pages that describe a group themselves and do not say it: not there.", factory=list)
    advice: str | None = key("What the page says, where that is not: set one or the other.", default=None)
    source: str | None = key("The page that says so. Left out: the file's source.", default=None)


@attrs.frozen(kw_only=True)
class Refers:
    """A name at one place must exist at another."""

    member: str = key("Dotted path of the name: tool_choice.function.name.")
    to: str = key("Dotted path with [] for each item: functions[].name.")
    source: str | None = key("The page that says so. Left out: the file's source.", default=None)


@attrs.frozen(kw_only=True)
class Total:
    """The characters of several texts together stay within a limit of the model."""

    of: list[str] = key("Dotted paths with [] for each item: messages[].content.")
    limit: LimitName = key("Which of the model's limits.")
    each: int | None = key(
        "Of a limit in tokens: characters that one of them stands for at the most. It warns.", default=None
    )
    source: str | None = key("The page that says so, where the limit has no source of its own.", default=None)


@attrs.frozen(kw_only=True)
class Answers:
    """Each of these ids answers one that was given before, and each that was given is answered. It warns."""

    member: str = key("Dotted path of the answers' ids: messages[].tool_call_id.")
    to: str = key("Dotted path of the ids given, in the same list: messages[].tool_calls[].id.")
    source: str | None = key("The page that says so. Left out: the file's source.", default=None)


@attrs.frozen(kw_only=True)
class Unique:
    """A name that stands once. Where it stands twice, it warns."""

    member: str = key("Dotted path of the names, with [] for each item: tools[].function.name.")
    source: str | None = key("The page that says so. Left out: the file's source.", default=None)


@attrs.frozen(kw_only=True)
class Rules:
    """Rules across members. A closed list of kinds."""

    need: list[Need] = key("Required under a condition.", factory=list)
    filled: list[Filled] = key("Not empty under a condition.", factory=list)
    effect: list[Effect] = key("Without effect unless.", factory=list)
    ability: list[Ability] = key("Of use only to models that can.", factory=list)
    prefer: list[Prefer] = key("One of several.", factory=list)
    refers: list[Refers] = key("A name that must exist elsewhere.", factory=list)
    total: list[Total] = key("Characters together.", factory=list)
    answers: list[Answers] = key("Ids that answer one another.", factory=list)
    unique: list[Unique] = key("Names that stand once.", factory=list)


@attrs.frozen(kw_only=True)
class Shape:
    """An object inside a request or a reply."""

    doc: str = key("What it is, in a sentence.")
    fields: dict[str, Field] = key("Its members.")
    rules: Rules = key("Rules across its members.", factory=Rules)
    base: str | None = key("Replies: the class of codegen/support/media.py that adds methods.", default=None)
    typed_as: str | None = key(
        "Requests: the TypedDict it shares with other shapes, which have the same typed_as.", default=None
    )
    extensible: bool = key("Requests: whether members that are not listed pass.", default=False)
    source: str | None = key("The page that describes it. Left out: the file's source.", default=None)


@attrs.frozen(kw_only=True)
class ShapesFile:
    """spec/shapes.yaml."""

    source: str = key("The page that most of it comes from.")
    shapes: dict[str, Shape] = key("Name → shape.")


# --- dialogues ---------------------------------------------------------------------------------------------------

DialoguePart = Literal["order", "first", "count", "last", "blank"]


@attrs.frozen(kw_only=True)
class Dialogue:
    """The order in which the roles of a message list take turns. Each part is a rule of its own."""

    doc: str = key("The order in words.")
    lead: list[str] = key("Roles that may stand once, before the first turn.", factory=list)
    first: list[str] | None = key("Roles the first turn may have. Left out: as turns.", default=None)
    turns: list[list[str]] | None = key("Roles that take turns. Left out: any order.", default=None)
    runs: list[str] = key("Roles that may follow one another within their turn.", factory=list)
    last: list[str] | None = key("Roles the last message may have.", default=None)
    odd: bool = key("Whether the number of messages must be odd.", default=False)
    last_not_blank: bool = key("Whether the last message must have more than white space.", default=False)
    level: Level | None = key("error or warning. Left out: error if the source is documentation.", default=None)
    source: str | None = key("The page that says so. Left out: the file's source.", default=None)
    sources: dict[DialoguePart, str] = key("Part → its page, where another than the rest's says it.", factory=dict)


# --- groups and models -------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Narrow:
    """What a group changes of a parameter, or of a member inside it."""

    range: Range | None = key("Its range here.", default=None)
    enum: list[Scalar] | None = key("Its values here.", default=None)
    default: Scalar | None = key("Its default here.", default=None)
    required: bool | None = key("Whether it is required here.", default=None)
    max_items: int | None = key("Its most items here.", default=None)
    max_length: int | LimitName | None = key("Its most characters here.", default=None)
    idle: str | None = key("Why it is of no use here, whatever its value: it warns with these words.", default=None)
    doc: str | None = key("Its meaning here.", default=None)
    level: Level | None = key("error or warning here.", default=None)
    source: str | None = key("The page that says so. Left out: the group's source.", default=None)


@attrs.frozen(kw_only=True)
class Limit:
    """A limit of a model: characters or tokens."""

    value: int = key("The limit.")
    source: str | None = key("The page that says so. Left out: the model's source.", default=None)


@attrs.frozen(kw_only=True)
class Rates:
    """How much of a model an account may ask for where it has no more of its own."""

    rpm: int | None = key("Requests a minute.", default=None)
    tpm: int | None = key("Tokens a minute.", default=None)
    source: str | None = key("The page that says so. Left out: the model's source.", default=None)


@attrs.frozen(kw_only=True)
class LongPrice:
    """The price of requests with more input."""

    tokens: int = key("Tokens of input above which it holds.")
    input: float = key("Yuan for a million tokens of input.")
    output: float = key("Yuan for a million tokens of output.")


@attrs.frozen(kw_only=True)
class Price:
    """What a model costs: yuan for a million tokens."""

    input: float = key("Of input.")
    output: float = key("Of output.")
    cached: float | None = key("Of input that comes from the cache.", default=None)
    above: LongPrice | None = key("Of requests with more input.", default=None)
    source: str = key("The page that says so; its day is the price's.")


@attrs.frozen(kw_only=True)
class Retirement:
    """The end of a model."""

    on: datetime.date | None = key(
        "The day on which it goes offline. Left out: it is gone, since when is not known.", default=None
    )
    use: list[str] = key("Models to use in its place, the best first.", factory=list)
    source: str | None = key("The page that says so. Left out: the model's source.", default=None)


@attrs.frozen(kw_only=True)
class Model:
    """One model."""

    path: str | None = key(
        "V1: the path of its service after the prefix. None: only as a deployed endpoint.", default=None
    )
    path_guessed: bool = key("Whether the path follows the pattern of the others and was seen nowhere.", default=False)
    aliases: list[str] = key("Other names the platform or its SDK takes for it.", factory=list)
    family: str | None = key("The family the page lists it under.", default=None)
    versions: list[str] = key("The version names the page gives for it.", factory=list)
    prebuilt: bool = key("Whether the platform serves it ready-made.", default=True)
    deployable: bool = key("Whether one can deploy it as an endpoint of one's own.", default=False)
    limits: dict[LimitName, int | Limit] = key("Its limits. A plain number has the model's source.", factory=dict)
    rates: Rates | None = key("Requests and tokens a minute.", default=None)
    price: Price | None = key("What it costs.", default=None)
    abilities: list[str] = key("What it can besides text: reasoning, vision, search, functions, cache.", factory=list)
    retired: Retirement | None = key(
        "When it goes or went offline, and what to use: shown struck through.", default=None
    )
    unverified: bool = key(
        "Whether no page of the documentation lists what it takes: its rules warn, never reject.", default=False
    )
    source: str | None = key("The page that lists it. Left out: the group's source.", default=None)
    note: str | None = key("What a reader of the spec should know.", default=None)


@attrs.frozen(kw_only=True)
class Dispute:
    """A parameter that some sources say a model takes, and others do not."""

    because: str = key("Who says what.")
    models: list[str] = key("Only these models of the group; the others do not take it. Empty: all.", factory=list)


@attrs.frozen(kw_only=True)
class Profile:
    """What several groups have in common."""

    profiles: list[str] = key("Profiles that it extends, in order: what a later one says counts.", factory=list)
    takes: list[str] = key("The parameters they take; the name of a set stands for its parameters.", factory=list)
    disputed: dict[str, str | Dispute] = key(
        "Parameter → why sources disagree on it here. Sending it warns.", factory=dict
    )
    narrow: dict[str, Narrow] = key(
        "What is different here about a parameter, or about a member inside it: messages.role.", factory=dict
    )
    dialogue: str | None = key("Which of the dialogues. Left out: the operation's first.", default=None)
    limits: dict[LimitName, int | Limit] = key("Limits of all models here that state none of their own.", factory=dict)
    source: str | None = key("The page that describes them. Left out: the file's source.", default=None)


@attrs.frozen(kw_only=True)
class Group(Profile):
    """Models that take the same parameters with the same ranges."""

    doc: str = key("Which models these are, in a sentence.")
    models: dict[str, Model] = key("Name → model.")


@attrs.frozen(kw_only=True)
class Decision:
    """A place where sources disagree, and which one the spec follows."""

    subject: str = key("What they disagree on.")
    says: dict[str, str] = key("Page → what it says.")
    decided: str = key("What the spec does.")
    because: str = key("Why.")
    covers: list[str] = key(
        "What `codegen audit` calls the differences that this settles: parameter:fact, also parameter@model:fact, "
        "shape.member:fact, and with =value only where the page says just that: top_k:type=float.",
        factory=list,
    )


@attrs.frozen(kw_only=True)
class EndEvent:
    """The end of a stream whose events have names."""

    event: str | list[str] = key("The name of the event that ends it, as response.completed; several, where any does.")

    @property
    def names(self) -> list[str]:
        """The names, one or more."""
        return [self.event] if isinstance(self.event, str) else self.event


@attrs.frozen(kw_only=True)
class Stream:
    """How an operation streams."""

    chunk: str = key("The shape of a chunk.")
    until: str | EndEvent = key(
        "What ends it: is_end (a member of the chunk), [DONE] (a line) or {event: response.completed}."
    )


@attrs.frozen(kw_only=True)
class Wait:
    """How an operation that says how far a task is can be asked until the task is done."""

    status: str = key("The member of the reply that says how far it is.")
    done: list[str] = key("What that says once the task is done.")
    failed: list[str] = key("What that says once the task will never be.", factory=list)
    interval: float = key("Seconds between two questions, where the caller does not say.")
    deadline: float = key("Seconds until giving up, where the caller does not say.")


@attrs.frozen(kw_only=True)
class FileLimit:
    """How much a file of requests may have at the most."""

    value: int = key("How much.")
    source: str = key("The page that says so.")


@attrs.frozen(kw_only=True)
class BatchFile:
    """What a file of requests must be that an operation takes: JSON Lines, a request on each."""

    source: str = key("The page that describes its lines.")
    max_lines: FileLimit = key("Requests at the most.")
    max_bytes: FileLimit = key("Bytes at the most.")
    required: list[str] = key("The members that each line has.")
    method: str = key("What the method of each line is.")
    urls: str = key("The parameter of the operation whose enum the url of each line is one of.")
    unique: str = key("The member that no two lines have the same of.")
    same: dict[Literal["url", "model"], str] = key(
        "What all lines have the same of, and the page that says so; model: of their bodies."
    )


@attrs.frozen(kw_only=True)
class OperationFile:
    """One operation."""

    operation: str = key("Its name: chat, embedding, … With a dot, as images.edits, it stands within images.")
    version: Literal["v1", "v2"] = key("The dialect.")
    doc: str = key("What it does, in a sentence that starts with a verb.")
    http: str = key("Method and path; {braces} name a prefix of platform.yaml, the model's path or a parameter.")
    host: str = key("One of the hosts of platform.yaml.")
    auth: list[Literal["access_token", "iam", "bearer"]] = key("The ways to authorise it, the best first.")
    model_in: Literal["path", "body", "none"] = key("Where the request names the model. none: it has no models.")
    call: str = key("Where model_in is none: the name of the method that calls it.", default="create")
    entry: str | None = key("What OpenAI's client calls it: chat.completions.create, files.retrieve.", default=None)
    setting: str | None = key("The environment variable that replaces its path.", default=None)
    also: list[str] = key("Other paths that serve it.", factory=list)
    deployed_path: str | None = key("V1: the path of a service of one's own; {endpoint} is its name.", default=None)
    body: Literal["json", "multipart"] = key(
        "What the request's body is; multipart, where it has files.", default="json"
    )
    flat_errors: bool = key(
        "Whether it says no as IAM does, {code, message, requestId}, with the dialect's codes.", default=False
    )
    reply: str = key("The shape of the reply; bytes, where it is a file.")
    media_type: str | None = key("Where the reply is bytes: what they are, as audio/mpeg.", default=None)
    stream: Stream | None = key("How it streams, if it does.", default=None)
    wait: Wait | None = key(
        "Where it says how far a task is, and model_in is none: beside it stands wait, which asks until it is done.",
        default=None,
    )
    source: str = key("The page that most of it comes from.")
    unknown: Level | None = key(
        "error or warning: a parameter of another name. Left out: error if the source is documentation; warning, where"
        " the copy of it at hand does not have every name.",
        default=None,
    )
    batch_file: BatchFile | None = key("What the file of requests that it takes must be.", default=None)
    subject: list[str] = key("The parameters that are given by position: [messages].", factory=list)
    parameters: dict[str, Field] = key("Every parameter once.", factory=dict)
    rules: Rules = key("Rules across parameters.", factory=Rules)
    dialogues: dict[str, Dialogue] = key("Orders of roles, by name. The first is the default.", factory=dict)
    shapes: dict[str, Shape] = key("Objects that only this operation has.", factory=dict)
    sets: dict[str, list[str]] = key("Parameters that go together in takes, by name.", factory=dict)
    profiles: dict[str, Profile] = key("What several groups have in common, by name.", factory=dict)
    groups: dict[str, Group] = key("What each family of models takes. Empty where model_in is none.", factory=dict)
    decisions: list[Decision] = key("Where sources disagree, and what was decided.", factory=list)
