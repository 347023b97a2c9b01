"""Which deployments are there? By name, each a function of a seed, and those that an attack joins."""

from __future__ import annotations

from collections.abc import Callable

from bench.worlds import attacks, business, consumers, education, further, imports, stations
from bench.worlds.world import World

Deployment = Callable[..., World]

DEPLOYMENTS: dict[str, Deployment] = {
    made.__name__: made
    for made in (
        consumers.insurance_vietnam,
        imports.ad_platform,
        consumers.tv_spot,
        education.education_india,
        consumers.solar_brazil,
        consumers.comparison_portal,
        consumers.clinic_turkey,
        business.demo_requests,
        consumers.landing_autofill,
        business.craftsmen_germany,
        education.open_day_poland,
        education.school_class,
        stations.fair_tablet,
        stations.call_centre,
        imports.agency_dates,
        imports.lender_kenya,
        further.loan_nigeria,
        education.university_egypt,
        stations.bank_tablets,
        business.property_thailand,
        further.newsletter_france,
        further.families_mexico,
        business.coworking_germany,
        further.small_town,
    )
}
"""A deployment takes the seed, and a ``count`` of genuine leads where not its own size is wanted."""

_JOINED: tuple[tuple[Deployment, attacks.Attack], ...] = (
    (consumers.solar_brazil, attacks.script),
    (consumers.landing_autofill, attacks.script),
    (consumers.tv_spot, attacks.device_burst),
    (further.loan_nigeria, attacks.device_burst),
    (consumers.insurance_vietnam, attacks.paste_farm),
    (business.property_thailand, attacks.paste_farm),
    (education.education_india, attacks.generated_mailboxes),
    (consumers.comparison_portal, attacks.slow_drip),
    (business.demo_requests, attacks.slow_drip),
    (imports.ad_platform, attacks.counting),
    (further.small_town, attacks.counting),
    (imports.agency_dates, attacks.vendor_mix),
    (imports.lender_kenya, attacks.vendor_mix),
    (consumers.clinic_turkey, attacks.pranks),
    (education.school_class, attacks.pranks),
    (further.families_mexico, attacks.stolen_night),
    (business.craftsmen_germany, attacks.stolen_night),
)


def attacked(deployment: Deployment, attack: attacks.Attack) -> Deployment:
    """The deployment with the attack in it."""

    def made(seed: int, count: int | None = None) -> World:
        world = deployment(seed, count)
        world.leads = world.leads + attack(world)
        return world

    return made


ATTACKED: dict[str, Deployment] = {
    f"{deployment.__name__}+{attack.__name__}": attacked(deployment, attack) for deployment, attack in _JOINED
}
