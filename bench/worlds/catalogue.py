"""Which deployments are there? By name, each a function of a seed, and those that an attack joins."""

from __future__ import annotations

from collections.abc import Callable

from bench.worlds import attacks, business, consumers, education, further, imports, stations
from bench.worlds.second import attacks as second_attacks
from bench.worlds.second import home, places, work
from bench.worlds.third import attacks as third_attacks
from bench.worlds.third import deployments, more
from bench.worlds.world import World

Deployment = Callable[..., World]

FIRST_HAND: dict[str, Deployment] = {
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
SECOND_HAND: dict[str, Deployment] = {
    made.__name__: made
    for made in (
        work.software_vendor_germany,
        work.webinar_britain,
        work.dealer_spain,
        work.call_centre_morocco,
        work.five_vendors_america,
        work.enquiries_alps,
        home.zalo_vietnam,
        home.motorbikes_indonesia,
        home.broadband_australia,
        home.pension_japan,
        home.property_gulf,
        home.town_brazil,
        places.library_colombia,
        places.members_drive_south_africa,
        places.housing_netherlands,
        places.chromebooks_join,
    )
}
THIRD_HAND: dict[str, Deployment] = {
    made.__name__: made
    for made in (
        deployments.clinic_dictation_sweden,
        deployments.spa_thailand_nightly,
        deployments.benefit_morning_france,
        deployments.sms_kenya,
        deployments.car_quotes_america,
        deployments.gym_spain,
        more.orchard_workers_netherlands,
        more.parents_vietnam,
        more.raffle_italy,
        more.flat_hunters_germany,
        more.race_teams_south_africa,
        more.alumni_india,
    )
}
DEPLOYMENTS = FIRST_HAND | SECOND_HAND | THIRD_HAND
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
    (work.software_vendor_germany, second_attacks.headful_script),
    (places.housing_netherlands, second_attacks.headful_script),
    (work.webinar_britain, second_attacks.scheme_mailboxes),
    (home.zalo_vietnam, second_attacks.scheme_mailboxes),
    (home.property_gulf, second_attacks.paste_office),
    (places.library_colombia, second_attacks.cafe_farm),
    (home.broadband_australia, second_attacks.click_workers),
    (home.property_gulf, second_attacks.click_workers),
    (home.motorbikes_indonesia, second_attacks.stepped_numbers),
    (home.town_brazil, second_attacks.one_device),
    (work.enquiries_alps, second_attacks.capitals_template),
    (home.pension_japan, second_attacks.night_machine),
    (home.broadband_australia, second_attacks.autofill_replay),
    (places.chromebooks_join, second_attacks.headless_post),
    (work.five_vendors_america, second_attacks.vendor_own),
    (work.call_centre_morocco, second_attacks.vendor_own),
    (deployments.clinic_dictation_sweden, third_attacks.made_personas),
    (deployments.clinic_dictation_sweden, third_attacks.borrowed_measures),
    (deployments.spa_thailand_nightly, third_attacks.alias_mailboxes),
    (deployments.sms_kenya, third_attacks.phone_rack),
    (deployments.sms_kenya, third_attacks.offerwall),
    (deployments.car_quotes_america, third_attacks.remote_team),
    (deployments.car_quotes_america, third_attacks.resold_leads),
    (deployments.gym_spain, third_attacks.adaptive_drip),
    (deployments.gym_spain, third_attacks.alias_mailboxes),
    (more.orchard_workers_netherlands, third_attacks.phone_rack),
    (more.parents_vietnam, third_attacks.invented_households),
    (more.raffle_italy, third_attacks.till_fabricator),
    (more.flat_hunters_germany, third_attacks.made_personas),
    (more.alumni_india, third_attacks.borrowed_measures),
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
