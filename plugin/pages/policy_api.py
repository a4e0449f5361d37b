"""The policy as JSON, for a merchant's own tools: read, checked, saved."""

from __future__ import annotations

import json

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from plugin.documents import MAX_BYTES
from plugin.facts_guide import editor_facts
from plugin.pages.desk import Desk
from plugin.pages.policy import save
from plugin.pages.policy_draft import Draft, read_draft
from plugin.pages.policy_versions import find_version
from plugin.schemas.policy import BadPolicy


def get_policy(desk: Desk) -> ResponseReturnValue:
    """Give the document in force, or the `version` that the query names."""
    shelf = desk.shelf()
    newest = shelf.policies()[0]
    asked = request.args.get("version", newest.version, type=int)
    version = find_version(shelf, asked)
    return jsonify(
        version=version.version,
        label=version.label,
        since=version.since.isoformat(),
        saved_at=version.saved_at.isoformat(),
        saved_by=version.saved_by,
        in_force=version.version == newest.version,
        document=json.loads(version.document),
    )


def check_policy(desk: Desk) -> ResponseReturnValue:
    """Check a document and save nothing; the answer is the report."""
    return jsonify(**_draft(desk).report.as_json())


def put_policy(desk: Desk) -> ResponseReturnValue:
    """Save a document; errors keep it from being saved, warnings do not."""
    draft = _draft(desk)
    if draft.document is None or draft.report.errors:
        return jsonify(error=BadPolicy.code, errors=draft.errors), 422
    version = save(desk.shelf(), draft.document, draft.text)
    found = draft.report.as_json()
    return jsonify(
        version=version.version,
        label=version.label,
        warnings=found["warnings"],
        hints=found["hints"],
    )


def get_facts(_desk: Desk) -> ResponseReturnValue:
    """List the facts that a policy may ask for."""
    return jsonify(facts=editor_facts())


def _draft(desk: Desk) -> Draft:
    """Read the body, JSON or YAML, as strictly as the editor does."""
    request.max_content_length = MAX_BYTES + 1
    body = request.get_data().decode("utf-8", "surrogateescape")
    return read_draft(body, desk.check)
