"""Which action each page takes: the table that the isolation tests cross with every role.

A page that the table does not name keeps the service from starting.
"""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from application.access import Action
from interfaces.http.access_table import PUBLIC, SIGNED_IN

PAGES: Final[dict[str, str]] = {
    "sign_in_page": PUBLIC,
    "begin_sign_in": PUBLIC,
    "finish_sign_in": PUBLIC,
    "sign_in_as": PUBLIC,
    "make_example": PUBLIC,
    "sign_out": SIGNED_IN,
    "inbox_page": SIGNED_IN,
    "relationships_page": SIGNED_IN,
    "invite_form": Action.LEAD,
    "relationship_page": Action.READ,
    "joining_page": Action.READ,
    "join_form": Action.LEAD,
    "decline_invitation_form": Action.LEAD,
    "withdraw_invitation_form": Action.LEAD,
    "end_relationship_form": Action.LEAD,
    "auditors_page": Action.READ,
    "admit_auditor_form": Action.ADMIT_AUDITORS,
    "dismiss_auditor_form": Action.ADMIT_AUDITORS,
    "party_page": SIGNED_IN,
    "register_party_form": SIGNED_IN,
    "appoint_form": Action.ADMINISTER,
    "withdraw_person_form": Action.REPRESENT,
    "assign_role_form": Action.ADMINISTER,
    "relieve_role_form": Action.ADMINISTER,
    "erasure_page": Action.ADMINISTER,
    "erase_form": Action.ADMINISTER,
    "grant_mandate_form": Action.ADMINISTER,
    "revoke_mandate_form": Action.ADMINISTER,
    "pin_witness_key_form": Action.ADMINISTER,
    "revoke_witness_key_form": Action.ADMINISTER,
    "pin_certificate_form": Action.REPRESENT,
    "revoke_certificate_form": Action.REPRESENT,
    "follow_relationship": Action.READ,
    "follow_inbox": SIGNED_IN,
    "offer_editor": Action.READ_PRIVATE,
    "edit_offer": Action.READ_PRIVATE,
    "check_offer": Action.READ_PRIVATE,
    "our_side_page": Action.READ_PRIVATE,
    "our_note_form": Action.PREPARE,
    "our_reserve_form": Action.PREPARE,
    "our_approval_request_form": Action.PREPARE,
    "our_approval_form": Action.READ_PRIVATE,
    "our_assessment_form": Action.ENGINEER_REQUIREMENTS,
    "our_backtest_form": Action.ENGINEER_REQUIREMENTS,
    "negotiations_page": Action.READ,
    "open_negotiation_form": Action.NEGOTIATE,
    "negotiation_page": Action.READ,
    "breaking_off_page": Action.READ,
    "break_off_form": Action.NEGOTIATE,
    "lock_form": Action.NEGOTIATE,
    "unlock_form": Action.NEGOTIATE,
    "declare_limit_form": Action.NEGOTIATE,
    "lift_limit_form": Action.NEGOTIATE,
    "comment_form": Action.COMMENT,
    "offer_page": Action.READ,
    "offer_terms_file": Action.READ,
    "acceptance_page": Action.READ,
    "accept_form": Action.NEGOTIATE,
    "rejection_page": Action.READ,
    "reject_form": Action.NEGOTIATE,
    "withdrawal_page": Action.READ,
    "withdraw_form": Action.NEGOTIATE,
    "sign_page": Action.READ,
    "sign_form": Action.SIGN,
    "decline_form": Action.SIGN,
    "own_keys_page": Action.REPRESENT,
    "register_passkey_form": Action.REPRESENT,
    "revoke_key_form": Action.REPRESENT,
    "performance_page": Action.READ,
    "working_page": Action.READ,
    "contracts_page": Action.READ,
    "contract_page": Action.READ,
    "versions_page": Action.READ,
    "compare_versions_page": Action.READ,
    "version_page": Action.READ,
    "version_redline_page": Action.READ,
    "ending_page": Action.READ,
    "give_notice": Action.GIVE_NOTICE,
    "withdraw_notice": Action.GIVE_NOTICE,
    "decline_renewal": Action.GIVE_NOTICE,
    "documents_page": Action.READ,
    "document_page": Action.READ,
    "issue_document": Action.ISSUE_DOCUMENTS,
    "archive_document": Action.ISSUE_DOCUMENTS,
    "downloads_page": Action.READ,
    "download_export": Action.READ,
    "download_bundle": Action.READ,
    "download_redline": Action.READ,
    "download_summary": Action.READ,
    "download_terms": Action.READ,
    "download_package": Action.READ,
    "download_document": Action.READ,
    "download_pins": Action.READ,
    "download_checkpoint": Action.READ,
    "download_consistency": Action.READ,
    "download_proof": Action.READ,
    "credits_page": Action.READ,
    "statement_page": Action.READ,
    "claim_form": Action.CLAIM,
    "withdraw_claim_form": Action.CLAIM,
    "admit_claim_form": Action.CLAIM,
    "reject_claim_form": Action.CLAIM,
    "grant_credit_form": Action.CLAIM,
    "apply_credit_form": Action.CLAIM,
    "measurements_page": Action.READ,
    "hand_in_form": Action.MEASURE,
    "report_form": Action.MEASURE,
    "exclusions_page": Action.READ,
    "request_exclusion_form": Action.EXCLUDE,
    "grant_exclusion_form": Action.EXCLUDE,
    "refuse_exclusion_form": Action.EXCLUDE,
    "withdraw_exclusion_form": Action.EXCLUDE,
}


def pages(app: FastAPI) -> set[str]:
    """Return the names of every page there is."""
    routes = (found.original_route for found in iter_route_contexts(app.routes))
    return {str(route.name) for route in routes if isinstance(route, APIRoute)}


def check_every_page_is_named(app: FastAPI) -> None:
    """Raise RuntimeError unless the table names exactly the pages there are."""
    served = pages(app)
    if served != PAGES.keys():
        unnamed, gone = sorted(served - PAGES.keys()), sorted(PAGES.keys() - served)
        raise RuntimeError(f"page table: unnamed pages {unnamed}, no such pages {gone}")
