"""Throw-away operations, which stand in a spec alone: what they are made of is what no operation of today has."""

from __future__ import annotations

OPERATIONS = {
    "v2/speech.yaml": """\
operation: speech
version: v2
doc: Reads a text aloud.
http: POST /v2/speech
host: v2
auth: [bearer]
model_in: body
reply: bytes
media_type: audio/mpeg
source: chat-v2
subject: [input]
parameters:
  input: {type: string, required: true, non_empty: true, doc: The text.}
groups:
  SmallSpeech: {doc: One model., takes: [input], models: {speaker: {}}}
""",
    "v2/talk.yaml": """\
operation: talk
version: v2
doc: Talks.
http: POST /v2/talk
host: v2
auth: [bearer]
model_in: body
reply: Talk
stream: {chunk: TalkEvent, until: {event: [talk.completed, talk.failed]}}
source: chat-v2
subject: [input]
parameters:
  input: {type: string, required: true, doc: The text.}
  stream: {type: bool, doc: Whether the reply comes in events.}
shapes:
  Talk: {doc: What was said., fields: {id: {type: string, doc: Names it.}, said: {type: string, doc: The text.}}}
  TalkEvent: {doc: A piece., fields: {type: {type: string, doc: Its kind.}, delta: {type: string, doc: The text.}}}
groups:
  SmallTalk: {doc: One model., takes: [input, stream], models: {talker: {}}}
""",
    "v2/news.yaml": """\
operation: news
version: v2
doc: Tells the news.
http: POST /v2/news
host: v2
auth: [bearer]
model_in: none
call: tell
reply: News
stream: {chunk: News, until: {event: news.completed}}
source: chat-v2
subject: [about]
parameters:
  about: {type: string, required: true, doc: The subject.}
  stream: {type: bool, doc: Whether the reply comes in events.}
shapes:
  News: {doc: The news., fields: {told: {type: string, doc: The text.}}}
""",
    "v2/images_retouches.yaml": """\
operation: images.retouches
version: v2
doc: Changes an image.
http: POST /v2/images/retouches
host: v2
auth: [bearer]
model_in: body
body: multipart
reply: Edit
source: chat-v2
subject: [image, prompt]
parameters:
  image: {type: "file | list[file]", required: true, doc: The image.}
  prompt: {type: string, required: true, non_empty: true, doc: What to change.}
  n: {type: int, range: "[1, 4]", doc: How many.}
shapes:
  Edit: {doc: The images., fields: {created: {type: int, doc: When.}, total_tokens: {type: int, doc: What it cost.}}}
groups:
  SmallRetouches: {doc: One model., takes: [image, prompt, n], models: {brush: {}}}
""",
    "v2/boxes_get.yaml": """\
operation: boxes.get
version: v2
doc: Says what is in a box.
http: GET /v2/boxes/{box_id}
host: v2
auth: [iam]
model_in: none
call: get
reply: Box
source: chat-v2
parameters:
  box_id: {type: string, sent_in: path, required: true, max_length: 20, doc: The box.}
  limit: {type: int, sent_in: query, range: "[1, 100]", doc: How many things.}
  after: {type: string, doc: The thing before the first.}
  open: {type: bool, doc: Whether to open it.}
shapes:
  Box: {doc: A box., fields: {box_id: {type: string, doc: Names it.}, left: {type: int, doc: Things.}}}
""",
    "v2/boxes_delete.yaml": """\
operation: boxes.delete
version: v2
doc: Throws a box away.
http: DELETE /v2/boxes/{box_id}
host: v2
auth: [bearer]
model_in: none
call: delete
reply: GoneBox
source: chat-v2
parameters:
  box_id: {type: string, sent_in: path, required: true, doc: The box.}
shapes:
  GoneBox: {doc: A box that is gone., fields: {box_id: {type: string, doc: Names it.}, gone: {type: bool, doc: So.}}}
""",
    "v2/boxes_notes.yaml": """\
operation: boxes.notes
version: v2
doc: Writes a note on a thing in a box.
http: POST /v2/boxes/{box_id}/things/{number}/notes
host: v2
auth: [bearer]
model_in: none
reply: Note
source: chat-v2
subject: [text]
parameters:
  text: {type: string, required: true, doc: The note.}
  number: {type: int, sent_in: path, required: true, range: "[1, 9]", doc: The thing.}
  box_id: {type: string, sent_in: path, required: true, doc: The box.}
shapes:
  Note: {doc: A note., fields: {box_id: {type: string, doc: Where.}, id: {type: string, doc: Names it.}}}
""",
}
