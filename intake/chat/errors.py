"""What the web chat answers when it cannot do what was asked: a status, a code, a sentence.

ChatError
├── BadJson            400   not JSON, or JSON of the wrong shape
├── BadCursor          400   a place in the thread that we did not hand out to this session
├── NoSession          401   no session, or one that we did not sign
├── SessionExpired     401   older than 24 hours
├── TalkOver           401   too long ago to be read from the beginning
├── WrongOrigin        403   another site's page asks
├── NoSuchPage         404
├── WrongMethod        405
├── TooSlow            408   the body did not arrive in time
├── TooLarge           413   over 64 KiB
├── WrongType          415   not application/json
├── TooFast            429   over a fair rate
├── Crowded            503   no room just now; carries the telephone numbers
├── Unavailable        503   the thread cannot be read just now
└── Broken             500   our mistake

The sentence is the docstring: for people, and never a word of what they sent.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from intake.errors import IntakeError

_LATER: Final = MappingProxyType({"Retry-After": "5"})


class ChatError(IntakeError):
    """Không làm được."""

    status = 400
    code = "error"
    headers: ClassVar[Mapping[str, str]] = MappingProxyType({})

    @property
    def sentence(self) -> str:
        """What people read."""
        return str(self)


class BadJson(ChatError):
    """Tin gửi lên không phải là JSON đúng mẫu."""

    code = "bad_json"


class BadCursor(ChatError):
    """Mốc đọc tiếp (after) không đúng."""

    code = "bad_cursor"


class NoSession(ChatError):
    """Chưa có phiên trò chuyện. Hãy mở phiên mới."""

    status = 401
    code = "no_session"


class SessionExpired(ChatError):
    """Phiên trò chuyện đã hết hạn. Hãy mở phiên mới."""

    status = 401
    code = "session_expired"


class TalkOver(ChatError):
    """Cuộc nói chuyện cũ đã được ẩn. Hãy mở phiên mới."""

    status = 401
    code = "talk_over"


class WrongOrigin(ChatError):
    """Yêu cầu đến từ một trang khác."""

    status = 403
    code = "wrong_origin"


class NoSuchPage(ChatError):
    """Không có địa chỉ này."""

    status = 404
    code = "not_found"


class WrongMethod(ChatError):
    """Địa chỉ này không dùng cách gọi đó."""

    status = 405
    code = "wrong_method"


class TooSlow(ChatError):
    """Đường truyền quá chậm, tin chưa tới đủ. Hãy gửi lại."""

    status = 408
    code = "too_slow"


class TooLarge(ChatError):
    """Tin quá dài. Hãy chia thành nhiều tin ngắn."""

    status = 413
    code = "too_large"


class WrongType(ChatError):
    """Cần gửi dạng application/json."""

    status = 415
    code = "wrong_type"


class TooFast(ChatError):
    """Gửi nhanh quá. Chờ vài giây rồi gửi tiếp. Đang nguy hiểm thì gọi 111, 113, 114 hoặc 115."""

    status = 429
    code = "too_fast"
    headers = _LATER


class Crowded(ChatError):
    """Đang có nhiều người nhắn. Đang nguy hiểm thì gọi 111, 113, 114 hoặc 115. Tin của bạn sẽ được gửi lại."""  # noqa: E501 - one sentence for people

    status = 503
    code = "crowded"
    headers = _LATER


class Unavailable(ChatError):
    """Tạm thời chưa đọc được. Hãy thử lại sau vài giây."""

    status = 503
    code = "unavailable"
    headers = _LATER


class Broken(ChatError):
    """Có lỗi ở máy chủ. Hãy thử lại. Đang nguy hiểm thì gọi 111, 113, 114 hoặc 115."""

    status = 500
    code = "broken"
