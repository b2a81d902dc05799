"""The pages, one module an area; each reads, and hands a template what to show."""

from __future__ import annotations

from interfaces.web.pages import (
    claims,
    contracts,
    documents,
    downloads,
    editing,
    ending,
    exclusions,
    feasibility,
    handshakes,
    inbox,
    live,
    measurements,
    negotiations,
    offers,
    our_side,
    own_keys,
    party,
    party_means,
    performance,
    relationships,
    requirements,
    sign_in,
    signing,
    versions,
)

ROUTERS = (
    sign_in.router,
    our_side.router,
    editing.router,
    inbox.router,
    relationships.router,
    handshakes.router,
    party.router,
    party_means.router,
    requirements.router,
    feasibility.router,
    negotiations.router,
    offers.router,
    signing.router,
    own_keys.router,
    # before the performance: `measurements` is no day
    measurements.router,
    performance.router,
    contracts.router,
    documents.router,
    downloads.router,
    ending.router,
    versions.router,
    claims.router,
    live.router,
    exclusions.router,
)
"""Every area's pages."""
