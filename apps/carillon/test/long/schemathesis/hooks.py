"""What schemathesis cannot know of the API: the rules that no JSON Schema expresses."""

import re

import requests
import schemathesis
from schemathesis import GenerationMode

# A request that fits the document may still be refused for these reasons, and for no other: (call and code, pointer, message), as patterns.
REASONS = [
    # of what is stored
    ("attribute_mismatch|alias_taken|too_many_event_names|too_many_tags|revision_mismatch|platform_required|patch_not_applicable|patch_test_failed", "", ""),
    # texts with a grammar of their own
    ("", "/tags$", "expected|At position"),
    ("", "/to/condition$", "Expected|expected|Ends too soon|A topic is|Put parentheses|Nests deeper|Names more"),
    ("", "/message(/localized)?$", "A topic has no language|A message to a topic is one for all"),
    ("live-activities|channels", "", "expected|not closed|unexpected|undefined filter|Must be|Is required|A Live Activity is started on devices"),
    ("", "/message", "not closed|unexpected|expected|undefined filter|invalid|at most .* of Liquid"),
    # forms that need more than a pattern
    ("", "/(localized|attributes)/", "names are 1 to 120|language tag"),
    ("", "/(locale|language|timeZone)$", ""),
    ("", "/image$", "https URL"),
    ("", "/frequencyCaps", "duration|Each label, length and kind once"),
    ("", "/quietHours/to$", "Must not be equal"),
    # what an installation has of its own: a template is in its provider's words, and filled by a send that says nothing else
    ("installations", "/(templates|pushVariables)", ""),
    ("", "/(message|replaceWith)(/(installationTemplate|properties))?$", "template of its installation|go together|Is required|Must"),
    ("", "/properties/", "Names are 1 to 120|Must"),
    # a member without a name
    ("", "/$", "must not be empty"),
    ("", "/(message|replaceWith)/badge$", "is not valid"),
    ("", "/allowedOrigins/", "An origin"),
    ("", "/overrides", ""),
    ("", "/tokens?(/|$)", ""),
    ("", "/publicKey$", "public key"),
    ("", "/(privateKey|private_key)$", "private key"),
    ("", "/expiresAt$", "In the past"),
    ("", "", "characters of JSON|Must be at most \\d+ (bytes|keys|languages)"),
    # the stateful phase takes path parameters that do not match their pattern
    ("", "/(id|externalId|app)$", "No control characters"),
    # attributes nest only so deep, and events are of now
    ("", "/attributes", "names are 1 to 120|objects are at most|must be text of up to"),
    ("", "/(properties|at)", "names are 1 to 120|objects are at most|must be "),
    ("", "/(name|label)$", "must be|must not hold control"),
    ("tags/bulk", "", "must be at (least|most)|must be lines"),
    # fields that depend on each other
    ("", "", "Give exactly one of|At least one of title, body|Only a transactional send"),
    ("", "/(attributes|tags)", "must be at most"),
    ("reserved_data_key|target_empty|too_many_for_transactional", "", ""),
    # one schema for several media types or providers
    ("", "", "must be an object|must be a list of operations|A batch is an array|Holds no event|Not JSON"),
    ("credentials/", "", "Unknown field|is missing|is unknown|Unrecognized"),
    ("credentials/\\{provider\\} (credentials_refused|credential_version_missing)", "", ""),
    # a filter, and what names audiences and templates
    ("filter_invalid|audience_unknown|audience_cycle|template_unknown", "", ""),
    ("templates/", "/variables", "Must be a|at most"),
    ("", "/variables", "Is required by the template|Must be a"),
    ("", "/template$", "Must stand alone"),
    ("recall", "/replaceWith", "Must be absent|not closed|unexpected|expected|undefined filter|invalid|at most .* of Liquid"),
    ("", "/options/sendAt$", ""),
    # a schedule: calendars, cron, and what fits together
    ("", "^/schedule", ""),
    ("campaigns/", "/to$", "Must be everyone, tags"),
    ("", "/conversion/within$", "ISO 8601|at most P30D"),
    # variants fit together: a schema knows no sum, and no name that must differ
    ("campaigns/", "/variants", "Shares must sum to 100|Each name must be there once"),
    ("campaigns/", "/winner", "Must be absent|Must be another one|Must be an ISO 8601"),
    # keys and tokens of providers have forms of their own
    ("credentials/", "/(packageSid|clientId|tenantId|publicKey|privateKey|subject|p12|pem|certificate|passphrase|apiKey|secretKey|appId|clientSecret|previousKeys)", ""),
    # a test names who is there, and of a campaign nothing that the campaign has
    ("sends/test", "", "Exactly one of users|Must be absent|The app has no|The campaign has no|Has no installation|more than 100"),
    # a preview is for one of them, or for nobody in particular
    ("preview", "^$|/locale$|/(message|template)$", "At most one of user|Must be a language tag|Must be absent"),
    # what if: whom it is asked about
    ("(POST )?.*explain", "^$", "Exactly one of user and installation"),
    # so long ago, or since an instant
    ("messages", "/since$", "Must be an instant"),
    # a receipt of a button names it; a webhook has a URL that we may call
    ("receipts", "/action$", "Is needed for the kind action"),
    ("webhooks/", "/url$", "Must be"),
    # from lies before to, and not too long before
    ("stats", "/from$", "Must be"),
    # what programs write without a person
    ("external_id_reserved", "/externalId$", "must name a person"),
    ("", "alias(es/[0-9]+)?/name$", "must name a person"),
    ("", "/(id|activityId)$", "must be an id"),
    # an export: to whom it is sealed has a checksum, and installations alone are filtered; a file that is imported says itself what it is
    ("exports", "/recipient$", "must be an X25519 recipient of age"),
    ("exports", "/(filter|include)$", "Only installations (are filtered|have tokens)"),
    ("imports/\\{id\\}/parts", "", "must be a part of the file"),
    # bundle ids and package names are one schema, whatever the provider: Apple's bundle ids know no underscore
    ("", "/bundleIds?(/|$)", "must be a bundle id"),
    # an offset may carry a time out of the years that can be told; JSON Schema has no bytes of a name
    ("", "", "a year of 1 to 9999|The name of a member has more than"),
    # any object of JSON fits a schema that lets all members in, but not this
    ("", "(__proto__|constructor|prototype)", "is not taken"),
    ("", "", "Not well-formed Unicode"),
    # which bundle ids there are, the credential says; whose audience is explained, and how one is written, are each one of two
    ("apns-channels", "/bundleId$", "lists no such bundle id"),
    ("audiences/explain", "/installation$", "Exactly one of installation and user"),
    ("audiences/", "/(filter|text)$", "Is required, or text|Says another filter"),
    # names in a list that is a text
    ("/activity", "types", "Types of facts with commas between"),
    ("/activity", "types", "Up to 50 types"),
    # numbers that JavaScript cannot count with; the document says int64, which generators of clients know
    ("", "", "must be at most 9007199254740991"),
]


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """What a valid cursor or ETag is only an earlier answer says: valid requests go without. An answer that goes on for minutes nobody asks for."""
    if case.query and case.operation.path.endswith("/activity"):
        case.query.pop("follow", None)
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    if case.query:
        case.query.pop("cursor", None)
        if case.operation.path.endswith("/activity"):
            case.query.pop("since", None)
    if case.headers:
        case.headers.pop("Last-Event-ID", None)
        case.headers.pop("If-Match", None)
        case.headers.pop("If-None-Match", None)


