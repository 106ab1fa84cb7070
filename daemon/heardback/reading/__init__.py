"""Raw bytes -> Message: MIME, headers, dates, body, quotes, calendar parts. Pure: no file, socket, clock or environment.

read(raw: RawMessage) -> Message | UnreadableMessage
read_header(header: RawHeader) -> Message | UnreadableMessage     # has_body False
"""
