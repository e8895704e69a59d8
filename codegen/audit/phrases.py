"""Phrases of the platform's pages, read as facts: descriptions keep to a few dozen phrasings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import attrs

_PUNCTUATION = str.maketrans("，：；（）［］", ",:;()[]")
_CLAUSE = re.compile(r"\s*\([1-9]\)\s*|说明:\s*(?=当)")
_BULLET = re.compile(r"\s*·\s*")
_LIST = re.compile(r"(?:(?:只有)?当(?:参数)?当?model值或endpoint对应的模型值?为以下时|支持以下模型)")
_NAMED = re.compile(
    r"当?(?:参数)?model值(?:或endpoint对应的模型值?)?为(?!以下)(?P<models>[^,:]+?)(?:时,|时$|,|$)"
    r"|当模型为(?P<model>[^,:]+?)时,"
    r"|^(?P<series>[\w. -]+系列)模型(?=不支持)"
)
_OTHERS = re.compile(r"^其他,")
_LABEL = re.compile(r"^[^:]*:")
"""What stands before names in a list of models: `ERNIE 4.5系列:`."""
_VALUES = re.compile(
    r"(?:可选值(?:如下)?|当前支持以下|标识说明|输出内容标识,说明|联网搜索模式|说明(?=:\s*$)):\s*(?!参考)"
)
_VALUE = re.compile(r"(?<![\w=])([A-Za-z0-9_]+)\s*:(?!//)")
_INTERVAL = r"[\[(]\s*-?[\d.]+\s*,\s*-?[\d.]+\s*[\])]"
RULE_WORDS = re.compile(
    r"必须|不能|不得|只有|只能|限制|最多|最少|至少|至多|不超过|范围|默认|不支持|支持模型|必填|大于|小于|有效|取值|可选值|固定值"
    r"|最大值|最小值|仅支持"
)
"""Words that tell a rule from prose: a sentence with one of them that no phrasing fits is shown to a person."""


@attrs.frozen(kw_only=True)
class Fact:
    """One thing that a page says of a parameter or member."""

    kind: str
    value: object = None
    models: tuple[str, ...] | None = None
    """Names of models and series, as the page has them. None: it names none."""
    others: bool = False
    """Whether it is about the models that the cell does not name elsewhere."""


@attrs.frozen
class Reading:
    """What a cell says, and the sentences that are rules in a phrasing nobody knows."""

    facts: list[Fact]
    unread: list[str]


def _number(text: str) -> float | int:
    return float(text) if "." in text else int(text)


def _default(text: str) -> object:
    words: dict[str, object] = {"true": True, "开启": True, "false": False, "不输出": False}
    if text.lower() in words:
        return words[text.lower()]
    return _number(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text


def _roles(text: str) -> tuple[tuple[str, ...], ...]:
    """`user/function -> assistant -> user/function ...` or `user(or function)、assistant` as turns."""
    steps = [tuple(re.findall(r"[a-z]+", step.replace("or ", ""))) for step in re.split(r"->|、", text)]
    return tuple(dict.fromkeys(tuple(sorted(step)) for step in steps if step))


_PATTERNS: list[tuple[str, str, Callable[[re.Match[str]], object]]] = [
    ("range", rf"(?:该参数)?(?:取值)?范围[是:\s]*({_INTERVAL})", lambda m: m[1]),
    ("range", r"取值范围[:\s]*正整数", lambda m: "[1, inf)"),
    ("range", r"范围在\[(\d+)~(\d+)\]之间", lambda m: f"[{m[1]}, {m[2]}]"),
    ("low", r"最小值为(\d+)", lambda m: int(m[1])),
    ("high", r"最大值为各模型支持的思维链长度(?:,详情请参考\S+)?", lambda m: "max_thinking_tokens"),
    # What another page says. The facts of these kinds are not this page's.
    ("elsewhere", r"该参数支持模型及取值范围等,请参考\S+", lambda m: ("takes", "range", "default")),
    ("elsewhere", r"支持模型及限制,?(?:请|可)参考.*$", lambda m: ("takes", "range", "default")),
    ("elsewhere", r"支持模型,?(?:请|可)参考.*$|更多内容请参考\S+|适用于部分\S+?模型", lambda m: ("takes",)),
    ("elsewhere", r"可选值请?参考\S+", lambda m: ("enum",)),
    ("elsewhere", r"请查看\S+页,表格中最大输出\(tokens\)列说明", lambda m: ("range",)),
    ("none", r"取值越大|默认值为空|默认值,|默认模型为\S+|[,,]?\s*不能为0|默认不传关闭", lambda m: None),
    ("default", r"^([a-z_]+)\s*:\s*默认值$", lambda m: _default(m[1])),
    (
        "default",
        r"默认值?(?:为|是)?\s*(True|False|true|false|-?\d+(?:\.\d+)?|[a-z][a-z_]*)",
        lambda m: _default(m[1]),
    ),
    ("default", r"默认(开启|不输出)", lambda m: _default(m[1])),
    ("max_items", r"(?:元素个数)?(?:最多|最大支持)(\d+)个(?:元素)?", lambda m: int(m[1])),
    ("max_length", r"每个元素长度不超过(\d+)个?字符", lambda m: int(m[1])),
    ("max_chars", r"message中的content总长度不能超过(\d+)个字符", lambda m: int(m[1])),
    ("counted", r"长度限制请参考message说明", lambda m: True),
    ("empty_beside", r"当前message存在(\w+)时可以为空,其他场景不能为空", lambda m: m[1]),
    ("filled", r"(?:messages成员)?不能为空", lambda m: True),
    ("needed", r"当(\w+)(?:=|为)(\w+)时?,\s*(?:该字段|该参数)?必填", lambda m: ("", m[1], m[2])),
    ("needed", r"开启后,\s*(\w+)\s*字段必填", lambda m: (m[1], "", "true")),
    ("required", r"(?:该字段|字段|该参数)为?必填", lambda m: True),
    ("refuses", r"不支持(?:使用)?[此该]参数|不支持以下模型", lambda m: True),
    ("refuses_value", r"^(\w+):.*不支持该字段值", lambda m: m[1]),
    ("effect", r"当字段(\w+)为(\w+)时,该字段生效", lambda m: (m[1], m[2])),
    ("effect", r"(\w+)\s*为\s*(true|false)时生效", lambda m: (m[1], m[2])),
    ("takes", r"(?:\w+|该|此)?字段有效|(?<!不)支持以下模型", lambda m: True),
    ("refers", r"指定的函数名必须在(\w+)中存在", lambda m: m[1]),
    ("prefer", r"建议该参数和(\w+)只设置1个", lambda m: (m[1],)),
    ("prefer", r"同时使用(\w+)和(\w+)", lambda m: (m[1], m[2])),
    ("odd", r"必须为奇数个成员", lambda m: True),
    ("turns", r"role(?:必须|值需要)依次为\s*([a-z/()\s>、-]+)", lambda m: _roles(m[1])),
    ("first_role", r"第一条message的role必须是(\w+)或(\w+)", lambda m: tuple(sorted((m[1], m[2])))),
    ("last_role", r"最后一条message的role必须是(\w+)", lambda m: (m[1],)),
    ("last_not_blank", r"最后一个message对应的content不能为blank字符", lambda m: True),
    ("one_value", r"(?:取值|固定值|指定工具类型,(?:固定值)?)([A-Za-z][\w.-]*)", lambda m: m[1]),
    ("type", r"key和value必须都是string类型", lambda m: "map<string,string>"),
    ("also_type", r"兼容之前的\s*(\S+)\s*格式", lambda m: m[1]),
    ("streamed", r"只有在流式接口模式下会返回该字段", lambda m: True),
]
_PHRASES = [(kind, re.compile(pattern, re.ASCII), make) for kind, pattern, make in _PATTERNS]


def read(text: str) -> Reading:
    """What a description says."""
    facts: list[Fact] = []
    unread: list[str] = []
    for clause in _CLAUSE.split(text.translate(_PUNCTUATION)):
        head, *bullets = _BULLET.split(clause)
        for part in _parts(head.strip(), [bullet for bullet in bullets if bullet.strip()], facts):
            rest = _statement(part, facts)
            if RULE_WORDS.search(rest):
                unread.append(part.text)
    return Reading(facts, unread)


@attrs.frozen(kw_only=True)
class _Part:
    """A sentence with the models it is about, where they stand after it, and what its list is for."""

    text: str
    models: tuple[str, ...] | None = None
    refused: bool = False


def _parts(head: str, bullets: list[str], facts: list[Fact]) -> Iterator[_Part]:
    values = _VALUES.search(head)
    if values:
        listed = " · ".join([head[values.end() :], *bullets])
        found = tuple(dict.fromkeys(_VALUE.findall(listed)))
        if found and set(found) != {"true", "false"} and len(found) == len({one.lower() for one in found}):
            facts.append(Fact(kind="enum", value=found))
        yield _Part(text=head[: values.start()])
        yield from (_Part(text=part) for part in re.split(r" · | (?=(?:true|false):)", listed))
    elif _LIST.search(head) and bullets:
        yield _Part(text=head, models=tuple(name for bullet in bullets for name in _names(bullet)))
    elif head.endswith(":") and "不支持" in head and bullets:
        yield from (_Part(text=bullet, refused=True) for bullet in bullets)
    else:
        yield _Part(text=head)
        yield from (_Part(text=bullet) for bullet in bullets)


def _statement(part: _Part, facts: list[Fact]) -> str:
    """Adds what a sentence says to the facts, and gives back what is left of it."""
    text, models = part.text, part.models
    listed = _LIST.search(text)
    if listed and models is None:
        text, _, after = text.rpartition(":")
        models = _names(after)
    named = None if listed else _NAMED.search(text)
    if named:
        models = _names(named["models"] or named["model"] or named["series"])
        text = text[: named.start()] + text[named.end() :]
    others = bool(_OTHERS.match(text))
    if part.refused and models is None:
        return part.text if RULE_WORDS.search(part.text) else f"不支持 {part.text}"
    if part.refused:
        facts.append(Fact(kind="refuses", value=True, models=models))
    for kind, pattern, make in _PHRASES:
        for match in pattern.finditer(text):
            if kind != "none":
                facts.append(Fact(kind=kind, value=make(match), models=models, others=others))
        text = pattern.sub(" ", text)
    text = _LIST.sub(" ", text)
    # A label such as `默认值:` before a list says nothing itself.
    return re.sub(r"^\W*[^,\s]{1,6}:\s*$", "", text)


def _names(text: str) -> tuple[str, ...]:
    listed = _LABEL.sub("", text)
    return tuple(name for one in re.split(r"[、,]|或", listed) if (name := one.strip(" ,.。")))
