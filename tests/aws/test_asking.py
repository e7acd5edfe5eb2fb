"""What is said of a service of AWS that does not answer."""

from botocore.exceptions import ClientError

from tidewaiter_aws.asking import reason


def refusal(name: str, message: str) -> ClientError:
    """An answer of AWS."""
    return ClientError({"Error": {"Code": name, "Message": message}}, "PutItem")


def test_a_refused_signature_is_told_without_what_was_signed() -> None:
    """AWS repeats the request in its message, and the session's token with it."""
    message = "The Canonical String should have been\n'POST\n/\n\nx-amz-security-token:FQoGEXAMPLE'"
    for name in ("InvalidSignatureException", "SignatureDoesNotMatch"):
        said = reason(refusal(name, message))
        assert said == f"{name}: the credentials, or the clock, are wrong"


def test_any_other_refusal_is_told_in_one_line() -> None:
    """Whoever reads the log knows what AWS said."""
    said = reason(refusal("AccessDeniedException", "no identity-based policy\nallows it"))
    assert said == "AccessDeniedException: no identity-based policy allows it"
