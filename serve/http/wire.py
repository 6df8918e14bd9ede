"""Requests and answers as they go over the wire. Existing clients of other servers rely on these names."""

from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from data.kind import Kind
from serve.http.limits import MOST_ITEMS


def _is_sound(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("a lone surrogate; expected sound Unicode") from None
    return text


MOST_FIELDS = 16
"""Of an object whose fields are checked; each unknown one makes an error."""
Item = TypeVar("Item")
Items = Annotated[list[Item], Field(min_length=1, max_length=MOST_ITEMS)]
"""A list is read only so far: each wrong item makes an error, and a million of them would take gigabytes."""
Sound = Annotated[str, AfterValidator(_is_sound)]
"""Text without lone surrogates: JSON may write them, but they are no characters."""
Name = Annotated[Sound, Field(min_length=1, max_length=200)]
Text = Annotated[Sound, Field(json_schema_extra={"pattern": r"\S"})]
"""Text of which something is asked; blank text is refused by 400."""
Score = Annotated[float, Field(ge=0, le=1)]


class _Request(BaseModel):
    """Fields that we do not know are refused: a misspelt option must not be lost in silence. Nor is 0 false."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _few_fields(cls, sent: object) -> object:
        if isinstance(sent, dict) and len(sent) > MOST_FIELDS:
            raise ValueError(f"{len(sent)} fields; expected some of {', '.join(cls.model_fields)}")
        return sent


class _Foreign(BaseModel):
    """Another server's request: its fields that mean nothing here are passed over."""

    model_config = ConfigDict(extra="ignore", strict=True)


class ErrorAnswer(BaseModel):
    """Every error."""

    error: str
    error_type: str


class DocumentInput(_Request):
    """A policy: HTML, or text that is kept character for character. `id` comes back in the answer."""

    text: Sound
    id: Name = "document"


_ONE_WAY: dict[str, Any] = {
    "oneOf": [
        {
            "required": ["text"],
            "properties": {"text": {"type": "string", "pattern": "[가-힣]"}, "documents": {"type": "null"}},
        },
        {"required": ["documents"], "properties": {"documents": {"type": "array"}, "text": {"type": "null"}}},
    ]
}


class DocumentsRequest(_Request):
    """One policy (`text`, `id`), or several (`documents`), each of which gets its answer or its error."""

    model_config = ConfigDict(json_schema_extra=_ONE_WAY)

    text: Sound | None = None
    id: Name = "document"
    documents: Items[DocumentInput] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.text is None) == (self.documents is None):
            raise ValueError("expected either 'text' or 'documents'")
        return self


class Unit(BaseModel):
    """A clause: `text[start:end]` of the document, counted in characters (code points).

    `place`: the page, paragraph, table, line or element of the file that it begins in; absent where text was sent.
    """

    start: int
    end: int
    place: str | None = None
    kind: Kind
    labels: list[str]
    scores: dict[str, Score]


class Topic(BaseModel):
    """A label of the whole document: how many clauses have it, the highest score of any clause."""

    label: str
    clauses: int
    score: Score


class ModelAnswer(BaseModel):
    """Which model answered, by which guideline, after which state of the law."""

    id: str
    sha256: str
    guideline: str
    law: str


class DocumentAnswer(BaseModel):
    """A labelled document. `unread`: the parts of the source that could not be read, hence were not analysed."""

    id: str
    text: str
    units: list[Unit]
    model: ModelAnswer
    unread: list[str]
    topics: list[Topic]


class DocumentFailure(BaseModel):
    """A document of a list that could not be answered."""

    id: str
    error: str
    error_type: str


class DocumentsAnswer(BaseModel):
    """One answer or error a document, in the order in which they were sent."""

    documents: list[DocumentAnswer | DocumentFailure]


class PredictRequest(_Foreign):
    """text-embeddings-inference. A flat list is a batch here: there are no pairs of texts."""

    inputs: Text | Items[Text | Annotated[list[Text], Field(min_length=1, max_length=1)]]
    raw_scores: bool = False
    truncate: bool | None = None
    truncation_direction: Literal["left", "right", "Left", "Right"] = "right"


class LabelScore(BaseModel):
    """A label and its probability, or its logit if raw scores were asked for."""

    label: str
    score: float


class ClassifyRequest(_Foreign):
    """vLLM, SGLang, Dynamo."""

    input: Text | Items[Text]
    model: str | None = None


class Classification(BaseModel):
    """One text: the most probable of the labels that reach their thresholds, if any, and all of those as `labels`."""

    index: int
    label: str | None
    probs: list[Score]
    num_classes: int
    labels: list[str]


class Usage(BaseModel):
    """Morphemes read."""

    prompt_tokens: int
    total_tokens: int
    completion_tokens: int = 0


class ClassifyAnswer(BaseModel):
    """One classification a text, in order."""

    id: str
    object: Literal["list"] = "list"
    created: int
    model: str
    data: list[Classification]
    usage: Usage


class LabelName(BaseModel):
    """A label for people, and the article of law that asks for it."""

    key: str
    korean: str
    english: str
    article: str


class InfoAnswer(BaseModel):
    """What answers here, and how much it takes on."""

    model_id: str
    model_sha: str
    guideline: str
    law: str
    version: str
    labels: list[LabelName]
    limits: dict[str, float]
    state: str