@schemathesis.serializer("application/x-ndjson", "text/csv")
def as_it_is(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


# What holds the platform or pauses a provider would hold up every later call's send: the other word is said at once.
OPPOSITES = {"/v1/system/hold": ("/hold", "/release"), "/v1/apps/{app}/providers/{provider}/pause": ("/pause", "/resume")}


@schemathesis.hook
def after_call(ctx, case, response):
    opposite = OPPOSITES.get(case.operation.path)
    if opposite is None or case.method != "POST" or response.status_code != 200:
        return
    url = re.sub(opposite[0] + "$", opposite[1], response.request.url.split("?")[0])
    released = requests.post(url, headers={"Authorization": response.request.headers["Authorization"]}, timeout=60)
    assert released.status_code == 200, f"{url} answers {released.status_code}"


@schemathesis.check
def refuses_what_fits_for_good_reasons_only(ctx, response, case):
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    if response.status_code not in (400, 413, 415, 422):
        return
    if case.media_type == "application/json-patch+json":
        return  # what becomes of the fields shows only when it is applied
    problem = response.json()
    for error in problem.get("errors") or [{"pointer": "", "message": problem["detail"]}]:
        refusal = (f"{case.operation.label} {problem['code']}", error["pointer"], error["message"])
        assert any(all(re.search(pattern, text) for pattern, text in zip(reason, refusal)) for reason in REASONS), (
            f"What fits the document is refused: {refusal}"
        )
